#pragma once
// The inner loops of attention, for one instruction set. Internal to the kernels folder. Everything is f32.
//
// Two arrangements. With many queries, `lanes` of them lie side by side in vectors: scores are [key][lane], outputs [value][lane],
// so that maximum, sum and rescaling of the online softmax need no horizontal step, and cached rows are read as they lie. With few
// queries (a token being generated) each query is a vector of its own.
#include "core/backend/cpu/kernels/attention.h"

namespace corral::cpu {

inline constexpr int kMaxLanes = 32;
inline constexpr float kMasked = -1e30f; // score of a key that is not visible: below every real one, and finite

// State of the online softmax of one query: p of the keys seen so far is exp(score - top) / sum.
struct RunningSoftmax {
    float top = kMasked;
    float sum = 0;
};

struct AttentionKernels {
    int lanes = 0;
    // n values of `count` cached rows, rowBytes apart → out [count][n].
    void (*readRows)(CacheFormat format, const std::byte* rows, std::size_t rowBytes, std::int64_t count, std::int64_t n, float* out) = nullptr;
    // n values → one cached row.
    void (*writeRow)(CacheFormat format, const float* values, std::int64_t n, std::byte* row) = nullptr;

    // out[i][lane] (+)= Σ_j w[j][lane] · x[i * xi + j * xj], i < count, j < k; w: [k][lanes], out: [count][lanes], both 64-byte aligned.
    void (*laneProduct)(const float* w, std::int64_t k, const float* x, std::int64_t xi, std::int64_t xj, std::int64_t count, bool accumulate, float* out)
        = nullptr;
    // scores [keys][lanes] → exp(score - top) in place; top and sum [lanes] go on, factor [lanes] is what earlier outputs must be multiplied by.
    // Lane l sees keys [first[l], last[l]); null: all.
    void (*laneSoftmax)(float* scores, std::int64_t keys, const std::int32_t* first, const std::int32_t* last, float softCap, float* top, float* sum,
                        float* factor) = nullptr;
    // x[i][lane] *= factor[lane]
    void (*laneScale)(float* x, std::int64_t count, const float* factor) = nullptr;

    // scores[j] = Σ_i q[i] · keys[j * stride + i], i < n, j < count.
    void (*scores)(const float* q, const float* keys, std::int64_t stride, std::int64_t n, std::int64_t count, float* scores) = nullptr;
    // As laneSoftmax for one query that sees all `count` keys; returns the factor.
    float (*softmax)(float* scores, std::int64_t count, float softCap, RunningSoftmax& state) = nullptr;
    // out[i] = factor · out[i] + Σ_j p[j] · values[j * stride + i], i < n, j < count.
    void (*addRows)(const float* p, const float* values, std::int64_t stride, std::int64_t n, std::int64_t count, float factor, float* out) = nullptr;
};

extern const AttentionKernels kAttentionPlain;
#if defined(__x86_64__)
extern const AttentionKernels kAttentionAvx2;
extern const AttentionKernels kAttentionAvx512;
#endif

} // namespace corral::cpu
