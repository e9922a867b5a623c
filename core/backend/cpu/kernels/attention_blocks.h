#pragma once
// Attention of one sequence with many queries, as prompts have: the time goes into products. Internal to the kernels folder.
#include "core/backend/cpu/kernels/attention_kernels.h"

namespace corral::cpu {

void attendBlocks(const AttentionShape& s, const AttentionKernels& k, const AttentionBlockKernel& block, const AttentionSequence& sequence, std::int64_t qStride,
                  std::int64_t outStride, ThreadPool& pool, std::span<std::byte> scratch);
std::size_t attendBlocksScratchBytes(const AttentionShape& s, const AttentionBlockKernel& block, std::int64_t tokens, int threads);

} // namespace corral::cpu
