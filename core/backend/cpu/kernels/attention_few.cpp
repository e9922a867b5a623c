#include "core/backend/cpu/kernels/attention_few.h"

#include "core/backend/cpu/kernels/scratch.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

namespace corral::cpu {

namespace {

constexpr std::int64_t kKeyBlock = 64;       // keys a step of the online softmax: their rows stay in the first-level cache
constexpr std::int64_t kMinPieceRows = 128;  // rows of single heads; shorter pieces of a context are not worth a merge
constexpr std::int64_t kPieces = 4;          // of a context, a thread: enough that all threads finish together

constexpr std::int64_t kWorthSharing = 1 << 15; // partial outputs whose merge pays a fork and join

constexpr std::int64_t divideUp(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
constexpr std::size_t floatBytes(std::int64_t count) { return scratchRound(static_cast<std::size_t>(count) * sizeof(float)); }

// Sizes of heads rounded up to what the kernels want.
struct Sizes {
    std::int64_t group, key, value;

    Sizes(const AttentionShape& s, const AttentionKernels& k)
        : group(s.heads / s.kvHeads), key(divideUp(s.keySize, k.vector) * k.vector), value(divideUp(s.valueSize, k.vector) * k.vector)
    {
    }
};

// One side (keys or values) of one kv head of the cache.
struct CacheSlice {
    CacheRows rows; // of the head, from position 0 on
    std::int64_t n, padded;

    CacheSlice(CacheFormat format, const std::byte* cache, std::int64_t kvHeads, std::int64_t headSize, std::int64_t head, std::int64_t paddedSize)
        : rows{format, cache + cacheRowBytes(format, head * headSize), cacheRowBytes(format, kvHeads * headSize)}, n(headSize), padded(paddedSize)
    {
    }
    // Rows [begin, begin + count) as the kernels read them: in place, or padded in `buffer`.
    CacheRows read(const AttentionKernels& k, std::int64_t begin, std::int64_t count, float* buffer) const
    {
        const CacheRows from{rows.format, rows.data + static_cast<std::size_t>(begin) * rows.rowBytes, rows.rowBytes};
        if (n == padded) return from;
        k.readRows(from, count, n, buffer, padded);
        return {CacheFormat::F32, reinterpret_cast<const std::byte*>(buffer), static_cast<std::size_t>(padded) * sizeof(float)};
    }
};

// Of a thread. `queries`: of one kv head and sequence; q of all heads.
struct FewScratch {
    float *q, *scores, *factors, *rows;

    static std::size_t bytes(const Sizes& sizes, std::int64_t kvHeads, std::int64_t queries)
    {
        return floatBytes(kvHeads * queries * sizes.key) + floatBytes(queries * kKeyBlock) + floatBytes(queries) + floatBytes(kKeyBlock * std::max(sizes.key, sizes.value));
    }
    FewScratch(const Sizes& sizes, std::int64_t kvHeads, std::int64_t queries, std::span<std::byte> scratch)
    {
        ScratchCutter cutter(scratch);
        const auto f = [&](std::int64_t count) { return cutter.take<float>(static_cast<std::size_t>(count)); };
        q = f(kvHeads * queries * sizes.key);
        scores = f(queries * kKeyBlock);
        factors = f(queries);
        rows = f(kKeyBlock * std::max(sizes.key, sizes.value));
    }
};

// A part of the context of a sequence, for all heads, so that the cache is read in the order in which it lies in memory. What it gives lies in `states`
// [kvHeads][queries of a kv head] and `outputs` [the same][padded size of a value head], the latter not yet divided by the sum.
struct Piece {
    const AttentionSequence* sequence;
    std::int64_t keyBegin, keyEnd;
    std::int64_t count; // pieces of this sequence from this one on
    RunningSoftmax* states;
    float* outputs;
};

void attendPiece(const AttentionShape& s, const AttentionKernels& k, const Sizes& sizes, const Piece& piece, std::int64_t qStride, const FewScratch& scratch)
{
    const std::int64_t group = sizes.group;
    const AttentionSequence& sequence = *piece.sequence;
    const std::int64_t queries = sequence.tokens * group;
    std::fill_n(piece.states, s.kvHeads * queries, RunningSoftmax{});
    std::fill_n(piece.outputs, s.kvHeads * queries * sizes.value, 0.0f);
    for (std::int64_t i = 0; i < s.kvHeads * queries; ++i) {
        const float* source = sequence.q + i % queries / group * qStride + (i / queries * group + i % group) * s.keySize;
        float* target = scratch.q + i * sizes.key;
        for (std::int64_t d = 0; d < s.keySize; ++d) target[d] = source[d] * s.scale;
        std::fill(target + s.keySize, target + sizes.key, 0.0f);
    }
    for (std::int64_t key = piece.keyBegin; key < piece.keyEnd; key += kKeyBlock) {
        const std::int64_t count = std::min(kKeyBlock, piece.keyEnd - key);
        for (std::int64_t head = 0; head < s.kvHeads; ++head) {
            const CacheSlice keys(s.keyFormat, sequence.keys, s.kvHeads, s.keySize, head, sizes.key);
            const CacheSlice values(s.valueFormat, sequence.values, s.kvHeads, s.valueSize, head, sizes.value);
            k.scores(scratch.q + head * queries * sizes.key, queries, keys.read(k, key, count, scratch.rows), count, sizes.key, scratch.scores, kKeyBlock);
            for (std::int64_t i = 0; i < queries; ++i) {
                // The keys [first, last) of this block are those that query i sees.
                const std::int64_t position = sequence.firstPosition + i / group;
                const std::int64_t last = std::clamp<std::int64_t>(position + 1 - key, 0, count);
                const std::int64_t first = std::clamp<std::int64_t>(firstVisible(s, position) - key, 0, last);
                float* scores = scratch.scores + i * kKeyBlock;
                scratch.factors[i] = first < last ? k.softmax(scores + first, last - first, s.softCap, piece.states[head * queries + i]) : 1;
                std::fill(scores, scores + first, 0.0f);
                std::fill(scores + last, scores + count, 0.0f);
            }
            k.addRows(scratch.scores, kKeyBlock, queries, values.read(k, key, count, scratch.rows), count, sizes.value, scratch.factors,
                      piece.outputs + head * queries * sizes.value);
        }
    }
}

// The pieces of one sequence together, for one kv head: outputs weighted by exp(top - highest top).
void mergePieces(const AttentionShape& s, const Sizes& sizes, const Piece* pieces, std::int64_t kvHead, std::int64_t outStride)
{
    const AttentionSequence& sequence = *pieces->sequence;
    const std::int64_t queries = sequence.tokens * sizes.group;
    for (std::int64_t i = 0; i < queries; ++i) {
        const std::int64_t at = kvHead * queries + i, head = kvHead * sizes.group + i % sizes.group;
        float* out = sequence.out + i / sizes.group * outStride + head * s.valueSize;
        float top = s.sinks ? s.sinks[head] : kMasked;
        for (std::int64_t p = 0; p < pieces->count; ++p) top = std::max(top, pieces[p].states[at].top);
        float sum = s.sinks ? std::exp(s.sinks[head] - top) : 0;
        for (std::int64_t p = 0; p < pieces->count; ++p) sum += std::exp(pieces[p].states[at].top - top) * pieces[p].states[at].sum;
        std::fill_n(out, s.valueSize, 0.0f);
        for (std::int64_t p = 0; p < pieces->count; ++p) {
            const float weight = std::exp(pieces[p].states[at].top - top) / sum;
            const float* part = pieces[p].outputs + at * sizes.value;
            for (std::int64_t d = 0; d < s.valueSize; ++d) out[d] += weight * part[d];
        }
    }
}

// Of a sequence. What it adds up in which order must not depend on which sequences are beside it.
std::int64_t mostPieces(int threads) { return threads > 1 ? kPieces * threads : 1; }

// What pieces leave until they are merged is kept for so many sequences with the most queries and pieces: one keeps all threads busy, the others bridge its end.
constexpr std::int64_t kAtOnce = 4;

// Queries of all heads in all pieces of these many sequences.
std::int64_t mostQueries(const AttentionShape& s, std::int64_t fewQueries, std::int64_t sequences, int threads)
{
    return std::min(sequences, kAtOnce) * mostPieces(threads) * s.kvHeads * fewQueries;
}

// A sequence with few queries: the keys that it sees, and in how many pieces.
struct Seen {
    std::int64_t first, keys, pieces;
};

class Few {
public:
    Few(const AttentionShape& s, const AttentionKernels& k, std::int64_t fewTokens, std::int64_t qStride, std::int64_t outStride, ThreadPool& pool, std::span<std::byte> scratch)
        : m_s(s), m_k(k), m_sizes(s, k), m_fewTokens(fewTokens), m_qStride(qStride), m_outStride(outStride), m_pool(pool), m_scratch(scratch)
    {
    }

    // As many sequences at a time as there is scratch for.
    void attend(std::span<const AttentionSequence> sequences)
    {
        const std::int64_t most = mostQueries(m_s, m_fewTokens * m_sizes.group, kAtOnce, m_pool.size());
        std::size_t begin = 0;
        std::int64_t queries = 0;
        for (std::size_t i = 0; i < sequences.size(); ++i) {
            if (!isFew(sequences[i])) continue;
            const std::int64_t more = seen(sequences[i]).pieces * sequences[i].tokens * m_s.heads;
            if (queries + more > most) {
                attendTogether(sequences.subspan(begin, i - begin));
                begin = i;
                queries = 0;
            }
            queries += more;
        }
        if (queries > 0) attendTogether(sequences.subspan(begin));
    }

private:
    bool isFew(const AttentionSequence& sequence) const { return sequence.tokens > 0 && sequence.tokens <= m_fewTokens; }

    Seen seen(const AttentionSequence& sequence) const
    {
        const std::int64_t first = firstVisible(m_s, sequence.firstPosition), keys = sequence.firstPosition + sequence.tokens - first;
        return {first, keys, std::clamp<std::int64_t>(keys / divideUp(kMinPieceRows, m_s.kvHeads), 1, mostPieces(m_pool.size()))};
    }

    // In one fork and join.
    void attendTogether(std::span<const AttentionSequence> sequences)
    {
        std::int64_t mostTokens = 0, pieceCount = 0, queries = 0;
        for (const AttentionSequence& sequence : sequences) {
            if (!isFew(sequence)) continue;
            const std::int64_t splits = seen(sequence).pieces;
            mostTokens = std::max(mostTokens, sequence.tokens);
            pieceCount += splits;
            queries += splits * sequence.tokens * m_s.heads;
        }

        ScratchCutter cutter(m_scratch);
        Piece* pieces = cutter.take<Piece>(static_cast<std::size_t>(pieceCount));
        RunningSoftmax* states = cutter.take<RunningSoftmax>(static_cast<std::size_t>(queries));
        float* outputs = cutter.take<float>(static_cast<std::size_t>(queries * m_sizes.value));
        const std::size_t threadBytes = FewScratch::bytes(m_sizes, m_s.kvHeads, mostTokens * m_sizes.group);
        std::byte* threads = cutter.take<std::byte>(threadBytes * static_cast<std::size_t>(m_pool.size()));

        Piece* piece = pieces;
        for (const AttentionSequence& sequence : sequences) {
            if (!isFew(sequence)) continue;
            const auto [first, keys, splits] = seen(sequence);
            for (std::int64_t split = 0; split < splits; ++split) {
                *piece++ = {&sequence, first + keys * split / splits, first + keys * (split + 1) / splits, splits - split, states, outputs};
                states += sequence.tokens * m_s.heads;
                outputs += sequence.tokens * m_s.heads * m_sizes.value;
            }
        }
        std::atomic<std::int64_t> next{0};
        auto work = [&](int thread, int) {
            const FewScratch own(m_sizes, m_s.kvHeads, mostTokens * m_sizes.group, {threads + static_cast<std::size_t>(thread) * threadBytes, threadBytes});
            for (std::int64_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < pieceCount;) attendPiece(m_s, m_k, m_sizes, pieces[i], m_qStride, own);
        };
        if (pieceCount == 1)
            work(0, 1);
        else
            m_pool.run(work);
        const auto merge = [&](std::int64_t begin, std::int64_t end) {
            for (const Piece* p = pieces; p < pieces + pieceCount; p += p->count)
                for (std::int64_t head = begin; head < end; ++head) mergePieces(m_s, m_sizes, p, head, m_outStride);
        };
        if (queries * m_sizes.value < kWorthSharing) merge(0, m_s.kvHeads);
        else m_pool.parallelFor(m_s.kvHeads, 1, merge);
    }

    const AttentionShape& m_s;
    const AttentionKernels& m_k;
    const Sizes m_sizes;
    const std::int64_t m_fewTokens, m_qStride, m_outStride;
    ThreadPool& m_pool;
    const std::span<std::byte> m_scratch;
};

} // namespace

void attendFew(const AttentionShape& s, const AttentionKernels& k, std::span<const AttentionSequence> sequences, std::int64_t fewTokens, std::int64_t qStride,
               std::int64_t outStride, ThreadPool& pool, std::span<std::byte> scratch)
{
    Few(s, k, fewTokens, qStride, outStride, pool, scratch).attend(sequences);
}

std::size_t attendFewScratchBytes(const AttentionShape& s, const AttentionKernels& k, std::int64_t fewQueries, std::int64_t sequences, int threads)
{
    const Sizes sizes(s, k);
    const std::int64_t queries = mostQueries(s, fewQueries, sequences, threads), pieces = queries / s.heads;
    return scratchRound(static_cast<std::size_t>(pieces) * sizeof(Piece)) + scratchRound(static_cast<std::size_t>(queries) * sizeof(RunningSoftmax))
           + floatBytes(queries * sizes.value) + FewScratch::bytes(sizes, s.kvHeads, fewQueries) * static_cast<std::size_t>(threads);
}

} // namespace corral::cpu
