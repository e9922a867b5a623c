#pragma once
// IQ4_NL and IQ4_XS: groups of 32 with a scale and codes for 16 unevenly spaced values (facts/tensor-types.md § 8.5).
#include "core/quant/codebook.h"
#include "core/quant/encode/batch.h"
#include "core/quant/encode/symmetric_search.h"
#include "core/quant/encode/weights.h"

#include <array>
#include <bit>

namespace corral::quant {
namespace {

// From thresholds[c] on, code c + 1 is nearer than c. The definition compares the two rounded differences, so the threshold may lie a
// few floats below the middle.
struct Iq4Tables {
    std::array<float, 16> thresholds{}, values{};
    // Bins of the number line, of width 1 / binScale, the one around zero first and those below it last: 31 of them reach to
    // ±mostBinned (the 32nd is below and above). None has more than one threshold, and none of its ends is within rounding of one, so
    // the bin of y says which of two codes is nearest.
    static constexpr float binScale = 1 / 8.67f;
    static constexpr float mostBinned = 134.25f; // the search goes to 134, on either side
    std::array<std::int32_t, 32> lower{}; // the first of the two codes
    // The thresholds in the order of a binary search, each step's under the low three bits of −(code bits known so far).
    std::array<float, 8> third{}, fourth{};
    std::array<float, 8> even{}, odd{}; // values in the order of `fourth`
    constexpr Iq4Tables()
    {
        for (std::size_t c = 0; c < 16; ++c) {
            values[c] = kValuesIq4[c];
            (c % 2 == 0 ? even : odd)[(8 - c / 2) % 8] = values[c];
            thresholds[c] = 1e30f;
            if (c == 15) continue;
            const float low = kValuesIq4[c], high = kValuesIq4[c + 1];
            float threshold = (low + high) / 2;
            for (float y = threshold; !(y - low < high - y); y = nextBelow(y)) threshold = y;
            thresholds[c] = threshold;
        }
        for (int bin = -16; bin < 16; ++bin) {
            const float start = (static_cast<float>(bin) - 0.5f) / binScale;
            std::int32_t& code = lower[static_cast<std::size_t>(bin & 31)];
            while (thresholds[static_cast<std::size_t>(code)] < start) ++code;
        }
        for (std::size_t known = 0; known < 4; ++known) third[(8 - known) % 8] = thresholds[4 * known + 1];
        for (std::size_t known = 0; known < 8; ++known) fourth[(8 - known) % 8] = thresholds[2 * known];
    }
    // What is said of the bins.
    constexpr bool binsHold() const
    {
        if (mostBinned * binScale >= 15.5f) return false;
        int last = -100;
        for (std::size_t c = 0; c < 15; ++c) {
            const float position = thresholds[c] * binScale + 16.5f; // positive: the bin is the whole part
            const int bin = static_cast<int>(position);
            const float fraction = position - static_cast<float>(bin);
            if (bin == last || fraction < 0.01f || fraction > 0.99f) return false;
            last = bin;
        }
        return true;
    }
    static constexpr float nextBelow(float y)
    {
        const auto bits = std::bit_cast<std::uint32_t>(y);
        return std::bit_cast<float>(y > 0 ? bits - 1 : bits + 1);
    }
};
inline constexpr Iq4Tables kIq4;
static_assert(kIq4.binsHold());

// The value nearest to y = x · inverse, and its code. |y| ≤ mostBinned for the value; the tables are in registers.
class NearestIq4 {
public:
#if defined(__AVX512F__)
    Lanes value(Lanes x, Lanes inverse) const { return {_mm512_permutexvar_ps(index(x * inverse, bin(x * inverse)), m_values)}; }
    Lanes code(Lanes x, Lanes inverse) const
    {
        const Lanes y = least(greatest(x * inverse, Lanes::all(-130.0f)), Lanes::all(130.0f));
        return {_mm512_cvtepi32_ps(index(y, bin(y)))};
    }

private:
    // The bin in the lowest five bits: adding 1.5 · 2^23 leaves the nearest integer there.
    [[gnu::always_inline]] static __m512i bin(Lanes y)
    {
        return _mm512_castps_si512((y * Lanes::all(Iq4Tables::binScale) + Lanes::all(12582912.0f)).v);
    }
    [[gnu::always_inline]] __m512i index(Lanes y, __m512i bin) const
    {
        const __m512i lower = _mm512_permutex2var_epi32(m_lower0, bin, m_lower1);
        const __mmask16 above = _mm512_cmp_ps_mask(y.v, _mm512_permutexvar_ps(lower, m_thresholds), _CMP_GE_OQ);
        return _mm512_mask_add_epi32(lower, above, lower, _mm512_set1_epi32(1));
    }
    __m512i m_lower0 = _mm512_loadu_si512(kIq4.lower.data()), m_lower1 = _mm512_loadu_si512(kIq4.lower.data() + 16);
    __m512 m_thresholds = _mm512_loadu_ps(kIq4.thresholds.data()), m_values = _mm512_loadu_ps(kIq4.values.data());
#elif defined(__AVX2__)
    Lanes value(Lanes x, Lanes inverse) const
    {
        const Lanes y = x * inverse;
        const __m256i known = highBits(y);
        const __m256 above = _mm256_cmp_ps(y.v, _mm256_permutevar8x32_ps(m_fourth, known), _CMP_GE_OQ);
        return {_mm256_blendv_ps(_mm256_permutevar8x32_ps(m_even, known), _mm256_permutevar8x32_ps(m_odd, known), above)};
    }
    Lanes code(Lanes x, Lanes inverse) const
    {
        const Lanes y = x * inverse;
        const __m256i known = highBits(y);
        const __m256i negated = append(known, reached(y, _mm256_permutevar8x32_ps(m_fourth, known)));
        return {_mm256_cvtepi32_ps(_mm256_sub_epi32(_mm256_setzero_si256(), negated))};
    }

private:
    [[gnu::always_inline]] static __m256i reached(Lanes y, __m256 threshold)
    {
        return _mm256_castps_si256(_mm256_cmp_ps(y.v, threshold, _CMP_GE_OQ));
    }
    [[gnu::always_inline]] static __m256i append(__m256i known, __m256i bit)
    {
        return _mm256_add_epi32(_mm256_add_epi32(known, known), bit);
    }
    // −(code / 2), found bit by bit: a comparison is −1 where it holds.
    [[gnu::always_inline]] __m256i highBits(Lanes y) const
    {
        __m256i known = reached(y, _mm256_set1_ps(kIq4.thresholds[7]));
        const __m256 second =
            _mm256_blendv_ps(_mm256_set1_ps(kIq4.thresholds[3]), _mm256_set1_ps(kIq4.thresholds[11]), _mm256_castsi256_ps(known));
        known = append(known, reached(y, second));
        return append(known, reached(y, _mm256_permutevar8x32_ps(m_third, known)));
    }
    __m256 m_third = _mm256_loadu_ps(kIq4.third.data()), m_fourth = _mm256_loadu_ps(kIq4.fourth.data());
    __m256 m_even = _mm256_loadu_ps(kIq4.even.data()), m_odd = _mm256_loadu_ps(kIq4.odd.data());
#else
    Lanes value(Lanes x, Lanes inverse) const { return {kIq4.values[index(x * inverse)]}; }
    Lanes code(Lanes x, Lanes inverse) const
    {
        return {static_cast<float>(index(least(greatest(x * inverse, Lanes::all(-130.0f)), Lanes::all(130.0f))))};
    }

private:
    static std::size_t index(Lanes y)
    {
        const auto bin = static_cast<std::size_t>(std::bit_cast<std::uint32_t>(y.v * Iq4Tables::binScale + 12582912.0f) & 31);
        const auto lower = static_cast<std::size_t>(kIq4.lower[bin]);
        return lower + (y.v >= kIq4.thresholds[lower] ? 1 : 0);
    }
#endif
};

// The scale of a group of n values: candidates put the value of largest magnitude near the last code or on and around the first.
template <int n> [[gnu::always_inline]] inline Lanes iq4Search(const NearestIq4& nearest, const Lanes* x, const Lanes* w)
{
    const Lanes zero = zeros();
    const Largest largest = largestOf<n>(x);
    const Mask empty = largest.magnitude < Lanes::all(kTooSmall);
    const Lanes extreme = select(empty, Lanes::all(1.0f), largest.value);
    Lanes scale = zero, best = zero;
    for (int step = -8; step <= 7; ++step) {
        const bool first = step == -8; // the others have to be better
        const Lanes inverse = first ? Lanes::all(1.0f) / (extreme / Lanes::all(127.0f))
                                    : Lanes::all(static_cast<float>(step) - 127.0f) / extreme;
        Lanes sumXQ = zero, sumQ2 = zero;
#pragma GCC unroll 8
        for (int j = 0; j < n; ++j) {
            const Lanes q = nearest.value(x[j], inverse);
            const Lanes wq = w[j] * q;
            sumXQ = sumXQ + wq * x[j];
            sumQ2 = sumQ2 + wq * q;
        }
        const Mask some = zero < sumQ2;
        const Lanes fitted = select(some, sumXQ / sumQ2, zero);
        const Mask wins = first ? zero == zero : some & (best * sumQ2 < sumXQ * sumXQ);
        scale = select(wins, fitted, scale);
        best = select(wins, fitted * sumXQ, best);
    }
    return select(empty, zero, scale);
}

struct IQ4_nlEncoder {
    static constexpr int values = 32, bytes = 18, group = 32, batch = Lanes::count;
    static constexpr bool usesImportance = true;
    static constexpr Squares squares = Squares::Block;

