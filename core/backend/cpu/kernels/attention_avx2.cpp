#if defined(__x86_64__)
#include "core/backend/cpu/kernels/simd_avx2.h"

#include "core/backend/cpu/kernels/attention_block_simd.h"
#include "core/backend/cpu/kernels/attention_simd.h"

namespace corral::cpu {

const AttentionKernels kAttentionAvx2{Simd::N, readRows, writeRow, scores, softmax, addRows};
const AttentionBlockKernel kAttentionBlockAvx2 = floatBlockKernel();

} // namespace corral::cpu
#endif
