#pragma once
// The encoder of the lattice types (facts/tensor-types.md § 6, § 8.6, § 8.7): x ≈ e (2 s + 1) · point, e of a super-block of 256, s of
// a group of 16 or 32, a grid point for every 4 or 8 values. One group in every lane.
//
//  1. Weights, magnitudes and signs (lattice_values.h).
//  2. Scan: a coarse one with every level allowed to every value, or from the largest magnitude; around its result the exact nearest
//     points for some scales of each group. The best gives the group's least-squares scale t and its weight A = Σ w v² (moving the
//     scale by δ costs A δ²).
//  3. e: of some candidates the one whose multiples (2 s + 1) e lie nearest to all t.
//  4. For this e, as the half float that is stored: for each group the exact nearest points for the two s around t, the better wins;
//     then least squares for e over the whole super-block, and again, `rounds` times.
//
// A type T (lattice_types.h) says
//   shape, grid()            of its points; values[l] = what level l decodes to, value(l) the same in lanes
//   group, lastScale         values that share s; largest s
//   unit                     stored d = unit · e
//   shifts                   None; PerGroup, PerPoint: values are shifted by ±1/8
//   evenSigns                the number of negatives of 8 values is even
//   signedGrid               points have signs themselves
//   weightSpread(importance given)       σ² in mean squares of the super-block
//   freeScan                 scales of the coarse scan, in units of (largest magnitude of the group / largest value); may be empty
//   nearestValue(x)          of a coarse scan: the value nearest to x
//   scan                     scales of the exact one, in units of the coarse one's result; if empty, that is fitted without a grid
//   pack(block, out)
#include "core/quant/encode/lattice_values.h"

