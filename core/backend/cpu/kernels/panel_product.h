#pragma once
// The panel path of matmul() and matmulExperts(): many tokens against weight panels. Internal to the kernels folder.
#include "core/backend/cpu/kernels/matmul.h"
#include "core/backend/cpu/kernels/panel.h"

namespace corral::cpu {

// Up to this many weights a matrix keeps f32: the time that narrower numbers save there is not worth their rounding, which small models show
// (an expert chosen by a hair, float16 weights losing three bits, the starter's first word, where English leads French by 0.04).
// Above the matrices of a model of 135 M parameters (576 × 1536), below most of one of 500 M (896 × 4864).
inline constexpr std::int64_t kWorthRounding = 1 << 20;
// Whether the products of one input are rounded. A small matrix beside a large one (k and v beside q) is, as the model is not small.
bool areRounded(std::span<const MatmulTask> tasks);

// The kernel a matrix goes through on this processor; rounded: of areRounded().
const PanelKernel& panelKernelFor(const WeightMatrix& w, bool rounded);

// Tokens that meet the same weights.
struct TokenGroup {
    std::int64_t expert = 0;            // which [rows][n] matrix of each task
    std::int64_t count = 0;             // tokens
    const std::int32_t* rows = nullptr; // token → row of y and, with inputs of its own, of x; nullptr: 0, 1, …
    std::byte* tiles = nullptr;         // packed activations
    std::int64_t leastInBatch = 2;      // tokens that run as a batch and not one by one
};

// Rows of x in f32; token row r reads x row r / divisor.
struct TokenInput {
    const float* x = nullptr;
    std::int64_t stride = 0;
    std::int64_t divisor = 1;
    const float* row(std::int64_t r) const { return x + r / divisor * stride; }
};

// Bytes of the tiles of `tokens` tokens in the widest kernel, and of one thread's panel and decoding buffer.
std::size_t panelTileBytes(std::int64_t n, std::int64_t tokens);
std::size_t panelThreadBytes(std::int64_t n);

// y of all tasks whose format uses `kernel`, for all groups. Packs the activations into group.tiles first.
void multiplyPanels(const PanelKernel& kernel, std::span<const MatmulTask> tasks, std::span<const TokenGroup> groups, const TokenInput& input,
                    ThreadPool& pool, std::byte* threadScratch);

} // namespace corral::cpu
