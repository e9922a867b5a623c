#if defined(__aarch64__)
#include "core/backend/cpu/kernels/simd_neon.h"

#include "core/backend/cpu/kernels/attention_block_simd.h"
#include "core/backend/cpu/kernels/attention_simd.h"

namespace corral::cpu {

const AttentionKernels kAttentionNeon{Simd::N, readRows, writeRow, scores, softmax, addRows};
const AttentionBlockKernel kAttentionBlockNeon = floatBlockKernel();

} // namespace corral::cpu
#endif
