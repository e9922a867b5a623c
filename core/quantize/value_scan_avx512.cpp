#include "core/quantize/value_loops.h"

namespace corral::quantize {

extern const ValueScan kValueScanAvx512;
constinit const ValueScan kValueScanAvx512 = kLoops;

} // namespace corral::quantize
