#pragma once
// The dot-product path of matmul() and matmulExperts(): few tokens, at the speed of memory. Internal to the kernels folder.
#include "core/backend/cpu/kernels/matmul.h"
#include "core/backend/cpu/kernels/panel_product.h"

namespace corral::cpu {

// Up to this many tokens the formats' dot products are faster than unpacking a panel (measured with AVX-512 and AVX2:
// tests/bench/matmul_bench.cpp, "few"): where rows meet all tokens at once, where tokens go one by one, and with weights that are floats.
inline constexpr std::int64_t kFewTokensInBatch = 64;
inline constexpr std::int64_t kFewTokens = 12;
inline constexpr std::int64_t kFewTokensOfFloats = 5;
std::int64_t fewTokens(std::span<const MatmulTask> tasks);

// Input rows rounded for the formats' dot products: one view a row and kind for tokens that are alone with their weights, tiles of a batch for
// those that share them.
class RoundedInput {
public:
    // Tiles of a group of `count` tokens.
    static std::int64_t tilesOf(std::int64_t count, std::int64_t leastInBatch)
    {
        return count < leastInBatch ? 0 : (count + quant::kBatchVectors - 1) / quant::kBatchVectors;
    }
    // For `rows` input rows and groups of together `tiles` tiles.
    static std::size_t bytes(std::int64_t n, std::int64_t rows, std::int64_t tiles);

    // Rounds the rows [0, rows) of x for every kind the tasks need and every way the groups go; sets TokenGroup::tiles. Token row r reads input
    // row r / x.divisor. scratch: bytes(…), 64-byte aligned.
    RoundedInput(std::span<const MatmulTask> tasks, std::span<TokenGroup> groups, const TokenInput& x, std::int64_t rows, ThreadPool& pool, std::byte* scratch);

    quant::ActivationRow row(quant::ActivationKind kind, std::int64_t token) const;
    // Tokens [first, first + count) of a group, count <= kMostInBatch, first a multiple of it.
    quant::Batch batch(quant::ActivationKind kind, const TokenGroup& group, std::int64_t first, std::int64_t count) const;

private:
    void packTiles(std::span<const TokenGroup> groups, std::int64_t n, std::int64_t tiles, int kind, ThreadPool& pool);

    TokenInput m_x;
    quant::ActivationRow* m_rows[2] = {}; // Q8x32, Q8x256
    std::int64_t m_pieces = 0;            // of a tile
    std::size_t m_kindBytes[2] = {};      // where the tiles of a kind begin, from TokenGroup::tiles
};
inline constexpr std::int64_t kMostInBatch = quant::kBatchTiles * quant::kBatchVectors;

// y of all tasks for all groups.
void multiplyDots(std::span<const MatmulTask> tasks, std::span<const TokenGroup> groups, const RoundedInput& input, ThreadPool& pool);

} // namespace corral::cpu
