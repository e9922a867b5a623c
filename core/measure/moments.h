#pragma once
// Means and their standard errors, gathered one value at a time (Welford's recurrences: stable however long the text is).
#include <cmath>
#include <cstdint>

namespace corral::measure {

// Of pairs (x, y); a single quantity leaves y at 0.
class Moments {
public:
    void add(double x, double y = 0)
    {
        ++m_count;
        const double n = static_cast<double>(m_count);
        const double dx = x - m_x, dy = y - m_y;
        m_x += dx / n;
        m_y += dy / n;
        m_xx += dx * (x - m_x);
        m_yy += dy * (y - m_y);
        m_xy += dx * (y - m_y);
    }
    std::int64_t count() const { return m_count; }
    double mean() const { return m_x; }
    // Of the mean: √(Σ(x − mean)² / n / (n − 1)).
    double error() const { return m_count > 1 ? std::sqrt(m_xx / pairs()) : 0; }
    double meanY() const { return m_y; }
    double errorY() const { return m_count > 1 ? std::sqrt(m_yy / pairs()) : 0; }
    // Of the mean of x − y, whose parts go up and down together.
    double errorOfDifference() const { return m_count > 1 ? std::sqrt(std::fmax(0, m_xx + m_yy - 2 * m_xy) / pairs()) : 0; }
    // -1 … 1; 1 where nothing varies.
    double correlation() const { return m_xx > 0 && m_yy > 0 ? m_xy / std::sqrt(m_xx * m_yy) : 1; }

private:
    double pairs() const { return static_cast<double>(m_count) * static_cast<double>(m_count - 1); }

    std::int64_t m_count = 0;
    double m_x = 0, m_y = 0;                // means
    double m_xx = 0, m_yy = 0, m_xy = 0;    // sums of products of the distances from them
};

} // namespace corral::measure
