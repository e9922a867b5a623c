// Block by block of the keys: all threads rearrange its keys and values into panels (once for all queries), then they take tiles of queries against them.
// The grouped queries of a kv head are columns of the same product: column c of a head is token c / group, query head c % group.
#include "core/backend/cpu/kernels/attention_blocks.h"

#include "core/backend/cpu/kernels/scratch.h"

#include <algorithm>
#include <atomic>

namespace corral::cpu {

namespace {

constexpr std::int64_t divideUp(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

struct BlockScratch {
    std::size_t keyBytes, valueBytes, threadBytes; // of a kv head, of a thread
    std::byte *keys, *values;                      // panels [kvHeads]
    std::byte* threads;
    RunningSoftmax* states; // [kvHeads][columns]
    float* factors;         // the same

    static std::size_t threadBytesOf(const AttentionShape& s, const AttentionBlockKernel& block)
    {
        const auto rows = static_cast<std::size_t>(kKeyStep * blockStride(std::max(s.keySize, s.valueSize))) * sizeof(float);
        return scratchRound(std::max(block.scratchBytes(s.keySize), rows)); // packing and attending take turns
    }
    static std::size_t bytes(const AttentionShape& s, const AttentionBlockKernel& block, std::int64_t tokens, int threadCount)
    {
        const auto kvHeads = static_cast<std::size_t>(s.kvHeads);
        return kvHeads * (scratchRound(block.keyPanelBytes(s.keySize)) + scratchRound(block.valuePanelBytes(s.valueSize)))
               + static_cast<std::size_t>(threadCount) * threadBytesOf(s, block) + scratchRound(static_cast<std::size_t>(tokens * s.heads) * sizeof(RunningSoftmax))
               + scratchRound(static_cast<std::size_t>(tokens * s.heads) * sizeof(float));
    }
    BlockScratch(const AttentionShape& s, const AttentionBlockKernel& block, std::int64_t tokens, int threadCount, std::span<std::byte> scratch)
        : keyBytes(scratchRound(block.keyPanelBytes(s.keySize))), valueBytes(scratchRound(block.valuePanelBytes(s.valueSize))), threadBytes(threadBytesOf(s, block))
    {
        ScratchCutter cutter(scratch);
        keys = cutter.take<std::byte>(static_cast<std::size_t>(s.kvHeads) * keyBytes);
        values = cutter.take<std::byte>(static_cast<std::size_t>(s.kvHeads) * valueBytes);
        threads = cutter.take<std::byte>(static_cast<std::size_t>(threadCount) * threadBytes);
        states = cutter.take<RunningSoftmax>(static_cast<std::size_t>(tokens * s.heads));
        factors = cutter.take<float>(static_cast<std::size_t>(tokens * s.heads));
    }
};

// A panel's next kKeyStep rows, of which the cache holds `count`.
void packStep(const AttentionKernels& k, CacheFormat format, const std::byte* cache, std::int64_t kvHeads, std::int64_t headSize, std::int64_t head,
              std::int64_t key, std::int64_t count, std::int64_t first, decltype(AttentionBlockKernel::packKeys) pack, float* rows, std::byte* panel)
{
    const std::int64_t stride = blockStride(headSize);
    const std::size_t rowBytes = cacheRowBytes(format, kvHeads * headSize);
    k.readRows({format, cache + static_cast<std::size_t>(key) * rowBytes + cacheRowBytes(format, head * headSize), rowBytes}, count, headSize, rows, stride);
    std::fill(rows + count * stride, rows + kKeyStep * stride, 0.0f);
    pack(rows, headSize, first, panel);
}

// Queries and outputs of a tile, which the other tiles have pushed out of the near caches since the last block.
void prefetchTile(const AttentionShape& s, const AttentionBlockKernel& block, const AttentionSequence& sequence, std::int64_t qStride, std::int64_t outStride,
                  std::int64_t head, std::int64_t tile)
{
    constexpr std::int64_t kLine = 64 / sizeof(float);
    constexpr int kSecondLevel = 2;
    const std::int64_t group = s.heads / s.kvHeads;
    for (std::int64_t column = tile * block.tile; column < std::min(sequence.tokens * group, (tile + 1) * block.tile); ++column) {
        const std::int64_t t = column / group, queryHead = head * group + column % group;
        const float* q = sequence.q + t * qStride + queryHead * s.keySize;
        const float* out = sequence.out + t * outStride + queryHead * s.valueSize;
        for (std::int64_t i = 0; i < s.keySize; i += kLine) __builtin_prefetch(q + i, 0, kSecondLevel);
        for (std::int64_t i = 0; i < s.valueSize; i += kLine) __builtin_prefetch(out + i, 1, kSecondLevel);
    }
}

} // namespace

void attendBlocks(const AttentionShape& s, const AttentionKernels& k, const AttentionBlockKernel& block, const AttentionSequence& sequence, std::int64_t qStride,
                  std::int64_t outStride, ThreadPool& pool, std::span<std::byte> scratchSpan)
{
    const BlockScratch scratch(s, block, sequence.tokens, pool.size(), scratchSpan);
    const std::int64_t group = s.heads / s.kvHeads, columns = sequence.tokens * group, tiles = divideUp(columns, block.tile);
    for (std::int64_t head = 0; head < s.heads; ++head)
        for (std::int64_t t = 0; t < sequence.tokens; ++t)
            scratch.states[head / group * columns + t * group + head % group] = s.sinks ? RunningSoftmax{s.sinks[head], 1} : RunningSoftmax{};

    const std::int64_t keyBegin = firstVisible(s, sequence.firstPosition), keyEnd = sequence.firstPosition + sequence.tokens;
    for (std::int64_t key = keyBegin; key < keyEnd; key += block.keys) {
        const std::int64_t count = std::min(block.keys, keyEnd - key), steps = divideUp(count, kKeyStep);
        std::atomic<std::int64_t> nextStep{0};
        pool.run([&](int thread, int) {
            float* rows = reinterpret_cast<float*>(scratch.threads + static_cast<std::size_t>(thread) * scratch.threadBytes);
            for (std::int64_t i; (i = nextStep.fetch_add(1, std::memory_order_relaxed)) < s.kvHeads * steps;) {
                const std::int64_t head = i % s.kvHeads, first = i / s.kvHeads * kKeyStep, some = std::min(kKeyStep, count - first);
                packStep(k, s.keyFormat, sequence.keys, s.kvHeads, s.keySize, head, key + first, some, first, block.packKeys, rows,
                         scratch.keys + static_cast<std::size_t>(head) * scratch.keyBytes);
                packStep(k, s.valueFormat, sequence.values, s.kvHeads, s.valueSize, head, key + first, some, first, block.packValues, rows,
                         scratch.values + static_cast<std::size_t>(head) * scratch.valueBytes);
            }
        });

        std::atomic<std::int64_t> nextTile{0};
        pool.run([&](int thread, int) {
            std::byte* own = scratch.threads + static_cast<std::size_t>(thread) * scratch.threadBytes;
            const auto take = [&] { return nextTile.fetch_add(1, std::memory_order_relaxed); };
            // The next tile is taken before this one is computed, so that its rows can be fetched meanwhile.
            for (std::int64_t i = take(), following; i < s.kvHeads * tiles; i = following) {
                following = take();
                if (following < s.kvHeads * tiles) prefetchTile(s, block, sequence, qStride, outStride, following / tiles, tiles - 1 - following % tiles);
                const std::int64_t head = i / tiles, firstColumn = (tiles - 1 - i % tiles) * block.tile; // the last tokens see most keys: longest work first
                const std::int64_t lastColumn = std::min(columns, firstColumn + block.tile) - 1;
                const std::int64_t firstPosition = sequence.firstPosition + firstColumn / group, lastPosition = sequence.firstPosition + lastColumn / group;
                const std::int64_t tileBegin = firstVisible(s, firstPosition);
                if (key > lastPosition || key + count <= tileBegin) continue;
                const float* q[kMaxColumns];
                float* out[kMaxColumns];
                std::int32_t first[kMaxColumns], last[kMaxColumns];
                std::int64_t begin = count, end = 0;
                for (std::int64_t column = firstColumn; column <= lastColumn; ++column) {
                    const std::int64_t c = column - firstColumn, t = column / group, queryHead = head * group + column % group;
                    const std::int64_t position = sequence.firstPosition + t;
                    q[c] = sequence.q + t * qStride + queryHead * s.keySize;
                    out[c] = sequence.out + t * outStride + queryHead * s.valueSize;
                    first[c] = static_cast<std::int32_t>(std::clamp<std::int64_t>(firstVisible(s, position) - key, 0, count));
                    last[c] = static_cast<std::int32_t>(std::clamp<std::int64_t>(position + 1 - key, 0, count));
                    begin = std::min<std::int64_t>(begin, first[c]);
                    end = std::max<std::int64_t>(end, last[c]);
                }
                block.attend({.keys = scratch.keys + static_cast<std::size_t>(head) * scratch.keyBytes,
                              .values = scratch.values + static_cast<std::size_t>(head) * scratch.valueBytes,
                              .keySize = s.keySize,
                              .valueSize = s.valueSize,
                              .columns = static_cast<int>(lastColumn - firstColumn + 1),
                              .q = q,
                              .out = out,
                              .first = first,
                              .last = last,
                              .keyBegin = begin / kKeyStep * kKeyStep,
                              .keyEnd = divideUp(end, kKeyStep) * kKeyStep,
                              .states = scratch.states + head * columns + firstColumn,
                              .factors = scratch.factors + head * columns + firstColumn,
                              .begins = tileBegin >= key,
                              .ends = lastPosition < key + count,
                              .scale = s.scale,
                              .softCap = s.softCap},
                             own);
            }
        });
    }
}

std::size_t attendBlocksScratchBytes(const AttentionShape& s, const AttentionBlockKernel& block, std::int64_t tokens, int threads)
{
    return BlockScratch::bytes(s, block, tokens, threads);
}

} // namespace corral::cpu
