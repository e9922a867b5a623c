#if defined(__x86_64__)
#include "core/backend/cpu/kernels/simd_avx512.h"

#include "core/backend/cpu/kernels/attention_simd.h"

namespace corral::cpu {

const AttentionKernels kAttentionAvx512{kLanes, readRows, writeRow, laneProduct, laneSoftmax, laneScale, scores, softmax, addRows};

} // namespace corral::cpu
#endif
