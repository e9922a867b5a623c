// TQ2_0: blocks of 256 in 66 bytes: 64 bytes of codes as in Q2_K, d f16. x = d (q − 1).
#include "unit.glsl"

uvec2 place(uint u) { return placeInPairs(u); }

Unit unit(uint64_t row, uint u)
{
    const uint j = u % 32, side = j / 16, plane = j / 8 % 2 * 2;
    Halves p = Halves(row + u / 32 * 66);
    const float d = half16(p.at[32]);
    const uint codes = wordAt(p, 16 * side + j % 8 * 2) >> 2 * plane;
    return Unit(d * (unsignedBytes(codes & 0x03030303u) - 1), d * (unsignedBytes(codes >> 2 & 0x03030303u) - 1));
}