namespace corral::quant {
namespace {

// What is stored, before packing.
struct LatticeBlock {
    std::uint16_t d;
    std::uint8_t scales[16];   // of groups
    std::uint16_t points[64];  // indices in the grid
    std::uint8_t signs[32];    // of 8 values, bit j: negative
    bool negativeShift[32];    // of points
};

enum class Shifts { None, PerGroup, PerPoint };

template <class T> class LatticeEncoder {
    using Values = LatticeValues<T>;
    static constexpr int N = Values::N, group = Values::group, groups = Values::groups, perGroup = Values::perGroup;
    static constexpr int together = Values::together, lanes = Values::lanes, sets = Values::sets, points = Values::points;
    static constexpr int width = T::shape.width, levels = T::shape.levels;
    static constexpr int levelBits = width == 8 ? 2 : 3;

public:
    static constexpr int blocks = Values::blocks; // super-blocks that are encoded at the same time

    LatticeEncoder() : m_grid(T::grid()) {}

    void encode(const float* const* values, const float* const* importances, LatticeBlock* out)
    {
        m_values.load(values, importances);
        scan();
        search();
        gather(out);
    }

private:
    struct Fit {
        Lanes errors[points];
        Codes codes[points];

        Lanes error(int set) const
        {
            Lanes sum = errors[set * perGroup];
            for (int p = 1; p < perGroup; ++p) sum = sum + errors[set * perGroup + p];
            return sum;
        }
    };

    // The nearest points of every group for its scale.
    [[gnu::noinline]] void nearest(const Lanes* scale, Fit& result) const
    {
        for (int p = 0; p < points; p += together) {
            Lanes at[together * levels];
            for (int u = 0; u < together; ++u)
                for (int l = 0; l < levels; ++l) at[u * levels + l] = scale[(p + u) / perGroup] * (Lanes::all(T::values[l]) + shift(p + u));
            LatticeSearch<T::shape, together>::nearest(m_grid, &m_values.x[0][0] + p * width, &m_values.w[0][0] + p * width, at,
                                                       result.errors + p, result.codes + p);
        }
    }

    // What the values of a point are shifted by.
    Lanes shift(int point) const
    {
        if constexpr (T::shifts == Shifts::None) return zeros();
        else return m_shifts[point];
    }

    // Σ w x v and Σ w v² of a set's groups.
    void sums(int s, const Fit& fit, Lanes& xv, Lanes& vv) const
    {
        xv = vv = zeros();
        for (int p = 0; p < perGroup; ++p) {
            const Lanes shifted = shift(s * perGroup + p);
            for (int j = 0; j < width; ++j) {
                const Lanes level = numbers(fit.codes[s * perGroup + p] >> (j * levelBits) & Codes::all((1 << levelBits) - 1));
                const Lanes v = T::value(level) + shifted;
                const Lanes wv = m_values.w[s][p * width + j] * v;
                xv = xv + wv * m_values.x[s][p * width + j];
                vv = vv + wv * v;
            }
        }
    }

    static Lanes leastSquares(Lanes xv, Lanes vv) { return greatest(xv / (vv + Lanes::all(1e-30f)), Lanes::all(1e-9f)); }

    // better: for every set.
    static void keepBetter(Fit& best, const Fit& candidate, const Mask* better)
    {
        for (int p = 0; p < points; ++p) {
            best.errors[p] = select(better[p / perGroup], candidate.errors[p], best.errors[p]);
            best.codes[p] = select(better[p / perGroup], candidate.codes[p], best.codes[p]);
        }
    }

    // → m_ideal, m_stiffness: t and A of every group; m_shifts.
    void scan()
    {
        Lanes middle[sets];
        for (int s = 0; s < sets; ++s) {
            Lanes most = Lanes::all(1e-9f);
            for (int j = 0; j < group; ++j) most = greatest(most, magnitude(m_values.x[s][j]));
            middle[s] = most * Lanes::all(1 / T::largest);
            if constexpr (!T::freeScan.empty()) middle[s] = bestWithoutGrid(s, middle[s]);
        }
        for (std::size_t k = 0; k < T::scan.size(); ++k) {
            Lanes scale[sets];
            for (int s = 0; s < sets; ++s) scale[s] = middle[s] * Lanes::all(T::scan[k]);
            if (k == 0) {
                nearest(scale, m_best);
            } else {
                Fit candidate;
                Mask better[sets];
                nearest(scale, candidate);
                for (int s = 0; s < sets; ++s) better[s] = candidate.error(s) < m_best.error(s);
                keepBetter(m_best, candidate, better);
            }
        }
        for (int s = 0; s < sets; ++s) {
            Lanes xv, vv;
            if constexpr (T::scan.empty()) freeSums(s, middle[s], xv, vv);
            else sums(s, m_best, xv, vv);
            leastSquares(xv, vv).store(m_ideal + s * N);
            vv.store(m_stiffness + s * N);
        }
    }

    // The sums if every value had the level nearest to it.
    void freeSums(int s, Lanes scale, Lanes& xv, Lanes& vv) const
    {
        const Lanes inverse = Lanes::all(1.0f) / scale;
        xv = vv = zeros();
        for (int j = 0; j < group; ++j) {
            const Lanes x = m_values.x[s][j], shifted = shift(s * perGroup + j / width);
            const Lanes v = T::nearestValue(x * inverse - shifted) + shifted;
            const Lanes wv = m_values.w[s][j] * v;
            xv = xv + wv * x;
            vv = vv + wv * v;
        }
    }

    // Of some parts of a scale the one with the least error if every value could have any level. → m_shifts.
    Lanes bestWithoutGrid(int s, Lanes largest)
    {
        Lanes lowest = Lanes::all(kMoreThanAnyError), best = largest;
        for (const float part : T::freeScan) {
            const Lanes scale = largest * Lanes::all(part);
            const Lanes inverse = Lanes::all(1.0f) / scale;
            if constexpr (T::shifts == Shifts::None) {
                const Lanes error = freeError(s, 0, group, scale, inverse, 0);
                const Mask better = error < lowest;
                lowest = select(better, error, lowest);
                best = select(better, scale, best);
            } else {
                Lanes up[perGroup], down[perGroup], upSum = zeros(), downSum = zeros();
                for (int p = 0; p < perGroup; ++p) {
                    up[p] = freeError(s, p * width, width, scale, inverse, 0.125f);
                    down[p] = freeError(s, p * width, width, scale, inverse, -0.125f);
                    upSum = upSum + up[p];
                    downSum = downSum + down[p];
                }
                Mask negative[perGroup];
                Lanes error = zeros();
                for (int p = 0; p < perGroup; ++p) {
                    negative[p] = T::shifts == Shifts::PerGroup ? downSum < upSum : down[p] < up[p];
                    error = error + select(negative[p], down[p], up[p]);
                }
                const Mask better = error < lowest;
                lowest = select(better, error, lowest);
                best = select(better, scale, best);
                for (int p = 0; p < perGroup; ++p) {
                    Lanes& shift = m_shifts[s * perGroup + p];
                    const Lanes other = select(negative[p], Lanes::all(-0.125f), Lanes::all(0.125f));
                    shift = select(better, other, shift);
                }
            }
        }
        return best;
    }

    // Error of `count` values from `first` on if each had the level nearest to it.
    Lanes freeError(int s, int first, int count, Lanes scale, Lanes inverse, float shift) const
    {
        const Lanes shifted = Lanes::all(shift);
        Lanes error = zeros();
        for (int j = first; j < first + count; ++j) {
            const Lanes x = m_values.x[s][j];
            const Lanes difference = (T::nearestValue(x * inverse - shifted) + shifted) * scale - x;
            error = error + m_values.w[s][j] * difference * difference;
        }
        return error;
    }

    // Step 3 for super-block b, candidates in lanes.
    float firstUnit(int b) const
    {
        const float* ideal = m_ideal + b * groups;
        const float* stiffness = m_stiffness + b * groups;
        const float most = *std::max_element(ideal, ideal + groups);
        float parts[kUnits], lowest = kMoreThanAnyError, best = 0;
        for (int c = 0; c < kUnits; ++c) parts[c] = kFirstUnit + kUnitStep * static_cast<float>(c);
        for (int c = 0; c < kUnits; c += N) {
            const Lanes unit = Lanes::load(parts + c) * Lanes::all(most / (2 * T::lastScale + 1));
            const Lanes inverse = Lanes::all(1.0f) / unit;
            Lanes error = zeros();
            for (int g = 0; g < groups; ++g) {
                const Lanes t = Lanes::all(ideal[g]);
                const Lanes difference = unit * times(nearestScale(t * inverse)) - t;
                error = error + Lanes::all(stiffness[g]) * difference * difference;
            }
            float errors[N], units[N];
            error.store(errors);
            unit.store(units);
            for (int i = 0; i < N; ++i) {
                if (errors[i] < lowest) {
                    lowest = errors[i];
                    best = units[i];
                }
            }
        }
        return best;
    }

    // 2 s + 1
    static Lanes times(Lanes scale) { return scale + scale + Lanes::all(1.0f); }

    // s for a multiple of e: round((multiple − 1) / 2) = floor(multiple / 2).
    static Lanes nearestScale(Lanes multiple)
    {
        return truncated(least(multiple * Lanes::all(0.5f), Lanes::all(static_cast<float>(T::lastScale))));
    }

    // e as it will be stored: the nearest half float above zero.
    float storable(int b, float unit)
    {
        m_d[b] = std::clamp<std::uint16_t>(floatToHalf(std::ldexp(unit * T::unit, m_values.exponent[b])), 1, 0x7bff);
        return std::ldexp(halfToFloat(m_d[b]), -m_values.exponent[b]) / T::unit;
    }

    void search()
    {
        float units[lanes];
        for (int b = 0; b < blocks; ++b) std::fill_n(units + b * groups, groups, storable(b, firstUnit(b)));
        for (int round = 0;; ++round) {
            Lanes scale[sets], otherScale[sets], other[sets];
            for (int s = 0; s < sets; ++s) {
                const Lanes e = Lanes::load(units + s * N), multiple = Lanes::load(m_ideal + s * N) / e, one = Lanes::all(1.0f);
                m_scales[s] = nearestScale(multiple);
                other[s] = select(times(m_scales[s]) < multiple, m_scales[s] + one, m_scales[s] - one);
                other[s] = least(greatest(other[s], zeros()), Lanes::all(static_cast<float>(T::lastScale)));
                scale[s] = e * times(m_scales[s]);
                otherScale[s] = e * times(other[s]);
            }
            Fit candidate;
            Mask better[sets];
            nearest(scale, m_best);
            nearest(otherScale, candidate);
            for (int s = 0; s < sets; ++s) {
                better[s] = candidate.error(s) < m_best.error(s);
                m_scales[s] = select(better[s], other[s], m_scales[s]);
                scale[s] = select(better[s], otherScale[s], scale[s]);
            }
            keepBetter(m_best, candidate, better);
            if (round == T::rounds) {
                if constexpr (T::shifts == Shifts::PerPoint) tryOtherShifts(scale);
                return;
            }
            refineUnits(units);
        }
    }

    // Least squares for e with the points and scales found; also for m_ideal.
    void refineUnits(float* units)
    {
        float xv[lanes], vv[lanes];
        for (int s = 0; s < sets; ++s) {
            Lanes groupXv, groupVv;
            sums(s, m_best, groupXv, groupVv);
            leastSquares(groupXv, groupVv).store(m_ideal + s * N);
            const Lanes multiple = times(m_scales[s]);
            (groupXv * multiple).store(xv + s * N);
            (groupVv * multiple * multiple).store(vv + s * N);
        }
        for (int b = 0; b < blocks; ++b) {
            float x = 0, v = 0;
            for (int g = b * groups; g < (b + 1) * groups; ++g) {
                x += xv[g];
                v += vv[g];
            }
            std::fill_n(units + b * groups, groups, storable(b, v > 0 ? std::max(x / v, 0.0f) : 0));
        }
    }

    // The shifts were chosen without regard to the grid; now those of single points are tried the other way.
    void tryOtherShifts(const Lanes* scale)
    {
        for (Lanes& shift : m_shifts) shift = zeros() - shift;
        Fit candidate;
        nearest(scale, candidate);
        for (int p = 0; p < points; ++p) {
            const Mask better = candidate.errors[p] < m_best.errors[p];
            m_shifts[p] = select(better, m_shifts[p], zeros() - m_shifts[p]);
            m_best.codes[p] = select(better, candidate.codes[p], m_best.codes[p]);
            m_best.errors[p] = select(better, candidate.errors[p], m_best.errors[p]);
        }
    }

    void gather(LatticeBlock* out) const
    {
        float errors[lanes], scales[lanes], signs[Values::eights][lanes], shifts[perGroup][lanes];
        std::int32_t codes[perGroup][lanes];
        for (int s = 0; s < sets; ++s) {
            m_best.error(s).store(errors + s * N);
            m_scales[s].store(scales + s * N);
            for (int p = 0; p < perGroup; ++p) {
                m_best.codes[s * perGroup + p].store(codes[p] + s * N);
                shift(s * perGroup + p).store(shifts[p] + s * N);
            }
            if constexpr (!T::signedGrid)
                for (int e = 0; e < Values::eights; ++e) m_values.signs[s][e].store(signs[e] + s * N);
        }
        for (int b = 0; b < blocks; ++b) {
            float error = 0, without = 0;
            for (int g = 0; g < groups; ++g) {
                const int lane = b * groups + g;
                error += errors[lane];
                without += m_values.without[lane];
                out[b].scales[g] = static_cast<std::uint8_t>(scales[lane]);
                for (int p = 0; p < perGroup; ++p) {
                    out[b].points[g * perGroup + p] = static_cast<std::uint16_t>(m_grid.indexOf(static_cast<unsigned>(codes[p][lane])));
                    if constexpr (T::shifts != Shifts::None) out[b].negativeShift[g * perGroup + p] = shifts[p][lane] < 0;
                }
                if constexpr (!T::signedGrid)
                    for (int e = 0; e < Values::eights; ++e) out[b].signs[g * Values::eights + e] = static_cast<std::uint8_t>(signs[e][lane]);
            }
            out[b].d = m_values.zero[b] || !(error < without) ? 0 : m_d[b]; // never worse than zeros
        }
    }

    static constexpr int kUnits = 32; // candidates for e, in units of (largest t / largest multiple)
    static constexpr float kFirstUnit = 0.70f, kUnitStep = 0.025f;

    const LatticeGrid& m_grid;
    Values m_values;
    Fit m_best;
    Lanes m_scales[sets];  // s
    Lanes m_shifts[points];
    float m_ideal[lanes], m_stiffness[lanes];
    std::uint16_t m_d[blocks];
};

// The row encoder of a type.
template <class T> void encodeLattice(const float* values, const float* importance, std::byte* out, std::int64_t rows, std::int64_t n)
{
    LatticeEncoder<T> encoder;
    constexpr int blocks = LatticeEncoder<T>::blocks;
    const std::int64_t perRow = n / kSuperBlock, count = rows * perRow;
    for (std::int64_t first = 0; first < count; first += blocks) {
        const float* from[blocks];
        const float* importances[blocks];
        for (int b = 0; b < blocks; ++b) {
            const std::int64_t block = std::min(first + b, count - 1); // an odd last one keeps all lanes busy
            from[b] = values + block * kSuperBlock;
            importances[b] = importance ? importance + block % perRow * kSuperBlock : nullptr;
        }
        LatticeBlock encoded[blocks];
        encoder.encode(from, importances, encoded);
        for (int b = 0; b < blocks && first + b < count; ++b) T::pack(encoded[b], reinterpret_cast<std::uint8_t*>(out + (first + b) * T::bytes));
    }
}

} // namespace
} // namespace corral::quant
