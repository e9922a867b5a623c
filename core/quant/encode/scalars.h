#pragma once
// F32, F16, BF16: values one by one (facts/tensor-types.md § 2). Values beyond the half floats become infinite there, as defined.
#include "core/quant/block_codes.h"
#include "core/quant/encode/lanes.h"

namespace corral::quant {
namespace {

struct F32Writer {
    static constexpr int bytes = 4;
    [[gnu::always_inline]] static void write(Lanes x, std::uint8_t* p) { std::memcpy(p, &x, sizeof x); }
};

struct F16Writer {
    static constexpr int bytes = 2;
    [[gnu::always_inline]] static void write(Lanes x, std::uint8_t* p)
    {
#if defined(__AVX512F__)
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtps_ph(x.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
#elif defined(__AVX2__)
        _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_cvtps_ph(x.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
#else
        const std::uint16_t half = floatToHalf(x.v);
        std::memcpy(p, &half, sizeof half);
#endif
    }
};

struct Bf16Writer {
    static constexpr int bytes = 2;
    [[gnu::always_inline]] static void write(Lanes x, std::uint8_t* p)
    {
#if defined(__AVX512F__)
        const __m512i bits = _mm512_castps_si512(x.v);
        const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
        const __m512i rounded = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
        const __m512i quiet = _mm512_or_si512(bits, _mm512_set1_epi32(0x400000));
        const __m512i chosen = _mm512_mask_mov_epi32(rounded, _mm512_cmp_ps_mask(x.v, x.v, _CMP_UNORD_Q), quiet);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtepi32_epi16(_mm512_srli_epi32(chosen, 16)));
#elif defined(__AVX2__)
        const __m256i bits = _mm256_castps_si256(x.v);
        const __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
        const __m256i rounded = _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
        const __m256i quiet = _mm256_or_si256(bits, _mm256_set1_epi32(0x400000));
        const __m256i isNan = _mm256_castps_si256(_mm256_cmp_ps(x.v, x.v, _CMP_UNORD_Q));
        const __m256i words = _mm256_srli_epi32(_mm256_blendv_epi8(rounded, quiet, isNan), 16);
        const __m128i packed = _mm_packus_epi32(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(p), packed);
#else
        const std::uint16_t half = floatToBf16(x.v);
        std::memcpy(p, &half, sizeof half);
#endif
    }
};

template <class W> void encodeScalars(const float* values, const float*, std::byte* blocks, std::int64_t rows, std::int64_t n)
{
    const std::int64_t total = rows * n;
    auto p = reinterpret_cast<std::uint8_t*>(blocks);
    std::int64_t i = 0;
    for (; i + Lanes::count <= total; i += Lanes::count) W::write(Lanes::load(values + i), p + i * W::bytes);
    if (const auto left = static_cast<std::size_t>(total - i); left > 0) {
        float padded[Lanes::count] = {};
        std::uint8_t written[Lanes::count * W::bytes];
        std::memcpy(padded, values + i, left * sizeof(float));
        W::write(Lanes::load(padded), written);
        std::memcpy(p + i * W::bytes, written, left * W::bytes);
    }
}

} // namespace
} // namespace corral::quant
