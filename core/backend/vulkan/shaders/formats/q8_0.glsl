// Q8_0: blocks of 32 in 34 bytes: d f16, 32 signed bytes. x = d q.
#include "unit.glsl"

Unit unit(uint64_t row, uint u)
{
    const uint block = u / 4, j = u % 4 * 8;
    Halves p = Halves(row + block * 34);
    const float d = half16(p.at[0]);
    return Unit(d * signedBytes(wordAt(p, 1 + j / 2)), d * signedBytes(wordAt(p, 3 + j / 2)), block * 32 + j, 4);
}
