#pragma once
// The encoder of the lattice types (facts/tensor-types.md § 6, § 8.6, § 8.7): x ≈ e (2 s + 1) · point, e of a super-block of 256, s of
// a group of 16 or 32, a grid point for every 4 or 8 values. One group in every lane.
//
//  1. Weights importance · sqrt(σ² + x²) as the reference has them; magnitudes and signs.
//  2. Scan: a coarse one with every level allowed to every value, or from the largest magnitude; around its result the exact nearest
//     points for some scales of each group. The best gives the group's least-squares scale t and its weight A = Σ w v² (moving the
//     scale by δ costs A δ²).
//  3. e: of some candidates the one whose multiples (2 s + 1) e lie nearest to all t.
//  4. For this e, as the half float that is stored: for each group the exact nearest points for the two s around t, the better wins;
//     then least squares for e over the whole super-block, and again, `rounds` times.
//
// A type T (lattice_types.h) says
//   shape, grid()            of its points; values[l] = what level l decodes to
//   group, lastScale         values that share s; largest s
//   unit                     stored d = unit · e
//   shifts                   None; PerGroup, PerPoint: values are shifted by ±1/8
//   evenSigns                the number of negatives of 8 values is even
//   signedGrid               points have signs themselves
//   weightSpread(importance given)       σ² in mean squares of the super-block
//   freeScan                 scales of the coarse scan, in units of (largest magnitude of the group / largest value); may be empty
//   scan                     scales of the exact one, in units of the coarse one's result
//   nearestValue(x)          of a coarse scan: the value nearest to x
//   pack(block, out)
#include "core/base/float16.h"
#include "core/quant/encode/lattice_search.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace corral::quant {
namespace {

constexpr int kSuperBlock = 256;

// What is stored, before packing.
struct LatticeBlock {
    std::uint16_t d;
    std::uint8_t scales[16];       // of groups
    std::uint16_t points[64];      // indices in the grid
    std::uint8_t signs[32];        // of 8 values, bit j: negative
    bool negativeShift[32];        // of points
};

enum class Shifts { None, PerGroup, PerPoint };

template <class T, int N> class LatticeEncoder {
    using V = Lanes<N>;
    using F = typename V::F;
    using I = typename V::I;
    static constexpr LatticeShape shape = T::shape;
    static constexpr int width = shape.width, levels = shape.levels, group = T::group;
    static constexpr int groups = kSuperBlock / group;       // of a super-block
    static constexpr int perGroup = group / width;           // points
    static constexpr int together = 4;                       // points that are searched at the same time, of one set or of two
    static constexpr int lanes = std::max({N, groups, N * together / perGroup}); // of the groups at work
    static constexpr int sets = lanes / N;                   // of registers
    static constexpr int points = sets * perGroup;           // registers of points
    static constexpr int blocks = lanes / groups;            // super-blocks at work: 1 or 2
    static constexpr int eights = group / 8;
    using Search = LatticeSearch<shape, N, together>;

public:
    LatticeEncoder() : m_grid(T::grid()) {}

    void encode(const float* values, const float* importance, std::byte* out, std::int64_t rows, std::int64_t n)
    {
        const std::int64_t perRow = n / kSuperBlock, count = rows * perRow;
        for (std::int64_t first = 0; first < count; first += blocks) {
            const float* from[blocks];
            const float* weights[blocks];
            for (int b = 0; b < blocks; ++b) {
                const std::int64_t block = std::min(first + b, count - 1); // an odd last one keeps all lanes busy
                from[b] = values + block * kSuperBlock;
                weights[b] = importance ? importance + block % perRow * kSuperBlock : nullptr;
            }
            load(from, weights);
            scan();
            search();
            for (int b = 0; b < blocks && first + b < count; ++b) {
                LatticeBlock block;
                gather(b, block);
                T::pack(block, reinterpret_cast<std::uint8_t*>(out + (first + b) * T::bytes));
            }
        }
    }

private:
    // Lane l of the work is lane l % N of set l / N.
    using PerLane = float[sets][N];

    void load(const float* const* from, const float* const* weights)
    {
        alignas(64) float largest[lanes], squares[lanes], largestWeight[lanes];
        for (int l = 0; l < lanes; ++l) {
            const float* x = from[l / groups] + l % groups * group;
            for (int j = 0; j < group; ++j) m_x[l / N][j][l % N] = x[j];
            if (weights[0]) {
                const float* w = weights[l / groups] + l % groups * group;
                for (int j = 0; j < group; ++j) m_w[l / N][j][l % N] = w[j];
            }
        }
        for (int s = 0; s < sets; ++s) {
            F most = V::splat(0.0f), mostWeight = V::splat(0.0f);
            for (int j = 0; j < group; ++j) most = V::max(V::magnitude(m_x[s][j]), most);
            if (weights[0])
                for (int j = 0; j < group; ++j) mostWeight = V::max(m_w[s][j], mostWeight);
            std::memcpy(largest + s * N, &most, sizeof most);
            std::memcpy(largestWeight + s * N, &mostWeight, sizeof mostWeight);
        }
        // Super-blocks are brought to a largest magnitude in [1/2, 1) by a power of two, importances to a largest of 1.
        alignas(64) float factor[lanes], weightFactor[lanes], spread[lanes];
        bool weighted[blocks];
        for (int b = 0; b < blocks; ++b) {
            const float most = *std::max_element(largest + b * groups, largest + (b + 1) * groups);
            const float mostWeight = *std::max_element(largestWeight + b * groups, largestWeight + (b + 1) * groups);
            m_exponent[b] = 0;
            m_zero[b] = !(most > 1e-30f);
            if (!m_zero[b]) std::frexp(most, &m_exponent[b]);
            weighted[b] = weights[0] && mostWeight > 1e-30f && mostWeight < 1e30f;
            std::fill_n(factor + b * groups, groups, m_zero[b] ? 0.0f : std::ldexp(1.0f, -m_exponent[b]));
            std::fill_n(weightFactor + b * groups, groups, weighted[b] ? 1 / mostWeight : 0.0f);
        }
        for (int s = 0; s < sets; ++s) {
            F f, sum = V::splat(0.0f);
            std::memcpy(&f, factor + s * N, sizeof f);
            for (int j = 0; j < group; ++j) {
                m_x[s][j] *= f;
                sum += m_x[s][j] * m_x[s][j];
            }
            std::memcpy(squares + s * N, &sum, sizeof sum);
        }
        for (int b = 0; b < blocks; ++b) {
            float sum = 0;
            for (int g = 0; g < groups; ++g) sum += squares[b * groups + g];
            std::fill_n(spread + b * groups, groups, T::weightSpread(weighted[b]) * sum / kSuperBlock);
        }
        for (int s = 0; s < sets; ++s) {
            F f, sigma;
            std::memcpy(&f, weightFactor + s * N, sizeof f);
            std::memcpy(&sigma, spread + s * N, sizeof sigma);
            const bool importances = weighted[s * N / groups]; // of the first lane's super-block; both have the same or none
            F unweighted = V::splat(0.0f);
            for (int j = 0; j < group; ++j) {
                const F square = m_x[s][j] * m_x[s][j] + sigma;
                if (importances) {
                    const F w = V::max(m_w[s][j] * f, V::splat(1e-6f)); // no value is quite without weight
                    m_w[s][j] = w * V::squareRoot(square);
                } else {
                    m_w[s][j] = square;
                }
                unweighted += m_w[s][j] * m_x[s][j] * m_x[s][j];
            }
            std::memcpy(m_without[s], &unweighted, sizeof unweighted);
            if constexpr (!T::signedGrid) takeSigns(s);
        }
    }

    // x becomes its magnitude. Where the number of negatives must be even and is not, the value whose change of sign costs least is
    // changed: its magnitude becomes negative.
    void takeSigns(int s)
    {
        for (int e = 0; e < eights; ++e) {
            F* x = m_x[s] + 8 * e;
            const F* w = m_w[s] + 8 * e;
            I signs{}, odd{};
            F least = V::splat(0x1p126f);
            I where{};
            for (int j = 0; j < 8; ++j) {
                const I negative = x[j] < 0;
                signs |= negative & (1 << j);
                odd ^= negative;
                x[j] = V::magnitude(x[j]);
                if constexpr (T::evenSigns) {
                    const F cost = w[j] * x[j] * x[j];
                    const I better = cost < least;
                    least = better ? cost : least;
                    where = better ? V::splat(j) : where;
                }
            }
            if constexpr (T::evenSigns) {
                for (int j = 0; j < 8; ++j) {
                    const I flip = odd & (where == j);
                    x[j] = flip ? -x[j] : x[j];
                    signs ^= flip & (1 << j);
                }
            }
            m_signs[s][e] = signs;
        }
    }

    struct Fit {
        F errors[points];
        I codes[points];

        F error(int set) const
        {
            F sum = errors[set * perGroup];
            for (int p = 1; p < perGroup; ++p) sum += errors[set * perGroup + p];
            return sum;
        }
    };

    // The nearest points of every group for its scale.
    [[gnu::noinline]] void nearest(const F* scale, Fit& result) const
    {
        for (int p = 0; p < points; p += together) {
            F at[together * levels];
            for (int u = 0; u < together; ++u)
                for (int l = 0; l < levels; ++l) at[u * levels + l] = scale[(p + u) / perGroup] * (T::values[l] + shift(p + u));
            Search::nearest(m_grid, &m_x[0][0] + p * width, &m_w[0][0] + p * width, at, result.errors + p,
                            result.codes + p);
        }
    }

    // What the values of a point are shifted by.
    F shift(int point) const
    {
        if constexpr (T::shifts == Shifts::None) return V::splat(0.0f);
        else return m_shifted[point] ? V::splat(-0.125f) : V::splat(0.125f);
    }

    // Σ w x v and Σ w v² of a set's groups.
    void sums(int s, const Fit& fit, F& xv, F& vv) const
    {
        xv = vv = V::splat(0.0f);
        for (int p = 0; p < perGroup; ++p) {
            const F shifted = shift(s * perGroup + p);
            for (int j = 0; j < width; ++j) {
                const I level = (fit.codes[s * perGroup + p] >> (j * (width == 8 ? 2 : 3))) & (width == 8 ? 3 : 7);
                const F v = T::template value<N>(level) + shifted;
                const F wv = m_w[s][p * width + j] * v;
                xv += wv * m_x[s][p * width + j];
                vv += wv * v;
            }
        }
    }

    // better: for every set.
    static void keepBetter(Fit& best, const Fit& candidate, const I* better)
    {
        for (int p = 0; p < points; ++p) {
            best.errors[p] = better[p / perGroup] ? candidate.errors[p] : best.errors[p];
            best.codes[p] = better[p / perGroup] ? candidate.codes[p] : best.codes[p];
        }
    }

    // → m_ideal, m_stiffness: t and A of every group; m_shifted.
    void scan()
    {
        F middle[sets];
        for (int s = 0; s < sets; ++s) {
            F most = V::splat(1e-9f);
            for (int j = 0; j < group; ++j) most = V::max(V::magnitude(m_x[s][j]), most);
            middle[s] = most * (1 / T::largest);
            if constexpr (!T::freeScan.empty()) middle[s] = bestWithoutGrid(s, middle[s]);
        }
        bool first = true;
        for (const float part : T::scan) {
            F scale[sets];
            for (int s = 0; s < sets; ++s) scale[s] = middle[s] * part;
            if (first) {
                nearest(scale, m_best);
            } else {
                Fit candidate;
                I better[sets];
                nearest(scale, candidate);
                for (int s = 0; s < sets; ++s) better[s] = candidate.error(s) < m_best.error(s);
                keepBetter(m_best, candidate, better);
            }
            first = false;
        }
        for (int s = 0; s < sets; ++s) {
            F xv, vv;
            sums(s, m_best, xv, vv);
            const F ideal = V::max(xv / (vv + 1e-30f), V::splat(1e-9f));
            std::memcpy(m_ideal[s], &ideal, sizeof ideal);
            std::memcpy(m_stiffness[s], &vv, sizeof vv);
        }
    }

    // Of some parts of a scale the one with the least error if every value could have any level. → m_shifted.
    F bestWithoutGrid(int s, F largest)
    {
        F least = V::splat(0x1p126f), best = largest;
        for (const float part : T::freeScan) {
            const F scale = largest * part;
            const F inverse = 1.0f / scale;
            if constexpr (T::shifts == Shifts::None) {
                F error = V::splat(0.0f);
                for (int j = 0; j < group; ++j) {
                    const F difference = T::template nearestValue<N>(m_x[s][j] * inverse) * scale - m_x[s][j];
                    error += m_w[s][j] * difference * difference;
                }
                const I better = error < least;
                least = better ? error : least;
                best = better ? scale : best;
            } else {
                F errors[2][perGroup], sum[2] = {V::splat(0.0f), V::splat(0.0f)};
                for (int p = 0; p < perGroup; ++p) {
                    errors[0][p] = errors[1][p] = V::splat(0.0f);
                    for (int j = p * width; j < (p + 1) * width; ++j) {
                        const F times = m_x[s][j] * inverse;
                        for (int d = 0; d < 2; ++d) {
                            const float shift = d == 0 ? 0.125f : -0.125f;
                            const F difference = (T::template nearestValue<N>(times - shift) + shift) * scale - m_x[s][j];
                            errors[d][p] += m_w[s][j] * difference * difference;
                        }
                    }
                    for (int d = 0; d < 2; ++d) sum[d] += errors[d][p];
                }
                I negative[perGroup];
                F error = V::splat(0.0f);
                for (int p = 0; p < perGroup; ++p) {
                    negative[p] = T::shifts == Shifts::PerGroup ? sum[1] < sum[0] : errors[1][p] < errors[0][p];
                    error += negative[p] ? errors[1][p] : errors[0][p];
                }
                const I better = error < least;
                least = better ? error : least;
                best = better ? scale : best;
                for (int p = 0; p < perGroup; ++p) {
                    I& shifted = m_shifted[s * perGroup + p];
                    shifted = better ? negative[p] : shifted;
                }
            }
        }
        return best;
    }

    // Step 3 for super-block b, candidates in lanes.
    float firstUnit(int b) const
    {
        const float* ideal = &m_ideal[0][0] + b * groups;
        const float* stiffness = &m_stiffness[0][0] + b * groups;
        const float most = *std::max_element(ideal, ideal + groups);
        float bestError = 0x1p126f, best = 0;
        for (int c = 0; c < kUnits; c += N) {
            F unit, error = V::splat(0.0f);
            for (int i = 0; i < N; ++i) unit[i] = most / (2 * T::lastScale + 1) * (kFirstUnit + kUnitStep * static_cast<float>(c + i));
            const F inverse = 1.0f / unit;
            for (int g = 0; g < groups; ++g) {
                const F difference = unit * V::toFloat(2 * nearestScale(V::splat(ideal[g]) * inverse) + 1) - ideal[g];
                error += stiffness[g] * difference * difference;
            }
            for (int i = 0; i < N; ++i) {
                if (error[i] < bestError) {
                    bestError = error[i];
                    best = unit[i];
                }
            }
        }
        return best;
    }

    // s for a scale of `times` e.
    static I nearestScale(F times)
    {
        F s = times * 0.5f; // round((times − 1) / 2) = floor(times / 2)
        s = s > T::lastScale ? V::splat(static_cast<float>(T::lastScale)) : s;
        return __builtin_convertvector(s, I);
    }

    // e as it will be stored: the nearest half float above zero.
    float storable(int b, float unit)
    {
        const std::uint16_t half = std::clamp<std::uint16_t>(floatToHalf(std::ldexp(unit * T::unit, m_exponent[b])), 1, 0x7bff);
        m_d[b] = half;
        return std::ldexp(halfToFloat(half), -m_exponent[b]) / T::unit;
    }

    void search()
    {
        float unit[blocks];
        for (int b = 0; b < blocks; ++b) unit[b] = storable(b, firstUnit(b));
        for (int round = 0; ; ++round) {
            F scale[sets], otherScale[sets];
            I other[sets], better[sets];
            for (int s = 0; s < sets; ++s) {
                F e, t;
                for (int i = 0; i < N; ++i) e[i] = unit[(s * N + i) / groups];
                std::memcpy(&t, m_ideal[s], sizeof t);
                const F times = t / e;
                m_scale[s] = nearestScale(times);
                other[s] = m_scale[s] + (times > V::toFloat(2 * m_scale[s] + 1) ? V::splat(1) : V::splat(-1));
                other[s] = other[s] < 0 ? V::splat(0) : other[s] > T::lastScale ? V::splat(T::lastScale) : other[s];
                scale[s] = e * V::toFloat(2 * m_scale[s] + 1);
                otherScale[s] = e * V::toFloat(2 * other[s] + 1);
            }
            Fit candidate;
            nearest(scale, m_best);
            nearest(otherScale, candidate);
            for (int s = 0; s < sets; ++s) {
                better[s] = candidate.error(s) < m_best.error(s);
                m_scale[s] = better[s] ? other[s] : m_scale[s];
            }
            keepBetter(m_best, candidate, better);
            if (round == T::rounds) {
                for (int s = 0; s < sets; ++s) scale[s] = better[s] ? otherScale[s] : scale[s];
                if constexpr (T::shifts == Shifts::PerPoint) tryOtherShifts(scale);
                break;
            }
            // Least squares for e with these points and scales.
            alignas(64) float xv[lanes], vv[lanes];
            for (int s = 0; s < sets; ++s) {
                F a, c;
                sums(s, m_best, c, a);
                const F t = V::max(c / (a + 1e-30f), V::splat(1e-9f));
                std::memcpy(m_ideal[s], &t, sizeof t);
                const F times = V::toFloat(2 * m_scale[s] + 1);
                c *= times;
                a *= times * times;
                std::memcpy(xv + s * N, &c, sizeof c);
                std::memcpy(vv + s * N, &a, sizeof a);
            }
            for (int b = 0; b < blocks; ++b) {
                float c = 0, a = 0;
                for (int g = 0; g < groups; ++g) {
                    c += xv[b * groups + g];
                    a += vv[b * groups + g];
                }
                unit[b] = storable(b, a > 0 ? c / a : 0);
            }
        }
    }

    // The shifts were chosen without regard to the grid; now those of single points are tried the other way.
    void tryOtherShifts(const F* scale)
    {
        for (I& shifted : m_shifted) shifted = ~shifted;
        Fit candidate;
        nearest(scale, candidate);
        for (int p = 0; p < points; ++p) {
            const I better = candidate.errors[p] < m_best.errors[p];
            m_shifted[p] = better ? m_shifted[p] : ~m_shifted[p];
            m_best.codes[p] = better ? candidate.codes[p] : m_best.codes[p];
            m_best.errors[p] = better ? candidate.errors[p] : m_best.errors[p];
        }
    }

    void gather(int b, LatticeBlock& block) const
    {
        float error = 0, without = 0;
        for (int g = 0; g < groups; ++g) {
            const int l = b * groups + g, s = l / N, i = l % N;
            error += m_best.error(s)[i];
            without += m_without[s][i];
            block.scales[g] = static_cast<std::uint8_t>(m_scale[s][i]);
            for (int p = 0; p < perGroup; ++p) {
                const int at = s * perGroup + p;
                block.points[g * perGroup + p] = static_cast<std::uint16_t>(m_grid.indexOf(static_cast<unsigned>(m_best.codes[at][i])));
                if constexpr (T::shifts != Shifts::None) block.negativeShift[g * perGroup + p] = m_shifted[at][i] != 0;
            }
            if constexpr (!T::signedGrid)
                for (int e = 0; e < eights; ++e) block.signs[g * eights + e] = static_cast<std::uint8_t>(m_signs[s][e][i]);
        }
        block.d = m_zero[b] || !(error < without) ? 0 : m_d[b];
    }

    static constexpr int kUnits = 32;
    static constexpr float kFirstUnit = 0.70f, kUnitStep = 0.025f;

    const LatticeGrid& m_grid;
    alignas(64) F m_x[sets][group];
    F m_w[sets][group];
    I m_signs[sets][eights];
    I m_scale[sets];
    I m_shifted[points]; // all ones: by −1/8
    Fit m_best;
    alignas(64) PerLane m_ideal, m_stiffness, m_without;
    int m_exponent[blocks];
    std::uint16_t m_d[blocks];
    bool m_zero[blocks];
};

} // namespace
} // namespace corral::quant
