#if defined(__x86_64__)
#include "core/backend/cpu/kernels/simd_avx2.h"

#include "core/backend/cpu/kernels/attention_simd.h"

namespace corral::cpu {

const AttentionKernels kAttentionAvx2{kLanes, readRows, writeRow, laneProduct, laneSoftmax, laneScale, scores, softmax, addRows};

} // namespace corral::cpu
#endif
