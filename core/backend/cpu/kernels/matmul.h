#pragma once
// Products of a weight matrix in its file format with activations in f32:
//   y[t][r] = Σ_i W[r][i] · x[t][i]        W: [rows][n] blocks of `format`, x: [tokens][n] f32, y: [tokens][rows] f32
// One token (and few) run the format's dot product over rounded activations, at the speed of memory; many tokens go through
// weight panels (int8 for quantized weights with AVX2 and AVX-512; bf16 for 16-bit weights with AVX-512; f32 otherwise and for F32 weights, where ours is
// faster than OpenBLAS, the tests' oracle): facts/kernels-prefill.md.
// Sources of the designs: our own prototypes.
#include "core/backend/way.h"
#include "core/base/thread_pool.h"
#include "core/quant/format.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace corral::cpu {

// A matrix in a mapped file. No alignment is assumed.
struct WeightMatrix {
    const quant::Format* format = nullptr;
    const std::byte* data = nullptr;
    std::int64_t n = 0;    // input size: the row length
    std::int64_t rows = 0; // output size
    std::size_t rowBytes() const { return format->rowBytes(n); }
};

// One product of a group; y is [tokens][yStride] f32, yStride >= w.rows (in floats).
struct MatmulTask {
    WeightMatrix w;
    float* y = nullptr;
    std::int64_t yStride = 0;
};

using backend::Way;

// Scratch that matmul() needs for any group of tasks over inputs of n values; rows does not matter.
std::size_t matmulScratchBytes(std::int64_t n, std::int64_t tokens, int threads);

// All products of one input: q, k and v; gate and up. The input is rounded once for each activation kind that occurs.
// way: way.h; AsMany goes by panels always, AsFew by batches, also of one.
// x: [tokens][xStride] f32. scratch: 64-byte aligned, at least matmulScratchBytes(). Work is split over the pool. Does not allocate.
void matmul(std::span<const MatmulTask> tasks, const float* x, std::int64_t xStride, std::int64_t tokens, ThreadPool& pool, std::span<std::byte> scratch,
            Way way = Way::Fastest);

// Mixture of experts: W is [experts][rows][n]; token t uses experts chosen[t][k], k < used, and the result of its k-th choice goes to
// y[t][k][rows]. Tokens are grouped by expert, so that each chosen expert's rows are read once; others are not touched.
// An expert's tokens choose their way by their own number where way is AsMany.
// x is [tokens][n] (xPerChoice false: all choices of a token read the same row) or [tokens][used][n] (xPerChoice true).
void matmulExperts(std::span<const MatmulTask> tasks, std::int64_t experts, const std::int32_t* chosen, std::int64_t used, const float* x, bool xPerChoice,
                   std::int64_t tokens, ThreadPool& pool, std::span<std::byte> scratch, Way way = Way::Fastest);
std::size_t matmulExpertsScratchBytes(std::int64_t n, std::int64_t tokens, std::int64_t used, std::int64_t experts, std::int64_t rows, int threads);

} // namespace corral::cpu
