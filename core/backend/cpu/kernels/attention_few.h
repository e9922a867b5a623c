#pragma once
// Attention of sequences that bring few queries each, as tokens being generated do: the time goes into reading the cache. Internal to the kernels folder.
#include "core/backend/cpu/kernels/attention_kernels.h"

namespace corral::cpu {

// Those of `sequences` with at most `fewTokens` tokens, four sequences' work to a fork and join.
void attendFew(const AttentionShape& s, const AttentionKernels& k, std::span<const AttentionSequence> sequences, std::int64_t fewTokens, std::int64_t qStride,
               std::int64_t outStride, ThreadPool& pool, std::span<std::byte> scratch);
// fewQueries: most of one kv head and sequence.
std::size_t attendFewScratchBytes(const AttentionShape& s, const AttentionKernels& k, std::int64_t fewQueries, std::int64_t sequences, int threads);

} // namespace corral::cpu
