#pragma once
// Scaled dot-product attention over a key/value cache by an online softmax: no [queries × keys] matrix is ever stored.
//   s_j = q·k_j (q already scaled or scale given), s ← cap·tanh(s/cap) if cap > 0, masked, p = softmax(s), o = Σ p_j v_j
// Grouped queries: query head h reads kv head h · kvHeads / heads. Keys are visible if pos_k <= pos_q and, with window > 0,
// pos_q - pos_k < window.
#include "core/backend/way.h"
#include "core/base/thread_pool.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace corral::cpu {

enum class CacheFormat : std::uint8_t { F16, F32, Q8_0 };
// Bytes of one cache row of n values (Q8_0: n a multiple of 32).
std::size_t cacheRowBytes(CacheFormat format, std::int64_t n);

// Writes rows [tokens][n] f32 into consecutive cache rows beginning at `firstRow`; row r lies at cache + r * rowBytes.
void writeCacheRows(CacheFormat format, const float* values, std::int64_t stride, std::int64_t n, std::int64_t tokens, std::byte* cache, std::int64_t firstRow);

struct AttentionShape {
    std::int64_t heads = 0, kvHeads = 0;
    std::int64_t keySize = 0, valueSize = 0;     // values a head
    float scale = 1, softCap = 0;                // softCap 0: none
    std::int64_t window = 0;                     // 0: none
    CacheFormat keyFormat = CacheFormat::F16, valueFormat = CacheFormat::F16;
    const float* sinks = nullptr;                // [heads] or null: an extra exp(sink) in the denominator
};

// The queries of one sequence and its part of the cache.
struct AttentionSequence {
    std::int64_t tokens = 0;                     // query t stands at position firstPosition + t
    std::int64_t firstPosition = 0;              // keys 0 … firstPosition + tokens - 1 are in the cache
    const float* q = nullptr;                    // [tokens][heads][keySize], qStride floats a token
    float* out = nullptr;                        // [tokens][heads][valueSize], outStride floats a token
    const std::byte* keys = nullptr;             // rows [position][kvHeads * keySize]
    const std::byte* values = nullptr;           // rows [position][kvHeads * valueSize]
};

// Where sequences bring few queries each, four of them share a fork and join. Does not allocate.
void attention(const AttentionShape& shape, std::span<const AttentionSequence> sequences, std::int64_t qStride, std::int64_t outStride, ThreadPool& pool,
               std::span<std::byte> scratch, backend::Way way = backend::Way::Fastest);
// Enough for every call with at most `tokens` queries in at most `sequences` sequences.
std::size_t attentionScratchBytes(const AttentionShape& shape, std::int64_t tokens, std::int64_t sequences, int threads);

} // namespace corral::cpu
