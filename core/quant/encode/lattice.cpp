#include "core/quant/encode/encoders.h"
#include "core/quant/encode/lattice_types.h"

namespace corral::quant::encode {

CORRAL_DEFINE_ENCODER(iq1_s, plain, encodeLattice<LatticeIq1s>)
CORRAL_DEFINE_ENCODER(iq1_m, plain, encodeLattice<LatticeIq1m>)
CORRAL_DEFINE_ENCODER(iq2_xxs, plain, encodeLattice<LatticeIq2xxs>)
CORRAL_DEFINE_ENCODER(iq2_xs, plain, encodeLattice<LatticeIq2xs>)
CORRAL_DEFINE_ENCODER(iq2_s, plain, encodeLattice<LatticeIq2s>)
CORRAL_DEFINE_ENCODER(iq3_xxs, plain, encodeLattice<LatticeIq3xxs>)
CORRAL_DEFINE_ENCODER(iq3_s, plain, encodeLattice<LatticeIq3s>)

} // namespace corral::quant::encode
