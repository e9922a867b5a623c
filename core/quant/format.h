#pragma once
// The contract of a tensor type. One file in quant/formats/ defines one Format object; the folder is the registry
// (cmake/CorralRoom.cmake), so a new file is found, tested and usable without touching another line.
//
// Shapes: a tensor row holds n values, n a multiple of blockSize, stored as n / blockSize consecutive blocks of blockBytes
// bytes, without padding and without alignment. Layouts and decoding: facts on the GGUF tensor types, ids as in GGUF.
#include "core/base/cpu_features.h"
#include "core/quant/activations.h"
#include "core/quant/batch.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace corral::quant {

// blocks → n floats. Bit-exact: the same values whatever the instruction set.
using DecodeFn = void (*)(const std::byte* blocks, float* values, std::int64_t n);

// rows × n floats (row after row) → rows × rowBytes(n) bytes. importance: n non-negative weights, the same for every row, or nullptr.
// Every row is encoded by itself, so the bytes do not depend on how rows are gathered into calls; many rows at once keep vector lanes
// busy. Values must be finite. Search: facts/tensor-types.md § 8. Needs no memory beyond the stack.
using EncodeRowsFn = void (*)(const float* values, const float* importance, std::byte* blocks, std::int64_t rows, std::int64_t n);

// y[i] = row i · x for i in [0, rows): `weights` points at row 0, rows are rowBytes apart, x holds one vector of n values in
// the format's activation kind. No alignment is assumed of the weights. Does not allocate.
using DotRowsFn = void (*)(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const ActivationRow& x,
                           float* y);

struct Format {
    std::uint32_t id = 0;  // GGUF tensor type
    std::string_view name; // as the command-line tools spell it: "q4_K"
    int blockSize = 1;     // values in a block
    int blockBytes = 0;
    bool quantized = false;                          // a block format (everything but floats and integers)
    ActivationKind activation = ActivationKind::F32; // what dotRows wants x to be
    float dotErrorLimit = 0;   // |dot - exact| / sqrt(sum of squared terms): the reference's largest (golden/quant) plus 5 %
    DecodeFn decode = nullptr; // never null for types that hold numbers we compute with; null for I8…I64, F64
    DecodeFn decodeAvx2 = nullptr, decodeAvx512 = nullptr;    // optional, same values bit for bit
    DotRowsFn dotRows = nullptr;                              // the plain loop: the reference
    DotRowsFn dotRowsAvx2 = nullptr, dotRowsAvx512 = nullptr, dotRowsNeon = nullptr; // optional
    DotBatchFn dotBatchAvx2 = nullptr, dotBatchAvx512 = nullptr; // optional
    EncodeRowsFn encodeRows = nullptr;                              // the plain loop; null for types that are not written (I8 … F64)
    EncodeRowsFn encodeRowsAvx2 = nullptr, encodeRowsAvx512 = nullptr; // optional
    bool usesImportance = false;   // encodeRows looks at them
    bool needsImportance = false;  // and cannot do without: IQ1_S, IQ2_XXS, IQ2_XS

    std::size_t rowBytes(std::int64_t n) const { return static_cast<std::size_t>(n / blockSize) * static_cast<std::size_t>(blockBytes); }
    // The best implementation at a SIMD level.
    DecodeFn decodeFor(SimdLevel level) const;
    DotRowsFn dotRowsFor(SimdLevel level) const;
    DotBatchFn dotBatchFor(SimdLevel level) const; // null: there is none
    EncodeRowsFn encodeRowsFor(SimdLevel level) const;
};

// nullptr: no such type (retired ids 4, 5, 31–33, 36–38 and everything from 43 on).
const Format* findFormat(std::uint32_t id);
// Case-insensitive.
const Format* findFormat(std::string_view name);
std::span<const Format* const> allFormats();

// Ids that code has to name.
inline constexpr std::uint32_t kF32 = 0, kF16 = 1, kQ4_0 = 2, kQ8_0 = 8, kBF16 = 30;

} // namespace corral::quant
