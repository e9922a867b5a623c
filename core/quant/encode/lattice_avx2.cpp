#include "core/quant/encode/lattice.h"
#include "core/quant/encode/lattice_types.h"

namespace corral::quant::encode {

CORRAL_DEFINE_LATTICES(avx2, 8)

} // namespace corral::quant::encode
