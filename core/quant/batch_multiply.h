#pragma once
// The inner product of batch.h: 16 unpacked weight rows with one tile. Unpacking a format (batch_rows_*.h) ends here, and three loops
// serve them all.
#include "core/quant/batch.h"

namespace corral::quant {

// 256 values of 16 rows, unpacked: value = scale · (code − offset) with unsigned codes, where Σ offset · activations is taken from the
// activations' stored sums.
struct alignas(64) RowsPiece {
    std::uint8_t codes[kBatchGroups][8][kBatchRows][4]; // four values of each row side by side
    float scales[2 * kBatchGroups][kBatchRows];         // of groups of 32, or of 16
    float sumScales[kBatchGroups][kBatchRows];          // with Q8x32: times the scaled sum of a group
    // With Q8x256:
    std::int16_t sumFactors[kBatchGroups][kBatchRows][2]; // times the sums of the two 16s of a group,
    float sumScale[kBatchRows];                           // and this
    // On AVX2 scales are integers (twice each) and this:
    std::int16_t factors[2 * kBatchGroups][kBatchRows][2];
    float scale[kBatchRows];
};

enum class BatchScales : std::uint8_t {
    Small,   // a scale for 32 values, Q8x32 activations
    Large32, // a scale for 32 values, Q8x256
    Large16, // a scale for 16 values, Q8x256
};

// sums[v][row] += rows · vectors of the piece over `groups` groups of 32 (always 8 with Q8x256). Prefetches `lines` cache lines from `ahead` on
// into the second-level cache meanwhile.
using MultiplyPieceFn = void (*)(const RowsPiece& rows, const BatchPiece& piece, int groups, float (*sums)[kBatchRows], const std::uint8_t* ahead, int lines);

MultiplyPieceFn multiplyPieceAvx512(BatchScales scales, int vectors);

// What codes are on AVX2, which adds up products of pairs in 16 bits: unsigned, up to 15, 31 or 63, or signed.
enum class BatchCodes : std::uint8_t { Four, Five, Six, Signed };
MultiplyPieceFn multiplySmallAvx2(BatchCodes codes, int vectors);               // Q8x32
MultiplyPieceFn multiplyLargeAvx2(BatchCodes codes, int perScale, int vectors); // Q8x256, a scale for 32 or 16 values

} // namespace corral::quant
