#if defined(__x86_64__)
#include "core/quant/code_rows.h"

#include "core/quant/formats/mxfp4.h"
#include "core/quant/formats/q4_0.h"
#include "core/quant/formats/q4_1.h"
#include "core/quant/formats/q4_K.h"
#include "core/quant/formats/q5_0.h"
#include "core/quant/formats/q5_1.h"
#include "core/quant/formats/q5_K.h"
#include "core/quant/formats/q6_K.h"

#include <immintrin.h>

namespace corral::quant {

namespace {

template <class B, int kZero> void unpack(const std::byte* blocks, std::uint8_t* codes, float* scales, float* offsets, std::int64_t n)
{
    constexpr int groups = B::values / B::group;
    auto p = reinterpret_cast<Bytes>(blocks);
    for (std::int64_t i = 0; i < n; i += B::values, p += B::bytes, codes += B::values, scales += groups, offsets += groups) {
        B::unpackScales(p, scales, offsets);
#pragma GCC unroll 8
        for (int g = 0; g < B::values / 32; ++g)
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(codes + 32 * g), _mm256_add_epi8(B::codes32(p, g), _mm256_set1_epi8(kZero)));
    }
}

template <class B, int kBits, int kZero> constexpr CodeRows kRows{kBits, kZero, B::group, B::affine, unpack<B, kZero>};

} // namespace

const CodeRows* codeRowsAvx2(const Format& format)
{
    using namespace formats;
    if (format.name == "q4_0") return &kRows<Q4_0, 4, 8>;
    if (format.name == "q4_1") return &kRows<Q4_1, 4, 0>;
    if (format.name == "q4_K") return &kRows<Q4_K, 4, 0>;
    if (format.name == "q5_0") return &kRows<Q5_0, 5, 16>;
    if (format.name == "q5_1") return &kRows<Q5_1, 5, 0>;
    if (format.name == "q5_K") return &kRows<Q5_K, 5, 0>;
    if (format.name == "mxfp4") return &kRows<Mxfp4, 5, 16>;
    if (format.name == "q6_K") return &kRows<Q6_K, 6, 32>;
    return nullptr;
}

} // namespace corral::quant
#endif
