// Q1_0: blocks of 128 in 18 bytes: d f16, 128 bits. x = d where the bit is set, else −d.
#include "unit.glsl"

uvec2 place(uint u) { return placeInRow(u); }

Unit unit(uint64_t row, uint u)
{
    Halves p = Halves(row + u / 16 * 18);
    const float d = half16(p.at[0]);
    const uint bits = byteOfHalves(p, 2 + u % 16);
    return Unit(d * (2 * unsignedBytes(spreadBits(bits)) - 1), d * (2 * unsignedBytes(spreadBits(bits >> 4)) - 1));
}
