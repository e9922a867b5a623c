// IQ3_S: blocks of 256 in 110 bytes: d f16, 64 bytes of low index bits, one for 4 values, 8 bytes of high index bits, 32 bytes of signs, 8 scale nibbles s, one for 32 values.
// x = ± d (1 + 2 s) · grid.
#include "unit.glsl"
#include "grid.glsl"

uvec2 place(uint u) { return placeInRow(u); }

Unit unit(uint64_t row, uint u)
{
    const uint k = u % 32, group = k / 4;
    Halves p = Halves(row + u / 32 * 110);
    const uint low = uint(p.at[1 + k]), high = byteOfHalves(p, 66 + group) >> k % 4 * 2, signs = byteOfHalves(p, 74 + k), scale = byteOfHalves(p, 106 + group / 2) >> group % 2 * 4 & 15u;
    const float d = half16(p.at[0]) * float(1 + 2 * scale);
    return Unit(d * unsignedBytes(gridOfFour(low & 255u | (high & 1u) << 8)) * signsOf(signs), d * unsignedBytes(gridOfFour(low >> 8 | (high >> 1 & 1u) << 8)) * signsOf(signs >> 4));
}
