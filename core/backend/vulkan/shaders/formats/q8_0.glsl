// Q8_0: blocks of 32 in 34 bytes: d f16, 32 signed bytes. x = d q.
#include "unit.glsl"
#include "codes.glsl"

uvec2 place(uint u) { return placeInRow(u); }

Codes codes(uint64_t row, uint u)
{
    Halves p = Halves(row + u / 4 * 34);
    const float d = half16(p.at[0]);
    const uint j = 1 + u % 4 * 4;
    return Codes(wordAt(p, j), wordAt(p, j + 2), vec2(d), vec2(0));
}
