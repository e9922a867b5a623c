#if defined(__x86_64__)
#include "core/quant/quantize_group.h"

namespace corral::quant {

void quantize32Avx2(const float* x, std::int64_t groups, std::int8_t* codes, float* scales, std::int16_t* sums)
{
    quantizeGroups<32, 32>(x, groups, codes, scales, sums);
}

void quantize256Avx2(const float* x, std::int64_t groups, std::int8_t* codes, float* scales, std::int16_t* sums)
{
    quantizeGroups<256, 16>(x, groups, codes, scales, sums);
}

} // namespace corral::quant
#endif
