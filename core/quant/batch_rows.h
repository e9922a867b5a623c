#pragma once
// The loop of batch.h around unpacking and multiplying. A format says how 256 values of 16 rows become a RowsPiece.
#include "core/quant/batch_multiply.h"
#include "core/quant/block_codes.h"

#include <algorithm>

namespace corral::quant {
namespace {

// The same place in 16 rows.
using RowPointers = const Bytes (&)[kBatchRows];

// U says
//   values, bytes       of a block
//   multiply(vectors)   the inner product for it
//   unpack(rows, at, groups, piece)   the blocks of `groups` groups of 32, from `at` on, of 16 rows → piece
template <class U> void dotBatch(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    constexpr std::ptrdiff_t pieceBytes = kBatchValues / U::values * U::bytes;
    RowsPiece unpacked;
    alignas(64) float sums[kBatchTiles * kBatchVectors][kBatchRows];
    const U unpacker;
    const auto first = reinterpret_cast<Bytes>(weights);
    const int tiles = x.tileCount();
    MultiplyPieceFn multiply[kBatchTiles];
    for (int t = 0; t < tiles; ++t) multiply[t] = U::multiply(x.inTile(t));
    for (std::int64_t row = 0; row < rows; row += kBatchRows) {
        Bytes at[kBatchRows];
        for (std::int64_t r = 0; r < kBatchRows; ++r) at[r] = first + static_cast<std::size_t>(std::min(row + r, rows - 1)) * rowBytes;
        std::fill_n(&sums[0][0], x.vectors * kBatchRows, 0.0f);
        Bytes ahead = first + static_cast<std::size_t>(row + kBatchRows) * rowBytes; // the next rows, in the order of memory
        std::ptrdiff_t offset = 0;
        for (std::int64_t k = 0; k < n; k += kBatchValues, offset += pieceBytes) {
            const int groups = static_cast<int>(std::min<std::int64_t>(kBatchValues, n - k) / 32);
            unpacker.unpack(at, offset, groups, unpacked);
            for (int t = 0; t < tiles; ++t) {
                const int lines = t == 0 ? static_cast<int>(pieceBytes * kBatchRows / 64) : 0;
                multiply[t](unpacked, x.tiles[t][k / kBatchValues], groups, sums + x.firstOfTile(t), ahead, lines);
            }
            ahead += pieceBytes * kBatchRows;
        }
        const auto valid = std::min<std::int64_t>(kBatchRows, rows - row);
        for (int v = 0; v < x.vectors; ++v) std::copy_n(sums[v], valid, y[v] + row);
    }
}

} // namespace
} // namespace corral::quant