    template <bool weighted> static void encode(const Batch<batch>& in)
    {
        const NearestIq4 nearest;
        Lanes x[group], w[group], q[group];
        loadTile<group>(in.values, x);
        if constexpr (weighted) {
            loadTile<group>(in.importance, w);
            importanceWeights<group>(x, Lanes::all(2.0f) * Lanes::load(in.meanSquare), w, squareWeights<group>);
        } else {
            squareWeights<group>(x, w);
        }
        const Lanes scale = iq4Search<group>(nearest, x, w);
        const Inverse inverse(scale);
        for (int j = 0; j < group; ++j) q[j] = nearest.code(x[j], inverse.value);
        float scales[batch];
        std::uint8_t codes[batch * values];
        scale.store(scales);
        storeCodes<group>(q, codes, values);
        for (int b = 0; b < in.count; ++b) {
            storeHalfScale(scales[b], in.out + b * bytes);
            packNibbles(codes + b * values, in.out + b * bytes + 2);
        }
    }
};

struct IQ4_xsEncoder {
    static constexpr int values = 256, bytes = 136, group = 32, groups = 8;
    static constexpr int batch = Lanes::count > groups ? Lanes::count / groups : 1, tiles = batch * groups / Lanes::count;
    static constexpr bool usesImportance = true;
    static constexpr Squares squares = Squares::Block;

