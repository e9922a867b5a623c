#include "core/quantize/value_loops.h"

namespace corral::quantize {

extern const ValueScan kValueScanAvx2;
constinit const ValueScan kValueScanAvx2 = kLoops;

} // namespace corral::quantize
