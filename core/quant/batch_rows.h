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
// and, if a single vector can be multiplied with codes as they are unpacked,
//   addProducts()       what comes after it; unpack() then also takes a ProductsPiece
// One vector. The next rows are fetched into the first-level cache group by group while these are unpacked: fetched at once after each piece, they came at two
// thirds of the memory's speed.
template <class U> void dotOne(Bytes first, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const BatchPiece* tile, float* y)
{
    constexpr std::ptrdiff_t pieceBytes = kBatchValues / U::values * U::bytes;
    ProductsPiece piece;
    alignas(64) float sums[kBatchRows];
    const U unpacker;
    const AddProductsFn add = U::addProducts();
    for (std::int64_t row = 0; row < rows; row += kBatchRows) {
        Bytes at[kBatchRows];
        for (std::int64_t r = 0; r < kBatchRows; ++r) at[r] = first + static_cast<std::size_t>(std::min(row + r, rows - 1)) * rowBytes;
        std::fill_n(sums, kBatchRows, 0.0f);
        Bytes ahead = first + static_cast<std::size_t>(row + kBatchRows) * rowBytes; // in the order of memory
        std::ptrdiff_t offset = 0;
        for (std::int64_t k = 0; k < n; k += kBatchValues, offset += pieceBytes, ahead += pieceBytes * kBatchRows) {
            const int groups = static_cast<int>(std::min<std::int64_t>(kBatchValues, n - k) / 32);
            piece.vector = &tile[k / kBatchValues];
            const int lines = static_cast<int>(pieceBytes * kBatchRows / 64);
            piece.ahead = ahead;
            piece.lines = (lines + groups - 1) / groups;
            unpacker.unpack(at, offset, groups, piece);
            add(piece, groups, sums);
        }
        std::copy_n(sums, std::min<std::int64_t>(kBatchRows, rows - row), y + row);
    }
}

template <class U> void dotBatch(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y)
{
    constexpr std::ptrdiff_t pieceBytes = kBatchValues / U::values * U::bytes;
    RowsPiece unpacked;
    alignas(64) float sums[kBatchTiles * kBatchVectors][kBatchRows];
    const U unpacker;
    const auto first = reinterpret_cast<Bytes>(weights);
    if constexpr (requires { U::addProducts(); })
        if (x.vectors == 1) return dotOne<U>(first, rowBytes, rows, n, x.tiles[0], y[0]);
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
