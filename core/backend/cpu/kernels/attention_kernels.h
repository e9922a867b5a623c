#pragma once
// The inner loops of attention, for one instruction set. Internal to the kernels folder.
//
// Two arrangements. Few queries (a token being generated): keys and values are read as they lie in the cache, each once for several queries, in f32
// (attention_few.*). Many queries: a block of keys and values is rearranged once into panels, which all queries of the batch then meet, a tile of
// them at a time (attention_blocks.*).
#include "core/backend/cpu/kernels/attention.h"

#include <algorithm>

namespace corral::cpu {

inline constexpr float kMasked = -1e30f; // score of a key that is not visible: below every real one, and finite
inline constexpr std::int64_t kKeyStep = 32;

// First key that the query at `position` sees; the last is at its own position.
inline std::int64_t firstVisible(const AttentionShape& s, std::int64_t position)
{
    return s.window > 0 ? std::max<std::int64_t>(0, position - s.window + 1) : 0;
}

// State of the online softmax of one query: p of the keys seen so far is exp(score - top) / sum.
struct RunningSoftmax {
    float top = kMasked;
    float sum = 0;
};

// Rows of one head in the cache.
struct CacheRows {
    CacheFormat format;
    const std::byte* data;
    std::size_t rowBytes; // from one row to the next
};

struct AttentionKernels {
    int vector = 1; // the kernels of few queries want heads of a multiple of so many values
    // n values of `count` rows → out [count][stride] with zeros from n on.
    void (*readRows)(const CacheRows& rows, std::int64_t count, std::int64_t n, float* out, std::int64_t stride) = nullptr;
    // n values → one cached row.
    void (*writeRow)(CacheFormat format, const float* values, std::int64_t n, std::byte* row) = nullptr;

    // scores[i * stride + j] = Σ_d q[i * n + d] · keys[j][d], i < queries, j < count, d < n.
    void (*scores)(const float* q, std::int64_t queries, const CacheRows& keys, std::int64_t count, std::int64_t n, float* scores, std::int64_t stride)
        = nullptr;
    // Scores of one query → exp(score - top) in place; returns what earlier outputs must be multiplied by.
    float (*softmax)(float* scores, std::int64_t count, float softCap, RunningSoftmax& state) = nullptr;
    // out[i * n + d] = factors[i] · out[i * n + d] + Σ_j p[i * stride + j] · values[j][d]
    void (*addRows)(const float* p, std::int64_t stride, std::int64_t queries, const CacheRows& values, std::int64_t count, std::int64_t n,
                    const float* factors, float* out)
        = nullptr;
};

// Queries of one kv head, each a column, against one block of keys.
struct BlockTile {
    const std::byte *keys, *values; // panels
    std::int64_t keySize, valueSize;
    int columns;
    const float* const* q;             // [columns]
    float* const* out;                 // [columns]: unscaled sums
    const std::int32_t *first, *last;  // [columns]: keys of the block that are visible; for at least one column there are some
    std::int64_t keyBegin, keyEnd;     // whole steps around all of them
    RunningSoftmax* states;            // [columns]
    float* factors;                    // [columns]: the kernel's own, from the first block on
    bool begins, ends;                 // the first block that any column sees: `out` holds nothing yet; the last one: it is divided by the sums
    float scale, softCap;
};

struct AttentionBlockKernel {
    int tile = 0;          // most columns, at most kMaxColumns
    std::int64_t keys = 0; // of a block, a multiple of kKeyStep
    // Bytes of a panel of `keys` keys with n values each, and what a thread needs to attend a tile.
    std::size_t (*keyPanelBytes)(std::int64_t n) = nullptr;
    std::size_t (*valuePanelBytes)(std::int64_t n) = nullptr;
    std::size_t (*scratchBytes)(std::int64_t keySize) = nullptr;
    // kKeyStep rows [kKeyStep][stride] → keys `first`, … of the panel. stride: n rounded up to blockStride(n), filled with zeros.
    void (*packKeys)(const float* rows, std::int64_t n, std::int64_t first, std::byte* panel) = nullptr;
    void (*packValues)(const float* rows, std::int64_t n, std::int64_t first, std::byte* panel) = nullptr;
    void (*attend)(const BlockTile& tile, std::byte* scratch) = nullptr;
};
inline constexpr int kMaxColumns = 12;
constexpr std::int64_t blockStride(std::int64_t n) { return (n + 31) / 32 * 32; }

extern const AttentionKernels kAttentionPlain;
extern const AttentionBlockKernel kAttentionBlockPlain;
#if defined(__x86_64__)
extern const AttentionKernels kAttentionAvx2, kAttentionAvx512;
extern const AttentionBlockKernel kAttentionBlockAvx2, kAttentionBlockAvx512;
extern const AttentionBlockKernel kAttentionBlockShortAvx512; // keys in 16 bits, values in bf16
#elif defined(__aarch64__)
extern const AttentionKernels kAttentionNeon;
extern const AttentionBlockKernel kAttentionBlockNeon;
#endif

} // namespace corral::cpu
