// Q4_0: blocks of 32 in 18 bytes: d f16, 16 bytes of nibbles; byte j holds values j and j + 16. x = d (q − 8).
#include "unit.glsl"

Unit unit(uint64_t row, uint u)
{
    const uint block = u / 4, j = u % 4 * 4;
    Halves p = Halves(row + block * 18);
    const float d = half16(p.at[0]);
    const uint codes = wordAt(p, 1 + j / 2);
    return Unit(d * (unsignedBytes(codes & 0x0f0f0f0fu) - 8), d * (unsignedBytes(codes >> 4 & 0x0f0f0f0fu) - 8), block * 32 + j, 16);
}
