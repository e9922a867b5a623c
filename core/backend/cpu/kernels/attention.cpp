#include "core/backend/cpu/kernels/attention.h"

#include "core/backend/cpu/kernels/attention_blocks.h"
#include "core/backend/cpu/kernels/attention_few.h"
#include "core/base/cpu_features.h"

#include <algorithm>
#include <cassert>

namespace corral::cpu {

namespace {

// From this width of all query heads on, keys are rounded to 16 bits and the weights of values to bf16 (0.25 % of the outputs): what the panels of
// the matrix products of such models round too (panel_product.cpp).
[[maybe_unused]] constexpr std::int64_t kWorthRounding = 1024;

const AttentionKernels& kernels()
{
#if defined(__x86_64__)
    switch (simdLevel()) {
    case SimdLevel::Avx512: return kAttentionAvx512;
    case SimdLevel::Avx2: return kAttentionAvx2;
    case SimdLevel::Neon:
    case SimdLevel::Plain: break;
    }
#elif defined(__aarch64__)
    if (simdLevel() == SimdLevel::Neon) return kAttentionNeon;
#endif
    return kAttentionPlain;
}

const AttentionBlockKernel& blockKernel([[maybe_unused]] const AttentionShape& s)
{
#if defined(__x86_64__)
    switch (simdLevel()) {
    case SimdLevel::Avx512: return s.heads * s.keySize >= kWorthRounding ? kAttentionBlockShortAvx512 : kAttentionBlockAvx512;
    case SimdLevel::Avx2: return kAttentionBlockAvx2;
    case SimdLevel::Neon:
    case SimdLevel::Plain: break;
    }
#elif defined(__aarch64__)
    if (simdLevel() == SimdLevel::Neon) return kAttentionBlockNeon;
#endif
    return kAttentionBlockPlain;
}

// Queries of one kv head up to which keys and values are read as they lie in the cache; those of a generated token always are.
std::int64_t mostFew(const AttentionShape& s)
{
    constexpr std::int64_t kFew = 16;
    return std::max(s.heads / s.kvHeads, kFew);
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
               std::span<std::byte> scratch, backend::Way way)
{
    assert(shape.heads % shape.kvHeads == 0);
    const AttentionKernels& k = kernels();
    const std::int64_t fewTokens = way == backend::Way::AsMany ? 0 : mostFew(shape) / (shape.heads / shape.kvHeads);
    attendFew(shape, k, sequences, fewTokens, qStride, outStride, pool, scratch);
    for (const AttentionSequence& sequence : sequences)
        if (sequence.tokens > fewTokens) attendBlocks(shape, k, blockKernel(shape), sequence, qStride, outStride, pool, scratch);
}

std::size_t attentionScratchBytes(const AttentionShape& s, std::int64_t tokens, std::int64_t sequences, int threads)
{
    return std::max(attendFewScratchBytes(s, kernels(), mostFew(s), std::min(tokens, sequences), threads),
                    attendBlocksScratchBytes(s, blockKernel(s), tokens, threads));
}

} // namespace corral::cpu
