#include "core/measure/row_kernels.h"

#include "core/base/cpu_features.h"
#include "core/measure/row_loops.h"

namespace corral::measure {

const RowKernels kRowsPlain{logSum, divergence, addSquares};

const RowKernels& rowKernels()
{
#if defined(__x86_64__)
    switch (simdLevel()) {
    case SimdLevel::Avx512: return kRowsAvx512;
    case SimdLevel::Avx2: return kRowsAvx2;
    case SimdLevel::Neon:
    case SimdLevel::Plain: break;
    }
#endif
    return kRowsPlain;
}

} // namespace corral::measure