    template <bool weighted> static void encode(const Batch<batch>& in)
    {
        const NearestIq4 nearest;
        Lanes x[tiles][group];
        float scales[batch * groups], inverses[batch * groups];
        for (int t = 0; t < tiles; ++t) {
            const float* starts[Lanes::count];
            Lanes w[group];
            in.template tile<values, group>(in.values, t, starts);
            loadTile<group>(starts, x[t]);
            if constexpr (weighted) {
                in.template tile<values, group>(in.importance, t, starts);
                loadTile<group>(starts, w);
                float sigma2[Lanes::count];
                for (int lane = 0; lane < Lanes::count; ++lane) sigma2[lane] = 2.0f * in.meanSquare[(t * Lanes::count + lane) / groups];
                importanceWeights<group>(x[t], Lanes::load(sigma2), w, squareWeights<group>);
            } else {
                squareWeights<group>(x[t], w);
            }
            iq4Search<group>(nearest, x[t], w).store(scales + t * Lanes::count);
        }
        std::uint8_t header[batch][8]; // d, scales_h, scales_l
        for (int b = 0; b < batch; ++b) packScales(scales + b * groups, header[b], inverses + b * groups);
        std::uint8_t codes[batch * values];
        for (int t = 0; t < tiles; ++t) {
            const Lanes inverse = Lanes::load(inverses + t * Lanes::count);
            Lanes q[group];
            for (int j = 0; j < group; ++j) q[j] = nearest.code(x[t][j], inverse);
            storeCodes<group>(q, codes + t * Lanes::count * group, group);
        }
        for (int b = 0; b < in.count; ++b) {
            std::uint8_t* p = in.out + b * bytes;
            std::memcpy(p, header[b], sizeof header[b]);
            for (int g = 0; g < groups; ++g) packNibbles(codes + b * values + g * group, p + 8 + 16 * g);
        }
    }

    // Six-bit signed multiples of d = −extreme / 32; the codes are picked for d before it is rounded to a half float.
    static void packScales(const float* scales, std::uint8_t* header, float* inverses)
    {
        float extreme = 0;
        for (int g = 0; g < groups; ++g) extreme = std::fabs(scales[g]) > std::fabs(extreme) ? scales[g] : extreme;
        const float d = -extreme / 32.0f;
        const float inverse = d != 0 ? 1.0f / d : 0.0f;
        storeHalfScale(d, header);
        unsigned high = 0;
        std::memset(header + 4, 0, 4);
        for (int g = 0; g < groups; ++g) {
            const int code = nearestCode(inverse * scales[g], -32, 31);
            const float step = d * static_cast<float>(code);
            inverses[g] = step != 0 ? 1.0f / step : 0.0f;
            const auto stored = static_cast<unsigned>(code + 32);
            header[4 + g / 2] = static_cast<std::uint8_t>(header[4 + g / 2] | (stored & 15) << (4 * (g % 2)));
            high |= (stored >> 4) << (2 * g);
        }
        header[2] = static_cast<std::uint8_t>(high & 255);
        header[3] = static_cast<std::uint8_t>(high >> 8);
    }
};

} // namespace
} // namespace corral::quant
