// Q5_0: blocks of 32 in 22 bytes: d f16, 32 fifth bits, 16 bytes of nibbles; byte j holds values j and j + 16. x = d (q − 16).
#include "unit.glsl"
#include "codes.glsl"

uvec2 place(uint u) { return placeInNibbles(u); }

Codes codes(uint64_t row, uint u)
{
    Halves p = Halves(row + u / 4 * 22);
    const float d = half16(p.at[0]);
    const uint nibbles = wordAt(p, 3 + u % 4 * 2), fifths = wordAt(p, 1) >> u % 4 * 4;
    return Codes(nibbles & 0x0f0f0f0fu | spreadBits(fifths) << 4, nibbles >> 4 & 0x0f0f0f0fu | spreadBits(fifths >> 16) << 4, vec2(d), vec2(-16 * d));
}
