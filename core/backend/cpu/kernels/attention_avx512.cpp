#if defined(__x86_64__)
#include "core/backend/cpu/kernels/simd_avx512.h"

#include "core/backend/cpu/kernels/attention_block_simd.h"
#include "core/backend/cpu/kernels/attention_simd.h"

namespace corral::cpu {

const AttentionKernels kAttentionAvx512{Simd::N, readRows, writeRow, scores, softmax, addRows};
const AttentionBlockKernel kAttentionBlockAvx512 = floatBlockKernel();

} // namespace corral::cpu
#endif
