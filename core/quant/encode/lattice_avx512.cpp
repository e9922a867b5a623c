#if defined(__x86_64__)
#include "core/quant/encode/encoders.h"
#include "core/quant/encode/lattice_types.h"

namespace corral::quant::encode {

CORRAL_DEFINE_ENCODER(iq1_s, avx512, encodeLattice<LatticeIq1s>)
CORRAL_DEFINE_ENCODER(iq1_m, avx512, encodeLattice<LatticeIq1m>)
CORRAL_DEFINE_ENCODER(iq2_xxs, avx512, encodeLattice<LatticeIq2xxs>)
CORRAL_DEFINE_ENCODER(iq2_xs, avx512, encodeLattice<LatticeIq2xs>)
CORRAL_DEFINE_ENCODER(iq2_s, avx512, encodeLattice<LatticeIq2s>)
CORRAL_DEFINE_ENCODER(iq3_xxs, avx512, encodeLattice<LatticeIq3xxs>)
CORRAL_DEFINE_ENCODER(iq3_s, avx512, encodeLattice<LatticeIq3s>)

} // namespace corral::quant::encode
#endif
