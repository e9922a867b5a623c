#pragma once
// Rows → batches of blocks that are encoded together, so that every lane has a group to work on.
//
// A block encoder E says
//   values, bytes   of a block
//   group           values that share a scale: what a lane works on
//   batch           blocks encoded together; their groups fill whole tiles
//   squares         what the weights of importances need (Squares)
//   encode<weighted>(const Batch<batch>&)
#include "core/quant/encode/tile.h"
#include "core/quant/format.h"

namespace corral::quant {
namespace {

// Whose mean square an importance is combined with (facts/tensor-types.md § 8.2 … 8.5).
enum class Squares { None, Block, Row };

// Blocks missing at the end are stood in for by the last one.
template <int blocks> struct Batch {
    int count; // blocks to write
    const float* values[blocks];
    const float* importance[blocks]; // of the block's columns; not set without importances
    float meanSquare[blocks];        // of the block or of its row (Squares)
    std::uint8_t* out;               // the first block's place, the others follow

    // The groups of tile t.
    template <int values, int group> void tile(const float* const* starts, int t, const float** groups) const
    {
        constexpr int perBlock = values / group;
        for (int lane = 0; lane < Lanes::count; ++lane) {
            const int at = t * Lanes::count + lane;
            groups[lane] = starts[at / perBlock] + at % perBlock * group;
        }
    }
};

template <class E, bool weighted>
void encodeBatches(const float* values, const float* importance, std::byte* blocks, std::int64_t rows, std::int64_t n)
{
    Batch<E::batch> batch{};
    const std::int64_t perRow = n / E::values, total = rows * perRow;
    auto out = reinterpret_cast<std::uint8_t*>(blocks);
    std::int64_t column = 0; // block in its row
    std::int64_t knownRows = 0; // rows before this one are known, the last few are in rowSquares
    float rowSquares[Lanes::count] = {};
    for (std::int64_t first = 0; first < total; first += E::batch) {
        batch.count = static_cast<int>(total - first < E::batch ? total - first : E::batch);
        batch.out = out + first * E::bytes;
        for (int b = 0; b < E::batch; ++b) {
            if (b >= batch.count) {
                batch.values[b] = batch.values[b - 1];
                if constexpr (weighted) {
                    batch.importance[b] = batch.importance[b - 1];
                    batch.meanSquare[b] = batch.meanSquare[b - 1];
                }
                continue;
            }
            batch.values[b] = values + (first + b) * E::values;
            if constexpr (weighted) {
                batch.importance[b] = importance + column * E::values;
                if constexpr (E::squares == Squares::Row) {
                    const std::int64_t row = (first + b) / perRow;
                    if (row >= knownRows) {
                        const float* starts[Lanes::count];
                        int count = 0;
                        for (; count < Lanes::count && row + count < rows; ++count) starts[count] = values + (row + count) * n;
                        meanSquares(starts, count, n, rowSquares);
                        knownRows = row + count;
                    }
                    batch.meanSquare[b] = rowSquares[row % Lanes::count];
                }
                if (++column == perRow) column = 0;
            }
        }
        if constexpr (weighted)
            if constexpr (E::squares == Squares::Block) meanSquares(batch.values, E::batch, E::values, batch.meanSquare);
        E::template encode<weighted>(batch);
    }
}

// An EncodeRowsFn.
template <class E> void encodeRows(const float* values, const float* importance, std::byte* blocks, std::int64_t rows, std::int64_t n)
{
    if constexpr (E::usesImportance) {
        if (importance) {
            encodeBatches<E, true>(values, importance, blocks, rows, n);
            return;
        }
    }
    encodeBatches<E, false>(values, nullptr, blocks, rows, n);
}

} // namespace
} // namespace corral::quant
