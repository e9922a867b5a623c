#pragma once
// The one shape every block format is brought into, and what follows from it: decoding and the plain dot product.
//
// A block type B (formats/NAME.h) says
//   values, bytes   of a block
//   group           values that share a scale
//   affine          whether groups have an offset
//   activation      what dotRows multiplies with
//   unpack(p, codes, scales, offsets)   one block → codes[values], scales[values / group], offsets[values / group]; or the same in
//                                       two, unpackScales(p, scales, offsets) and unpackCodes(p, codes), where vector code needs the first
// and means  value i = scales[g] * codes[i] (+ offsets[g]),  g = i / group, in float32, in this order: with these operands the
// result is bit for bit that of facts/tensor-types.md.
//
// The loops are written for the compiler's vectorizer: instantiated in a *_avx2.cpp or *_avx512.cpp file they are that
// instruction set's version. Therefore everything here has internal linkage; shared inline functions would be merged by the linker,
// and a machine without AVX-512 could be given the AVX-512 copy.
#include "core/base/float16.h"
#include "core/quant/format.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace corral::quant {
namespace {

using Bytes = const std::uint8_t*;

template <class T> [[gnu::always_inline]] inline T readAs(Bytes p)
{
    T value;
    std::memcpy(&value, p, sizeof value);
    return value;
}

// The half float at p.
[[gnu::always_inline]] inline float halfAt(Bytes p)
{
#if defined(__F16C__)
    return _cvtsh_ss(readAs<std::uint16_t>(p));
#elif defined(__aarch64__)
    return readAs<__fp16>(p);
#else
    return halfToFloat(readAs<std::uint16_t>(p));
#endif
}

template <class B> [[gnu::always_inline]] inline void unpackBlock(Bytes p, std::int8_t* codes, float* scales, float* offsets)
{
    if constexpr (requires { B::unpackScales(p, scales, offsets); }) {
        B::unpackScales(p, scales, offsets);
        B::unpackCodes(p, codes);
    } else {
        B::unpack(p, codes, scales, offsets);
    }
}

// blocks → n floats.
template <class B> void decodeBlocks(const std::byte* blocks, float* values, std::int64_t n)
{
    constexpr int groups = B::values / B::group;
    alignas(64) std::int8_t codes[B::values];
    alignas(64) float scales[groups];
    alignas(64) float offsets[groups];
    auto p = reinterpret_cast<Bytes>(blocks);
    for (std::int64_t i = 0; i < n; i += B::values, p += B::bytes) {
        unpackBlock<B>(p, codes, scales, offsets);
        for (int g = 0; g < groups; ++g) {
            const float scale = scales[g];
            float* out = values + i + g * B::group;
            for (int j = 0; j < B::group; ++j) {
                float value = scale * static_cast<float>(codes[g * B::group + j]);
                if constexpr (B::affine) value += offsets[g];
                out[j] = value;
            }
        }
    }
}

// y[i] = row i · x, codes multiplied and summed as integers within a group, the rest in float32.
template <class B>
void dotBlocks(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    constexpr int groups = B::values / B::group;
    constexpr int perScale = B::activation == ActivationKind::Q8x32 ? 32 : 256; // activations that share a scale
    constexpr int perSum = B::activation == ActivationKind::Q8x32 ? 32 : 16;    // and a sum
    static_assert(B::group <= perScale && (!B::affine || B::group >= perSum));
    alignas(64) std::int8_t codes[B::values];
    alignas(64) float scales[groups];
    alignas(64) float offsets[groups];
    for (std::int64_t row = 0; row < rows; ++row) {
        auto p = reinterpret_cast<Bytes>(weights) + static_cast<std::size_t>(row) * rowBytes;
        float sum = 0;
        for (std::int64_t i = 0; i < n; i += B::values, p += B::bytes) {
            unpackBlock<B>(p, codes, scales, offsets);
            for (int g = 0; g < groups; ++g) {
                const std::int64_t first = i + g * B::group;
                const std::int8_t* a = x.codes + first;
                std::int32_t products = 0;
                for (int j = 0; j < B::group; ++j) products += codes[g * B::group + j] * a[j];
                float part = scales[g] * static_cast<float>(products);
                if constexpr (B::affine) {
                    std::int32_t total = 0;
                    for (std::int64_t s = first / perSum; s < (first + B::group) / perSum; ++s) total += x.sums[s];
                    part += offsets[g] * static_cast<float>(total);
                }
                sum += x.scales[first / perScale] * part;
            }
        }
        y[row] = sum;
    }
}

// The optional faster versions of a format, in the order of Format.
struct FastPaths {
    DecodeFn decodeAvx2 = nullptr, decodeAvx512 = nullptr;
    DotRowsFn dotRowsAvx2 = nullptr, dotRowsAvx512 = nullptr;
    DotBatchFn dotBatchAvx2 = nullptr, dotBatchAvx512 = nullptr;
    DotRowsFn dotRowsNeon = nullptr;
};

// Declares the functions that NAME_avx2.cpp and NAME_avx512.cpp define, and gathers them as NAME_fast.
#if defined(__x86_64__)
#define CORRAL_DECLARE_FAST_PATHS(name)                                                                                                    \
    void name##_decodeAvx2(const std::byte* blocks, float* values, std::int64_t n);                                                        \
    void name##_decodeAvx512(const std::byte* blocks, float* values, std::int64_t n);                                                      \
    void name##_dotRowsAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x,     \
                            float* y);                                                                                                     \
    void name##_dotRowsAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x,   \
                              float* y);                                                                                                   \
    inline constexpr FastPaths name##_fast{name##_decodeAvx2, name##_decodeAvx512, name##_dotRowsAvx2, name##_dotRowsAvx512};
