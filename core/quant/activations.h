#pragma once
// Activation vectors as the dot products want them: rounded once per vector, shared by every product that reads it.
//
//   F32     n floats.
//   Q8x32   int8 codes with one f32 scale for 32 values: x ≈ scale * code, scale = max|x| / 127, code = round(x / scale).
//   Q8x256  int8 codes with one f32 scale for 256 values.
// Beside the codes both keep sums of codes, so that formats with an offset or a minimum need no second pass:
// sums[j] = Σ codes of the j-th group of 16 (Q8x256) or 32 (Q8x32) values.
#include "core/base/cpu_features.h"

#include <cstddef>
#include <cstdint>

namespace corral::quant {

enum class ActivationKind : std::uint8_t { F32, Q8x32, Q8x256 };

// A view of one quantized vector of n values; the arrays are 64-byte aligned.
struct ActivationRow {
    const float* f32 = nullptr;          // [n], only for F32
    const std::int8_t* codes = nullptr;  // [n]
    const float* scales = nullptr;       // [n / 32] or [n / 256]
    const std::int16_t* sums = nullptr;  // [n / 32] or [n / 16]
};

// Bytes of the buffer one row of n values needs in a kind (0 for F32, which points at the values themselves).
std::size_t activationBytes(ActivationKind kind, std::int64_t n);

// Rounds x[0..n) into `buffer` (64-byte aligned, activationBytes() long) and returns the view. n is a multiple of 32 or 256 for the
// quantized kinds. SIMD inside; all levels give the same codes.
ActivationRow quantizeActivations(ActivationKind kind, const float* x, std::int64_t n, void* buffer);

} // namespace corral::quant
