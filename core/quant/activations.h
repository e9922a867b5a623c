#pragma once
// Activation vectors as the dot products want them: rounded once per vector, shared by every product that reads it.
//
//   F32     n floats.
//   Q8x32   int8 codes with one f32 scale for 32 values: x ≈ scale * code, scale = max|x| / 127, code = x * (127 / max|x|) rounded
//           to nearest, ties to even (what the vector units do).
//   Q8x256  int8 codes with one f32 scale for 256 values.
// Beside the codes both keep sums of codes, so that formats with an offset or a minimum need no second pass:
// sums[j] = Σ codes of the j-th group of 16 (Q8x256) or 32 (Q8x32) values.
//
// Codes are in the order of the values, and lie in −127 … 127. Scales stay float32 (the usual 8-bit blocks round them to half floats).
// A group whose largest magnitude is below 1e-30 becomes zero. Not-a-number and infinite values give some code without further harm.
#include "core/base/cpu_features.h"

#include <cstddef>
#include <cstdint>

namespace corral::quant {

enum class ActivationKind : std::uint8_t { F32, Q8x32, Q8x256 };

// A view of one quantized vector of n values; the arrays are 64-byte aligned. Q8x32 arrays are continued with zeros up to a
// multiple of 128 values, because the dot products take four blocks at a time.
struct ActivationRow {
    const float* f32 = nullptr;         // [n], only for F32, of any alignment
    const std::int8_t* codes = nullptr; // [n]
    const float* scales = nullptr;      // [n / 32] or [n / 256]
    const std::int16_t* sums = nullptr; // [n / 32] or [n / 16]
};

// Bytes of the buffer one row of n values needs in a kind (0 for F32, which points at the values themselves); a multiple of 64,
// so that the buffers of several rows can follow each other.
std::size_t activationBytes(ActivationKind kind, std::int64_t n);

// Rounds x[0..n) into `buffer` (64-byte aligned, activationBytes() long) and returns the view. n is a multiple of 32 or 256 for the
// quantized kinds. SIMD inside; all levels give the same codes.
ActivationRow quantizeActivations(ActivationKind kind, const float* x, std::int64_t n, void* buffer);
// The same at a given level, which the processor must have.
ActivationRow quantizeActivations(ActivationKind kind, const float* x, std::int64_t n, void* buffer, SimdLevel level);

} // namespace corral::quant
