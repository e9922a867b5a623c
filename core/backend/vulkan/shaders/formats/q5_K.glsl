// Q5_K: blocks of 256 in 176 bytes: as Q4_K, but with 32 bytes between scales and nibbles: bit g of byte l is the fifth bit of value l of group g.
#include "unit.glsl"
#include "codes.glsl"
#include "k_scales.glsl"

uvec2 place(uint u) { return placeInPairs(u); }

Codes codes(uint64_t row, uint u)
{
    const uint j = u % 32, group = j / 8 * 2;
    Words p = Words(row + u / 32 * 176);
    const float d = half16(p.at[0] & 0xffffu), dmin = half16(p.at[0] >> 16);
    const uvec2 first = scaleOf(p, group), second = scaleOf(p, group + 1);
    const uint nibbles = p.at[12 + j], fifths = p.at[4 + j % 8] >> group;
    return Codes(nibbles & 0x0f0f0f0fu | (fifths & 0x01010101u) << 4, nibbles >> 4 & 0x0f0f0f0fu | (fifths >> 1 & 0x01010101u) << 4,
                 d * vec2(first.x, second.x), -dmin * vec2(first.y, second.y));
}
