#pragma once
// The inner product of batch.h: 16 unpacked weight rows with one tile. Unpacking a format (batch_rows_*.h) ends here, and three loops
// serve them all.
#include "core/quant/batch.h"

namespace corral::quant {

// What belongs to the codes of 256 values of 16 rows: value = scale · (code − offset) with unsigned codes, where Σ offset · activations is taken
// from the activations' stored sums.
struct alignas(64) RowsScales {
    float scales[2 * kBatchGroups][kBatchRows];         // of groups of 32, or of 16
    float sumScales[kBatchGroups][kBatchRows];          // with Q8x32: times the scaled sum of a group
    // With Q8x256:
    std::int16_t sumFactors[kBatchGroups][kBatchRows][2]; // times the sums of the two 16s of a group,
    float sumScale[kBatchRows];                           // and this
    // On AVX2 scales are integers (twice each) and this:
    std::int16_t factors[2 * kBatchGroups][kBatchRows][2];
    float scale[kBatchRows];
};

// With the codes: for several vectors, which all meet them.
struct alignas(64) RowsPiece : RowsScales {
    std::uint8_t codes[kBatchGroups][8][kBatchRows][4]; // four values of each row side by side
};

// For one vector, which meets them as they are unpacked: their products.
struct alignas(64) ProductsPiece : RowsScales {
    const BatchPiece* vector = nullptr;
    const std::uint8_t* ahead = nullptr; // prefetched on the way, `lines` cache lines with each group
    int lines = 0;
    alignas(64) std::int32_t products[kBatchGroups][2][kBatchRows]; // of the two 16s of a group; of a group: [0]
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

// The same for one vector, bit for bit.
using AddProductsFn = void (*)(const ProductsPiece& rows, int groups, float (&sums)[kBatchRows]);
AddProductsFn addProductsAvx512(BatchScales scales);

// What codes are on AVX2, which adds up products of pairs in 16 bits: unsigned, up to 15, 31 or 63, or signed.
enum class BatchCodes : std::uint8_t { Four, Five, Six, Signed };
MultiplyPieceFn multiplySmallAvx2(BatchCodes codes, int vectors);               // Q8x32
MultiplyPieceFn multiplyLargeAvx2(BatchCodes codes, int perScale, int vectors); // Q8x256, a scale for 32 or 16 values

} // namespace corral::quant
