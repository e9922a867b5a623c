#include "core/quantize/value_loops.h"

#include <algorithm>

namespace corral::quantize {

#if defined(__x86_64__) || defined(_M_X64)
extern const ValueScan kValueScanAvx2, kValueScanAvx512;
#endif

const ValueScan& valueScan(SimdLevel level)
{
#if defined(__x86_64__) || defined(_M_X64)
    if (level >= SimdLevel::Avx512) return kValueScanAvx512;
    if (level >= SimdLevel::Avx2) return kValueScanAvx2;
#endif
    return kLoops;
}

void ErrorSums::add(const ErrorSums& other)
{
    squares += other.squares;
    originalSquares += other.originalSquares;
    maxAbsolute = std::max(maxAbsolute, other.maxAbsolute);
}

} // namespace corral::quantize