// The same for a format that also defines dotBatch.
#define CORRAL_DECLARE_FAST_BATCH(name)                                                                                                    \
    CORRAL_DECLARE_FAST_PATHS(name)                                                                                                        \
    void name##_dotBatchAvx2(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x,            \
                             float* const* y);                                                                                             \
    void name##_dotBatchAvx512(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x,          \
                               float* const* y);                                                                                           \
    inline constexpr FastPaths name##_all = withBatch(name##_fast, name##_dotBatchAvx2, name##_dotBatchAvx512);
#else
#define CORRAL_DECLARE_FAST_PATHS(name) inline constexpr FastPaths name##_fast{};
#define CORRAL_DECLARE_FAST_BATCH(name) inline constexpr FastPaths name##_all{};
#endif
// Declares what NAME_neon.cpp defines, and gathers it with NAME_all as NAME_every.
#if defined(__aarch64__)
#define CORRAL_DECLARE_NEON(name)                                                                                                          \
    void name##_dotRowsNeon(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x,     \
                            float* y);                                                                                                     \
    inline constexpr FastPaths name##_every = withNeon(name##_all, name##_dotRowsNeon);
#else
#define CORRAL_DECLARE_NEON(name) inline constexpr FastPaths name##_every = name##_all;
#endif
constexpr FastPaths withNeon(FastPaths paths, DotRowsFn neon)
{
    paths.dotRowsNeon = neon;
    return paths;
}
constexpr FastPaths withBatch(FastPaths paths, DotBatchFn avx2, DotBatchFn avx512)
{
    paths.dotBatchAvx2 = avx2;
    paths.dotBatchAvx512 = avx512;
    return paths;
}

// How a format is written (core/quant/encode/), in the order of Format.
struct Encoders {
    EncodeRowsFn plain = nullptr, avx2 = nullptr, avx512 = nullptr;
    bool usesImportance = false, needsImportance = false;
};

template <class B>
constexpr Format blockFormat(std::uint32_t id, std::string_view name, float dotErrorLimit, FastPaths fast = {}, Encoders encoders = {})
{
    return {.id = id,
            .name = name,
            .blockSize = B::values,
            .blockBytes = B::bytes,
            .quantized = true,
            .activation = B::activation,
            .dotErrorLimit = dotErrorLimit,
            .decode = decodeBlocks<B>,
            .decodeAvx2 = fast.decodeAvx2,
            .decodeAvx512 = fast.decodeAvx512,
            .dotRows = dotBlocks<B>,
            .dotRowsAvx2 = fast.dotRowsAvx2,
            .dotRowsAvx512 = fast.dotRowsAvx512,
            .dotRowsNeon = fast.dotRowsNeon,
            .dotBatchAvx2 = fast.dotBatchAvx2,
            .dotBatchAvx512 = fast.dotBatchAvx512,
            .encodeRows = encoders.plain,
            .encodeRowsAvx2 = encoders.avx2,
            .encodeRowsAvx512 = encoders.avx512,
            .usesImportance = encoders.usesImportance,
            .needsImportance = encoders.needsImportance};
}

} // namespace
} // namespace corral::quant
