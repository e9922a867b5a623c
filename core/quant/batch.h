#pragma once
// Products of weight rows with several activation vectors at once (2 … some dozens): rows are unpacked once, 16 side by side, and multiplied
// with every vector while they lie in the first-level cache. A vector's result does not depend on which others are beside it.
#include "core/quant/activations.h"

#include <cstddef>
#include <cstdint>

namespace corral::quant {

inline constexpr int kBatchVectors = 8;  // of a tile
inline constexpr int kBatchTiles = 8;    // of a call
inline constexpr int kBatchRows = 16;    // side by side: calls for whole multiples of this waste nothing
inline constexpr int kBatchValues = 256; // of a piece
inline constexpr int kBatchGroups = kBatchValues / 32;

// 256 values of up to eight rounded vectors; a tile of n values is a sequence of pieces, the last of which may be shorter (by whole groups
// of 32). Rounding as in activations.h.
struct alignas(64) BatchPiece {
    std::int8_t codes[kBatchGroups][kBatchVectors][32];
    float scales[kBatchGroups][kBatchVectors];            // Q8x256: equal for all groups
    float scaledSums[kBatchGroups][kBatchVectors];        // Q8x32: scale · Σ codes
    std::int16_t sums[kBatchGroups][kBatchVectors][2];    // Q8x256: Σ codes of the two 16s
};

constexpr std::int64_t batchPieces(std::int64_t n) { return (n + kBatchValues - 1) / kBatchValues; }

// Rounds values [256 first, 256 last) (or up to n) of the vectors x[0 … vectors) into tile[first … last).
void packBatch(ActivationKind kind, const float* const* x, int vectors, std::int64_t n, std::int64_t first, std::int64_t last, BatchPiece* tile);

// Vectors spread evenly over as few tiles as hold them.
struct Batch {
    const BatchPiece* tiles[kBatchTiles] = {};
    int vectors = 0; // at most kBatchTiles * kBatchVectors

    explicit Batch(int count) : vectors(count) {}
    int tileCount() const { return (vectors + kBatchVectors - 1) / kBatchVectors; }
    int firstOfTile(int t) const { return vectors * t / tileCount(); }
    int inTile(int t) const { return firstOfTile(t + 1) - firstOfTile(t); }
};

// y[v][i] = row i · vector v for i in [0, rows). Rows are rowBytes apart, no alignment is assumed. Does not allocate.
using DotBatchFn = void (*)(const std::byte* weights, std::size_t rowBytes, std::int64_t rows, std::int64_t n, const Batch& x, float* const* y);

} // namespace corral::quant
