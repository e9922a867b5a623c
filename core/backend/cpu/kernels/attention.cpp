#include "core/backend/cpu/kernels/attention.h"

#include "core/backend/cpu/kernels/attention_kernels.h"
#include "core/backend/cpu/kernels/scratch.h"
#include "core/base/cpu_features.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cmath>
#include <utility>

namespace corral::cpu {

namespace {

constexpr std::int64_t kKeyBlock = 64;       // keys a step of the online softmax: keys and values of a head in f32 stay in the second-level cache
constexpr std::int64_t kFewKeyBlock = 32;    // the same with few queries: keys or values stay in the first-level cache
constexpr std::int64_t kUnitLanes = 128;     // queries that share one reading of the cache
constexpr std::int64_t kMinSplitKeys = 128;  // shorter pieces of the context are not worth a merge
constexpr std::int64_t kPieces = 4;          // of all contexts, a thread, with few queries: enough that all threads finish together

const AttentionKernels& kernels()
{
#if defined(__x86_64__)
    switch (simdLevel()) {
    case SimdLevel::Avx512: return kAttentionAvx512;
    case SimdLevel::Avx2: return kAttentionAvx2;
    case SimdLevel::Plain: break;
    }
#endif
    return kAttentionPlain;
}

constexpr std::int64_t divideUp(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

// First key that the query at `position` sees, and the one after the last.
std::int64_t firstVisible(const AttentionShape& s, std::int64_t position) { return s.window > 0 ? std::max<std::int64_t>(0, position - s.window + 1) : 0; }

// One side (keys or values) of one kv head of the cache.
struct CacheSlice {
    CacheFormat format;
    const std::byte* data; // of the head in row 0
    std::size_t rowBytes;  // of all heads
    std::int64_t n;        // values of the head

    CacheSlice(CacheFormat f, const std::byte* cache, std::int64_t kvHeads, std::int64_t headSize, std::int64_t head)
        : format(f), data(cache + cacheRowBytes(f, head * headSize)), rowBytes(cacheRowBytes(f, kvHeads * headSize)), n(headSize)
    {
    }
    // Rows [begin, begin + count) as f32: in place if the cache is f32, else converted into `buffer`.
    const float* read(const AttentionKernels& k, std::int64_t begin, std::int64_t count, float* buffer) const
    {
        const std::byte* rows = data + static_cast<std::size_t>(begin) * rowBytes;
        if (format == CacheFormat::F32) return reinterpret_cast<const float*>(rows);
        k.readRows(format, rows, rowBytes, count, n, buffer);
        return buffer;
    }
    std::int64_t stride() const { return format == CacheFormat::F32 ? static_cast<std::int64_t>(rowBytes / sizeof(float)) : n; }
};

// ---- many queries -------------------------------------------------------------------------------------------------------------------

struct LanePlan {
    std::int64_t group;  // query heads a kv head
    std::int64_t tokens; // a unit
    std::int64_t laneGroups;
    std::int64_t tokenUnits; // units a kv head

    LanePlan(const AttentionShape& s, const AttentionKernels& k, int threads) : group(s.heads / s.kvHeads)
    {
        std::int64_t lanes = kUnitLanes;
        for (;; lanes /= 2) {
            tokens = std::clamp<std::int64_t>(lanes / group, 1, s.tokens);
            tokenUnits = divideUp(s.tokens, tokens);
            if (tokenUnits * s.kvHeads >= 2 * threads || lanes <= k.lanes) break;
        }
        laneGroups = divideUp(tokens * group, k.lanes);
    }
};

struct LaneScratch {
    float *q, *output, *scores, *keys, *values, *top, *sum;

    static std::size_t bytes(const AttentionShape& s, std::int64_t laneGroups)
    {
        const auto f = [](std::int64_t count) { return scratchRound(static_cast<std::size_t>(count) * sizeof(float)); };
        return f(laneGroups * s.keySize * kMaxLanes) + f(laneGroups * s.valueSize * kMaxLanes) + f(kKeyBlock * kMaxLanes) + f(kKeyBlock * s.keySize)
               + f(kKeyBlock * s.valueSize) + 2 * f(laneGroups * kMaxLanes);
    }
    LaneScratch(const AttentionShape& s, std::int64_t laneGroups, std::span<std::byte> scratch)
    {
        ScratchCutter cutter(scratch);
        const auto f = [&](std::int64_t count) { return cutter.take<float>(static_cast<std::size_t>(count)); };
        q = f(laneGroups * s.keySize * kMaxLanes);
        output = f(laneGroups * s.valueSize * kMaxLanes);
        scores = f(kKeyBlock * kMaxLanes);
        keys = f(kKeyBlock * s.keySize);
        values = f(kKeyBlock * s.valueSize);
        top = f(laneGroups * kMaxLanes);
        sum = f(laneGroups * kMaxLanes);
    }
};

// Tokens [begin, end) of one kv head: lane l of the unit is token begin + l / group, head kvHead * group + l % group.
void attendLanes(const AttentionShape& s, const AttentionKernels& k, const LanePlan& plan, std::int64_t kvHead, std::int64_t begin, std::int64_t end,
                 const float* q, std::int64_t qStride, const std::byte* keys, const std::byte* values, float* out, std::int64_t outStride,
                 const LaneScratch& scratch)
{
    const std::int64_t lanes = k.lanes;
    const std::int64_t used = (end - begin) * plan.group;
    const std::int64_t laneGroups = divideUp(used, lanes);
    const CacheSlice keySlice(s.keyFormat, keys, s.kvHeads, s.keySize, kvHead);
    const CacheSlice valueSlice(s.valueFormat, values, s.kvHeads, s.valueSize, kvHead);

    for (std::int64_t l = 0; l < laneGroups * lanes; ++l) {
        float* lane = scratch.q + l / lanes * s.keySize * lanes + l % lanes;
        const bool real = l < used;
        const std::int64_t head = kvHead * plan.group + l % plan.group;
        const float* source = q + (begin + l / plan.group) * qStride + head * s.keySize;
        for (std::int64_t i = 0; i < s.keySize; ++i) lane[i * lanes] = real ? source[i] * s.scale : 0;
        scratch.top[l] = s.sinks && real ? s.sinks[head] : kMasked;
        scratch.sum[l] = s.sinks && real ? 1 : 0;
    }
    std::fill_n(scratch.output, laneGroups * s.valueSize * lanes, 0.0f);

    const std::int64_t keyEnd = s.firstPosition + end; // the last token of the unit sees itself
    for (std::int64_t key = firstVisible(s, s.firstPosition + begin); key < keyEnd; key += kKeyBlock) {
        const std::int64_t count = std::min(kKeyBlock, keyEnd - key);
        const float* keyRows = keySlice.read(k, key, count, scratch.keys);
        const float* valueRows = valueSlice.read(k, key, count, scratch.values);
        for (std::int64_t g = 0; g < laneGroups; ++g) {
            const std::int64_t firstPosition = s.firstPosition + begin + g * lanes / plan.group;
            const std::int64_t lastPosition = s.firstPosition + begin + std::min(used - 1, (g + 1) * lanes - 1) / plan.group;
            if (key > lastPosition || key + count <= firstVisible(s, firstPosition)) continue;
            const bool masked = key + count - 1 > firstPosition || key < firstVisible(s, lastPosition);
            alignas(64) std::int32_t first[kMaxLanes], last[kMaxLanes];
            alignas(64) float factor[kMaxLanes];
            if (masked) {
                for (std::int64_t l = 0; l < lanes; ++l) {
                    const std::int64_t position = s.firstPosition + begin + std::min(used - 1, g * lanes + l) / plan.group;
                    first[l] = static_cast<std::int32_t>(std::clamp<std::int64_t>(firstVisible(s, position) - key, 0, count));
                    last[l] = static_cast<std::int32_t>(std::clamp<std::int64_t>(position + 1 - key, 0, count));
                }
            }
            float* output = scratch.output + g * s.valueSize * lanes;
            k.laneProduct(scratch.q + g * s.keySize * lanes, s.keySize, keyRows, keySlice.stride(), 1, count, false, scratch.scores);
            k.laneSoftmax(scratch.scores, count, masked ? first : nullptr, masked ? last : nullptr, s.softCap, scratch.top + g * lanes,
                          scratch.sum + g * lanes, factor);
            k.laneScale(output, s.valueSize, factor);
            k.laneProduct(scratch.scores, count, valueRows, 1, valueSlice.stride(), s.valueSize, true, output);
        }
    }

    for (std::int64_t l = 0; l < used; ++l) {
        const float* lane = scratch.output + l / lanes * s.valueSize * lanes + l % lanes;
        const float factor = 1 / scratch.sum[l];
        float* target = out + (begin + l / plan.group) * outStride + (kvHead * plan.group + l % plan.group) * s.valueSize;
        for (std::int64_t i = 0; i < s.valueSize; ++i) target[i] = lane[i * lanes] * factor;
    }
}

// ---- few queries --------------------------------------------------------------------------------------------------------------------

// Queries of one kv head up to which each is a vector of its own; a generated token always is.
std::int64_t mostFew(const AttentionShape& s, const AttentionKernels& k) { return std::max<std::int64_t>(s.heads / s.kvHeads, k.lanes / 2); }
bool fewQueries(const AttentionShape& s, const AttentionKernels& k, std::int64_t tokens) { return tokens * (s.heads / s.kvHeads) <= mostFew(s, k); }

struct FewScratch {
    float *q, *scores, *factors, *keys, *values; // of a thread

    static std::size_t bytes(const AttentionShape& s, std::int64_t queries)
    {
        const auto f = [](std::int64_t count) { return scratchRound(static_cast<std::size_t>(count) * sizeof(float)); };
        return f(queries * s.keySize) + f(queries * kFewKeyBlock) + f(queries) + f(kFewKeyBlock * s.keySize) + f(kFewKeyBlock * s.valueSize);
    }
    FewScratch(const AttentionShape& s, std::int64_t queries, std::span<std::byte> scratch)
    {
        ScratchCutter cutter(scratch);
        const auto f = [&](std::int64_t count) { return cutter.take<float>(static_cast<std::size_t>(count)); };
        q = f(queries * s.keySize);
        scores = f(queries * kFewKeyBlock);
        factors = f(queries);
        keys = f(kFewKeyBlock * s.keySize);
        values = f(kFewKeyBlock * s.valueSize);
    }
};

// A part of the context for the queries of one kv head of a sequence. What it gives lies in `states` [queries] and `outputs` [queries][valueSize],
// the latter not yet divided by the sum.
struct Piece {
    const AttentionSequence* sequence;
    std::int64_t kvHead, keyBegin, keyEnd;
    std::int64_t count; // pieces of this head from this one on
    RunningSoftmax* states;
    float* outputs;
};

void attendFew(const AttentionShape& s, const AttentionKernels& k, const Piece& piece, std::int64_t qStride, const FewScratch& scratch)
{
    const std::int64_t group = s.heads / s.kvHeads;
    const AttentionSequence& sequence = *piece.sequence;
    const std::int64_t queries = sequence.tokens * group;
    const CacheSlice keySlice(s.keyFormat, sequence.keys, s.kvHeads, s.keySize, piece.kvHead);
    const CacheSlice valueSlice(s.valueFormat, sequence.values, s.kvHeads, s.valueSize, piece.kvHead);
    std::fill_n(piece.states, queries, RunningSoftmax{});
    std::fill_n(piece.outputs, queries * s.valueSize, 0.0f);
    for (std::int64_t i = 0; i < queries; ++i) {
        const float* source = sequence.q + i / group * qStride + (piece.kvHead * group + i % group) * s.keySize;
        for (std::int64_t d = 0; d < s.keySize; ++d) scratch.q[i * s.keySize + d] = source[d] * s.scale;
    }
    for (std::int64_t key = piece.keyBegin; key < piece.keyEnd; key += kFewKeyBlock) {
        const std::int64_t count = std::min(kFewKeyBlock, piece.keyEnd - key);
        // The keys [first, first + visible) of this block that query i sees.
        auto range = [&](std::int64_t i) {
            const std::int64_t position = sequence.firstPosition + i / group;
            const std::int64_t first = std::max<std::int64_t>(0, firstVisible(s, position) - key);
            return std::pair(first, std::min(count, position + 1 - key) - first);
        };
        const float* keyRows = keySlice.read(k, key, count, scratch.keys);
        for (std::int64_t i = 0; i < queries; ++i) {
            const auto [first, visible] = range(i);
            if (visible <= 0) continue;
            float* scores = scratch.scores + i * kFewKeyBlock;
            k.scores(scratch.q + i * s.keySize, keyRows + first * keySlice.stride(), keySlice.stride(), s.keySize, visible, scores);
            scratch.factors[i] = k.softmax(scores, visible, s.softCap, piece.states[i]);
        }
        const float* valueRows = valueSlice.read(k, key, count, scratch.values);
        for (std::int64_t i = 0; i < queries; ++i) {
            const auto [first, visible] = range(i);
            if (visible > 0)
                k.addRows(scratch.scores + i * kFewKeyBlock, valueRows + first * valueSlice.stride(), valueSlice.stride(), s.valueSize, visible,
                          scratch.factors[i], piece.outputs + i * s.valueSize);
        }
    }
}

// The pieces of one head together: outputs weighted by exp(top - highest top).
void mergePieces(const AttentionShape& s, const Piece* pieces, std::int64_t outStride)
{
    const AttentionSequence& sequence = *pieces->sequence;
    const std::int64_t group = s.heads / s.kvHeads;
    for (std::int64_t i = 0; i < sequence.tokens * group; ++i) {
        const std::int64_t head = pieces->kvHead * group + i % group;
        float* out = sequence.out + i / group * outStride + head * s.valueSize;
        float top = s.sinks ? s.sinks[head] : kMasked;
        for (std::int64_t p = 0; p < pieces->count; ++p) top = std::max(top, pieces[p].states[i].top);
        float sum = s.sinks ? std::exp(s.sinks[head] - top) : 0;
        std::fill_n(out, s.valueSize, 0.0f);
        for (std::int64_t p = 0; p < pieces->count; ++p) {
            const float weight = std::exp(pieces[p].states[i].top - top);
            sum += weight * pieces[p].states[i].sum;
            const float* part = pieces[p].outputs + i * s.valueSize;
            for (std::int64_t d = 0; d < s.valueSize; ++d) out[d] += weight * part[d];
        }
        for (std::int64_t d = 0; d < s.valueSize; ++d) out[d] /= sum;
    }
}

std::int64_t mostPieces(const AttentionShape& s, std::int64_t sequences, int threads) { return sequences * s.kvHeads + (threads > 1 ? kPieces * threads : 0); }

// All sequences with few queries: pieces of their contexts, about kPieces a thread.
void attendFewQueries(const AttentionShape& s, const AttentionKernels& k, std::span<const AttentionSequence> sequences, std::int64_t qStride,
                      std::int64_t outStride, ThreadPool& pool, std::span<std::byte> scratch)
{
    const std::int64_t group = s.heads / s.kvHeads;
    auto forEach = [&](auto&& fn) { // fn(sequence, first key, keys)
        for (const AttentionSequence& sequence : sequences) {
            if (sequence.tokens == 0 || !fewQueries(s, k, sequence.tokens)) continue;
            const std::int64_t first = firstVisible(s, sequence.firstPosition);
            fn(sequence, first, sequence.firstPosition + sequence.tokens - first);
        }
    };
    std::int64_t count = 0, keys = 0, queries = 0, mostQueries = 0; // queries: of all sequences and heads of one kv head
    forEach([&](const AttentionSequence& sequence, std::int64_t, std::int64_t visible) {
        ++count;
        keys += visible;
        mostQueries = std::max(mostQueries, sequence.tokens * group);
    });
    if (count == 0) return;
    const std::int64_t pieceKeys = pool.size() == 1 ? keys : std::max(kMinSplitKeys, divideUp(keys * s.kvHeads, kPieces * pool.size()));
    std::int64_t pieceCount = 0;
    forEach([&](const AttentionSequence& sequence, std::int64_t, std::int64_t visible) {
        const std::int64_t pieces = s.kvHeads * std::max<std::int64_t>(1, visible / pieceKeys);
        pieceCount += pieces;
        queries += pieces * sequence.tokens * group;
    });

    ScratchCutter cutter(scratch);
    Piece* pieces = cutter.take<Piece>(static_cast<std::size_t>(pieceCount));
    RunningSoftmax* states = cutter.take<RunningSoftmax>(static_cast<std::size_t>(queries));
    float* outputs = cutter.take<float>(static_cast<std::size_t>(queries * s.valueSize));
    const std::size_t threadBytes = FewScratch::bytes(s, mostQueries);
    std::byte* threads = cutter.take<std::byte>(threadBytes * static_cast<std::size_t>(pool.size()));

    Piece* piece = pieces;
    forEach([&](const AttentionSequence& sequence, std::int64_t first, std::int64_t visible) {
        const std::int64_t splits = std::max<std::int64_t>(1, visible / pieceKeys);
        for (std::int64_t head = 0; head < s.kvHeads; ++head)
            for (std::int64_t split = 0; split < splits; ++split) {
                *piece++ = {&sequence, head, first + visible * split / splits, first + visible * (split + 1) / splits, splits - split, states, outputs};
                states += sequence.tokens * group;
                outputs += sequence.tokens * group * s.valueSize;
            }
    });
    std::atomic<std::int64_t> next{0};
    auto work = [&](int thread, int) {
        const FewScratch own(s, mostQueries, {threads + static_cast<std::size_t>(thread) * threadBytes, threadBytes});
        for (std::int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < pieceCount;) attendFew(s, k, pieces[i], qStride, own);
    };
    if (pieceCount == 1 || keys * s.kvHeads < kMinSplitKeys)
        work(0, 1);
    else
        pool.run(work);
    for (const Piece* p = pieces; p < pieces + pieceCount; p += p->count) mergePieces(s, p, outStride);
}

} // namespace

std::size_t cacheRowBytes(CacheFormat format, std::int64_t n)
{
    const auto values = static_cast<std::size_t>(n);
    switch (format) {
    case CacheFormat::F16: return values * 2;
    case CacheFormat::F32: return values * 4;
    case CacheFormat::Q8_0: return values / 32 * 34;
    }
    return 0;
}

void writeCacheRows(CacheFormat format, const float* values, std::int64_t stride, std::int64_t n, std::int64_t tokens, std::byte* cache, std::int64_t firstRow)
{
    assert(format != CacheFormat::Q8_0 || n % 32 == 0);
    const AttentionKernels& k = kernels();
    const std::size_t rowBytes = cacheRowBytes(format, n);
    for (std::int64_t t = 0; t < tokens; ++t) k.writeRow(format, values + t * stride, n, cache + static_cast<std::size_t>(firstRow + t) * rowBytes);
}

void attention(const AttentionShape& shape, std::span<const AttentionSequence> sequences, std::int64_t qStride, std::int64_t outStride, ThreadPool& pool,
               std::span<std::byte> scratch)
{
    assert(shape.heads % shape.kvHeads == 0);
    const AttentionKernels& k = kernels();
    attendFewQueries(shape, k, sequences, qStride, outStride, pool, scratch);
    for (const AttentionSequence& sequence : sequences) {
        if (fewQueries(shape, k, sequence.tokens)) continue;
        AttentionShape s = shape;
        s.tokens = sequence.tokens;
        s.firstPosition = sequence.firstPosition;
        const LanePlan plan(s, k, pool.size());
        const std::size_t threadBytes = LaneScratch::bytes(s, plan.laneGroups);
        std::byte* threads = ScratchCutter(scratch).take<std::byte>(threadBytes * static_cast<std::size_t>(pool.size()));
        const std::int64_t units = plan.tokenUnits * s.kvHeads;
        std::atomic<std::int64_t> next{0};
        pool.run([&](int thread, int) {
            const LaneScratch own(s, plan.laneGroups, {threads + static_cast<std::size_t>(thread) * threadBytes, threadBytes});
            for (std::int64_t u; (u = next.fetch_add(1, std::memory_order_relaxed)) < units;) {
                // Later tokens see more keys: the longest work first, so that no thread is left with it at the end.
                const std::int64_t begin = (plan.tokenUnits - 1 - u / s.kvHeads) * plan.tokens;
                attendLanes(s, k, plan, u % s.kvHeads, begin, std::min(s.tokens, begin + plan.tokens), sequence.q, qStride, sequence.keys, sequence.values,
                            sequence.out, outStride, own);
            }
        });
    }
}

void attention(const AttentionShape& s, const float* q, std::int64_t qStride, const std::byte* keys, const std::byte* values, float* out,
               std::int64_t outStride, ThreadPool& pool, std::span<std::byte> scratch)
{
    const AttentionSequence sequence{s.tokens, s.firstPosition, q, out, keys, values};
    attention(s, {&sequence, 1}, qStride, outStride, pool, scratch);
}

std::size_t attentionScratchBytes(const AttentionShape& s, std::int64_t tokens, std::int64_t sequences, int threads)
{
    const AttentionKernels& k = kernels();
    const std::int64_t group = s.heads / s.kvHeads;
    const std::int64_t few = mostFew(s, k);
    const auto pieces = static_cast<std::size_t>(mostPieces(s, std::min(tokens, sequences), threads)), queries = pieces * static_cast<std::size_t>(few);
    const std::size_t fewBytes = scratchRound(pieces * sizeof(Piece)) + scratchRound(queries * sizeof(RunningSoftmax))
                                 + scratchRound(queries * static_cast<std::size_t>(s.valueSize) * sizeof(float))
                                 + FewScratch::bytes(s, few) * static_cast<std::size_t>(threads);
    const std::int64_t laneGroups = divideUp(std::max(group, kUnitLanes), k.lanes);
    return std::max(fewBytes, LaneScratch::bytes(s, laneGroups) * static_cast<std::size_t>(threads));
}

std::size_t attentionScratchBytes(const AttentionShape& s, int threads) { return attentionScratchBytes(s, s.tokens, 1, threads); }

} // namespace corral::cpu
