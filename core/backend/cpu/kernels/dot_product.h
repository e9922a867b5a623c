#pragma once
// The dot-product path of matmul() and matmulExperts(): few tokens, at the speed of memory. Internal to the kernels folder.
#include "core/backend/cpu/kernels/matmul.h"
#include "core/backend/cpu/kernels/panel_product.h"

namespace corral::cpu {

// Up to this many tokens the formats' dot products are faster than unpacking a panel (measured with AVX-512 and AVX2:
// tests/bench/matmul_bench.cpp, "few"). Products of floats read more and gain less.
inline constexpr std::int64_t kFewTokens = 12;
inline constexpr std::int64_t kFewTokensOfFloats = 5;
std::int64_t fewTokens(std::span<const MatmulTask> tasks);

// Input rows rounded for the formats' dot products: one view a row and kind.
class RoundedInput {
public:
    static std::size_t bytes(std::int64_t n, std::int64_t rows);

    // Rounds the rows [0, rows) of x for every kind the tasks need. scratch: bytes(n, rows), 64-byte aligned.
    RoundedInput(std::span<const MatmulTask> tasks, const float* x, std::int64_t xStride, std::int64_t rows, ThreadPool& pool, std::byte* scratch);

    quant::ActivationRow row(quant::ActivationKind kind, std::int64_t r) const;

private:
    quant::ActivationRow* m_rows[2] = {}; // Q8x32, Q8x256
    const float* m_x;
    std::int64_t m_stride;
};

// y of all tasks for all groups (TokenGroup::tiles is not used). Token row r reads input row r / divisor.
void multiplyDots(std::span<const MatmulTask> tasks, std::span<const TokenGroup> groups, const RoundedInput& input, std::int64_t divisor,
                  ThreadPool& pool);

} // namespace corral::cpu
