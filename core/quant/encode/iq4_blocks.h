#pragma once
// IQ4_NL and IQ4_XS: groups of 32 with a scale and codes for 16 unevenly spaced values (facts/tensor-types.md § 8.5).
#include "core/quant/codebook.h"
#include "core/quant/encode/batch.h"
#include "core/quant/encode/symmetric_search.h"
#include "core/quant/encode/weights.h"

#include <array>

namespace corral::quant {
namespace {

// How the nearest value is found without a search. The number line is cut into bins of width 8 such that each holds at most one of the
// thresholds between neighbouring values, and none lies within rounding of a bin's end: a bin says which of two codes.
struct Iq4Tables {
    static constexpr float shift = 16.0f - 1.25f / 8; // y → bin: y / 8 + shift
    std::array<std::int32_t, 32> lower{};             // of a bin
    std::array<std::uint8_t, 32> lowerBytes{};
    std::array<float, 16> thresholds{};               // from here on code + 1 is nearer
    std::array<float, 16> values{};
    constexpr Iq4Tables()
    {
        for (std::size_t c = 0; c < 16; ++c) {
            values[c] = kValuesIq4[c];
            thresholds[c] = 1e30f;
            if (c == 15) continue;
            // The definition compares the two rounded differences, so the threshold may lie a few floats below the middle.
            const float low = kValuesIq4[c], high = kValuesIq4[c + 1];
            float threshold = (low + high) / 2;
            for (float y = threshold; !(y - low < high - y); y = nextBelow(y)) threshold = y;
            thresholds[c] = threshold;
        }
        for (std::size_t bin = 0; bin < 32; ++bin) {
            const float start = (static_cast<float>(bin) - shift) * 8;
            while (lower[bin] < 15 && thresholds[static_cast<std::size_t>(lower[bin])] < start) ++lower[bin];
            lowerBytes[bin] = static_cast<std::uint8_t>(lower[bin]);
        }
    }
    static constexpr float nextBelow(float y)
    {
        const auto bits = std::bit_cast<std::uint32_t>(y);
        return std::bit_cast<float>(y > 0 ? bits - 1 : bits + 1);
    }
};
inline constexpr Iq4Tables kIq4;

// Tables in registers.
class NearestIq4 {
public:
    // Code and value nearest to y.
#if defined(__AVX512F__)
    Lanes code(Lanes y) const { return {_mm512_cvtepi32_ps(index(y))}; }
    Lanes value(Lanes y) const { return {_mm512_permutexvar_ps(index(y), m_values)}; }

private:
    [[gnu::always_inline]] __m512i index(Lanes y) const
    {
        const __m512i lower = _mm512_permutex2var_epi32(m_lower0, _mm512_cvttps_epi32(bin(y).v), m_lower1);
        const __mmask16 above = _mm512_cmp_ps_mask(y.v, _mm512_permutexvar_ps(lower, m_thresholds), _CMP_GE_OQ);
        return _mm512_mask_add_epi32(lower, above, lower, _mm512_set1_epi32(1));
    }
    __m512i m_lower0 = _mm512_loadu_si512(kIq4.lower.data()), m_lower1 = _mm512_loadu_si512(kIq4.lower.data() + 16);
    __m512 m_thresholds = _mm512_loadu_ps(kIq4.thresholds.data()), m_values = _mm512_loadu_ps(kIq4.values.data());
#elif defined(__AVX2__)
    Lanes code(Lanes y) const { return {_mm256_cvtepi32_ps(index(y))}; }
    Lanes value(Lanes y) const { return {lookUp(m_values0, m_values1, index(y))}; }

private:
    // Of 16 entries.
    [[gnu::always_inline]] static __m256 lookUp(__m256 low, __m256 high, __m256i at)
    {
        return _mm256_blendv_ps(_mm256_permutevar8x32_ps(low, at), _mm256_permutevar8x32_ps(high, at),
                                _mm256_castsi256_ps(_mm256_slli_epi32(at, 28)));
    }
    [[gnu::always_inline]] __m256i index(Lanes y) const
    {
        const __m256i at = _mm256_cvttps_epi32(bin(y).v);
        const __m256i byte = _mm256_or_si256(at, _mm256_set1_epi32(static_cast<int>(0x80808000u))); // the other three bytes: 0
        const __m256 lower = _mm256_blendv_ps(_mm256_castsi256_ps(_mm256_shuffle_epi8(m_lower0, byte)),
                                              _mm256_castsi256_ps(_mm256_shuffle_epi8(m_lower1, byte)),
                                              _mm256_castsi256_ps(_mm256_slli_epi32(at, 27)));
        const __m256i code = _mm256_castps_si256(lower);
        const __m256 above = _mm256_cmp_ps(y.v, lookUp(m_thresholds0, m_thresholds1, code), _CMP_GE_OQ);
        return _mm256_sub_epi32(code, _mm256_castps_si256(above));
    }
    static __m256i bytes16(const std::uint8_t* p)
    {
        return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    }
    __m256i m_lower0 = bytes16(kIq4.lowerBytes.data()), m_lower1 = bytes16(kIq4.lowerBytes.data() + 16);
    __m256 m_thresholds0 = _mm256_loadu_ps(kIq4.thresholds.data()), m_thresholds1 = _mm256_loadu_ps(kIq4.thresholds.data() + 8);
    __m256 m_values0 = _mm256_loadu_ps(kIq4.values.data()), m_values1 = _mm256_loadu_ps(kIq4.values.data() + 8);
#else
    Lanes code(Lanes y) const { return {static_cast<float>(index(y))}; }
    Lanes value(Lanes y) const { return {kIq4.values[index(y)]}; }

private:
    static std::size_t index(Lanes y)
    {
        const auto lower = static_cast<std::size_t>(kIq4.lower[static_cast<std::size_t>(bin(y).v)]);
        return y.v >= kIq4.thresholds[lower] ? lower + 1 : lower;
    }
#endif
    [[gnu::always_inline]] static Lanes bin(Lanes y)
    {
        return least(greatest(y * Lanes::all(0.125f) + Lanes::all(Iq4Tables::shift), zeros()), Lanes::all(31.0f));
    }
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
        const Lanes inverse = first ? Lanes::all(1.0f) / (extreme / Lanes::all(127.0f)) : Lanes::all(static_cast<float>(step) - 127.0f) / extreme;
        Lanes sumXQ = zero, sumQ2 = zero;
#pragma GCC unroll 8
        for (int j = 0; j < n; ++j) {
            const Lanes q = nearest.value(inverse * x[j]);
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
        for (int j = 0; j < group; ++j) q[j] = nearest.code(inverse.value * x[j]);
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
            for (int j = 0; j < group; ++j) q[j] = nearest.code(inverse * x[t][j]);
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
