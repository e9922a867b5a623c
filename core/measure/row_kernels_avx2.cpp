#if defined(__x86_64__)
#include "core/measure/row_loops.h"

namespace corral::measure {

const RowKernels kRowsAvx2{logSum, divergence, addSquares};

} // namespace corral::measure
#endif
