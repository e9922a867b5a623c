#pragma once
// One int32 a lane, beside the float32 of lanes.h: the codes of lattice points, and errors looked at as the integers of their bits.
#include "core/quant/encode/tile.h"

#include <algorithm>
#include <bit>

namespace corral::quant {
namespace {

#if defined(__AVX512F__)

struct Codes {
    __m512i v;
    CORRAL_LANES static Codes all(std::int32_t value) { return {_mm512_set1_epi32(value)}; }
    CORRAL_LANES void store(std::int32_t* p) const { _mm512_storeu_si512(p, v); }
};
CORRAL_LANES Codes operator&(Codes a, Codes b) { return {_mm512_and_si512(a.v, b.v)}; }
CORRAL_LANES Codes operator|(Codes a, Codes b) { return {_mm512_or_si512(a.v, b.v)}; }
CORRAL_LANES Codes operator<<(Codes a, int bits) { return {_mm512_slli_epi32(a.v, static_cast<unsigned>(bits))}; }
CORRAL_LANES Codes operator>>(Codes a, int bits) { return {_mm512_srli_epi32(a.v, static_cast<unsigned>(bits))}; }
CORRAL_LANES Codes least(Codes a, Codes b) { return {_mm512_min_epi32(a.v, b.v)}; }
CORRAL_LANES Codes select(Mask mask, Codes yes, Codes no) { return {_mm512_mask_mov_epi32(no.v, mask.v, yes.v)}; }
CORRAL_LANES Codes bitsOf(Lanes a) { return {_mm512_castps_si512(a.v)}; }
CORRAL_LANES Lanes ofBits(Codes a) { return {_mm512_castsi512_ps(a.v)}; }
CORRAL_LANES Lanes numbers(Codes a) { return {_mm512_cvtepi32_ps(a.v)}; }

#elif defined(__AVX2__)

struct Codes {
    __m256i v;
    CORRAL_LANES static Codes all(std::int32_t value) { return {_mm256_set1_epi32(value)}; }
    CORRAL_LANES void store(std::int32_t* p) const { _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), v); }
};
CORRAL_LANES Codes operator&(Codes a, Codes b) { return {_mm256_and_si256(a.v, b.v)}; }
CORRAL_LANES Codes operator|(Codes a, Codes b) { return {_mm256_or_si256(a.v, b.v)}; }
CORRAL_LANES Codes operator<<(Codes a, int bits) { return {_mm256_slli_epi32(a.v, bits)}; }
CORRAL_LANES Codes operator>>(Codes a, int bits) { return {_mm256_srli_epi32(a.v, bits)}; }
CORRAL_LANES Codes least(Codes a, Codes b) { return {_mm256_min_epi32(a.v, b.v)}; }
CORRAL_LANES Codes select(Mask mask, Codes yes, Codes no) { return {_mm256_blendv_epi8(no.v, yes.v, _mm256_castps_si256(mask.v))}; }
CORRAL_LANES Codes bitsOf(Lanes a) { return {_mm256_castps_si256(a.v)}; }
CORRAL_LANES Lanes ofBits(Codes a) { return {_mm256_castsi256_ps(a.v)}; }
CORRAL_LANES Lanes numbers(Codes a) { return {_mm256_cvtepi32_ps(a.v)}; }

#else

struct Codes {
    std::int32_t v;
    CORRAL_LANES static Codes all(std::int32_t value) { return {value}; }
    CORRAL_LANES void store(std::int32_t* p) const { *p = v; }
};
CORRAL_LANES Codes operator&(Codes a, Codes b) { return {a.v & b.v}; }
CORRAL_LANES Codes operator|(Codes a, Codes b) { return {a.v | b.v}; }
CORRAL_LANES Codes operator<<(Codes a, int bits) { return {a.v << bits}; }
CORRAL_LANES Codes operator>>(Codes a, int bits) { return {static_cast<std::int32_t>(static_cast<std::uint32_t>(a.v) >> bits)}; }
CORRAL_LANES Codes least(Codes a, Codes b) { return {std::min(a.v, b.v)}; }
CORRAL_LANES Codes select(Mask mask, Codes yes, Codes no) { return mask.v ? yes : no; }
CORRAL_LANES Codes bitsOf(Lanes a) { return {std::bit_cast<std::int32_t>(a.v)}; }
CORRAL_LANES Lanes ofBits(Codes a) { return {std::bit_cast<float>(a.v)}; }
CORRAL_LANES Lanes numbers(Codes a) { return {static_cast<float>(a.v)}; }

#endif

} // namespace
} // namespace corral::quant
