#pragma once
// Decoding and the plain dot product of the scalar types (F32, F16, BF16). A scalar type S says
//   bytes      of a value
//   read(p)    the value at p as float32
// Activations stay float32: rounding them to the weight's type would cost accuracy and save nothing.
#include "core/quant/block_codes.h"

namespace corral::quant {
namespace {

template <class S> void decodeScalars(const std::byte* blocks, float* values, std::int64_t n)
{
    auto p = reinterpret_cast<Bytes>(blocks);
    for (std::int64_t i = 0; i < n; ++i) values[i] = S::read(p + i * S::bytes);
}

template <class S>
void dotScalars(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x, float* y)
{
    constexpr int lanes = 16; // independent sums, so that the loop vectorizes without reassociation
    for (std::int64_t row = 0; row < rows; ++row) {
        auto p = reinterpret_cast<Bytes>(weights) + static_cast<std::size_t>(row) * rowBytes;
        float sums[lanes] = {};
        std::int64_t i = 0;
        for (; i + lanes <= n; i += lanes)
            for (int j = 0; j < lanes; ++j) sums[j] += S::read(p + (i + j) * S::bytes) * x.f32[i + j];
        for (int j = 0; i < n; ++i, ++j) sums[j] += S::read(p + i * S::bytes) * x.f32[i];
        float total = 0;
        for (const float sum : sums) total += sum;
        y[row] = total;
    }
}

template <class S> constexpr Format scalarFormat(std::uint32_t id, std::string_view name, float dotErrorLimit, FastPaths fast, Encoders encoders)
{
    return {.id = id,
            .name = name,
            .blockSize = 1,
            .blockBytes = S::bytes,
            .quantized = false,
            .activation = ActivationKind::F32,
            .dotErrorLimit = dotErrorLimit,
            .decode = decodeScalars<S>,
            .decodeAvx2 = fast.decodeAvx2,
            .decodeAvx512 = fast.decodeAvx512,
            .dotRows = dotScalars<S>,
            .dotRowsAvx2 = fast.dotRowsAvx2,
            .dotRowsAvx512 = fast.dotRowsAvx512,
            .encodeRows = encoders.plain,
            .encodeRowsAvx2 = encoders.avx2,
            .encodeRowsAvx512 = encoders.avx512};
}

} // namespace
} // namespace corral::quant
