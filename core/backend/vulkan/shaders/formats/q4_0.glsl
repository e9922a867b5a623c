// Q4_0: blocks of 32 in 18 bytes: d f16, 16 bytes of nibbles; byte j holds values j and j + 16. x = d (q − 8).
#include "unit.glsl"
#include "codes.glsl"

uvec2 place(uint u) { return placeInNibbles(u); }

Codes codes(uint64_t row, uint u)
{
    Halves p = Halves(row + u / 4 * 18);
    const float d = half16(p.at[0]);
    const uint nibbles = wordAt(p, 1 + u % 4 * 2);
    return Codes(nibbles & 0x0f0f0f0fu, nibbles >> 4 & 0x0f0f0f0fu, vec2(d), vec2(-8 * d));
}
