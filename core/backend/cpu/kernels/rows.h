#pragma once
// Row-wise and element-wise work of a layer on f32 rows. Every function computes rows [begin, end) so that the caller splits
// them over threads; strides are in floats. SIMD inside, chosen at run time; each has its plain loop beside it.
#include "core/quant/format.h"

#include <cstddef>
#include <cstdint>

namespace corral::cpu {

// y = x / sqrt(mean(x²) + eps) · w (w may be null: no weight). In place allowed.
void rmsNorm(const float* x, std::int64_t xStride, const float* w, float eps, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end);
// y = (x − mean) / sqrt(var + eps) · w + b (b may be null).
void layerNorm(const float* x, std::int64_t xStride, const float* w, const float* b, float eps, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end);
// y = a + b; b is [rows][n] or, with bStride 0, one row for all.
void add(const float* a, std::int64_t aStride, const float* b, std::int64_t bStride, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end);
void multiply(const float* a, std::int64_t aStride, const float* b, std::int64_t bStride, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end);
void scale(const float* x, std::int64_t xStride, float factor, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end);
// y = cap · tanh(x / cap)
void softCap(const float* x, std::int64_t xStride, float cap, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end);
// y = act(gate) · up
enum class Activation : std::uint8_t { Silu, Gelu }; // Gelu: the tanh form
void gated(Activation act, const float* gate, std::int64_t gateStride, const float* up, std::int64_t upStride, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end);
// Rows of an embedding table, decoded: y[t] = table[ids[t]].
void embed(const quant::Format& format, const std::byte* table, std::int64_t n, const std::int32_t* ids, float* y, std::int64_t yStride, std::int64_t begin, std::int64_t end);
// Softmax of each row in place (n values), optionally of the first columns only.
void softmax(float* x, std::int64_t stride, std::int64_t n, std::int64_t begin, std::int64_t end);
// Expert choice: probs[t][experts] → chosen[t][used] by falling score (ties: lower index first), weights[t][used] = probs of the chosen.
void topExperts(const float* probs, std::int64_t experts, std::int64_t used, std::int32_t* chosen, float* weights, std::int64_t begin, std::int64_t end);
// y[t] = Σ_k weights[t][k] · x[t][k][n], added in order of k.
void weightedSum(const float* x, const float* weights, std::int64_t used, float* y, std::int64_t yStride, std::int64_t n, std::int64_t begin, std::int64_t end);

} // namespace corral::cpu
