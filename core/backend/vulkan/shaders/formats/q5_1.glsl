// Q5_1: blocks of 32 in 24 bytes: d f16, m f16, 32 fifth bits, 16 bytes of nibbles; byte j holds values j and j + 16. x = d q + m.
#include "unit.glsl"
#include "codes.glsl"

uvec2 place(uint u) { return placeInNibbles(u); }

Codes codes(uint64_t row, uint u)
{
    Words p = Words(row + u / 4 * 24);
    const float d = half16(p.at[0] & 0xffffu), m = half16(p.at[0] >> 16);
    const uint nibbles = p.at[2 + u % 4], fifths = p.at[1] >> u % 4 * 4;
    return Codes(nibbles & 0x0f0f0f0fu | spreadBits(fifths) << 4, nibbles >> 4 & 0x0f0f0f0fu | spreadBits(fifths >> 16) << 4, vec2(d), vec2(m));
}
