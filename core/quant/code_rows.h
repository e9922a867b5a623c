#pragma once
// Weights as small integers, for products that multiply integers (panel_codes_simd.h and panel_int8_simd.h of the CPU kernels): those they are stored as, or where these are
// numbers of a table, integers at even steps near the table's values.
#include "core/quant/format.h"

namespace corral::quant {

// How the blocks of a format come apart: value i = scales[i / group] · (codes[i] − zero) + offsets[i / group].
struct CodeRows {
    int bits = 0;        // codes are 0 … 2^bits − 1
    int zero = 0;
    int first = 0, last = 0; // the smallest code and the largest
    int group = 0;       // 16 or 32
    bool affine = false; // else there are no offsets, and none are written
    bool exact = true;   // else codes are near the format's values
    // blocks → n codes, n / group scales and offsets; n is a multiple of the block size.
    void (*unpack)(const std::byte* blocks, std::uint8_t* codes, float* scales, float* offsets, std::int64_t n) = nullptr;
};

#if defined(__x86_64__)
// For formats of 4, 5 and 6 bits, exact, and for IQ4_NL and IQ4_XS, rounded by 1.4 % rms; nullptr for the others. Needs AVX2.
const CodeRows* codeRowsAvx2(const Format& format);
#endif

} // namespace corral::quant
