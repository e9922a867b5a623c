// IQ1_S: blocks of 256 in 50 bytes: d f16, 32 bytes of low index bits, one for 8 values, then 16 bits a group of 32: four times three high index bits, the scale s, the sign
// of delta. x = d (2 s + 1) (grid + delta), delta ± 1/8, the grid's bytes −1, 0 and 1.
#include "unit.glsl"
#include "grid.glsl"

uvec2 place(uint u) { return placeInRow(u); }

Unit unit(uint64_t row, uint u)
{
    const uint k = u % 32, group = k / 4;
    Halves p = Halves(row + u / 32 * 50);
    const uint high = uint(p.at[17 + group]);
    const float d = half16(p.at[0]) * float(2 * (high >> 12 & 7u) + 1), delta = (high & 0x8000u) != 0 ? -0.125 : 0.125;
    const uvec2 grid = gridOfEight(byteOfHalves(p, 2 + k) | (high >> 3 * (k % 4) & 7u) << 8);
    return Unit(d * (signedBytes(grid.x) + delta), d * (signedBytes(grid.y) + delta));
}
