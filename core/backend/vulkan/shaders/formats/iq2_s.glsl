// IQ2_S: blocks of 256 in 82 bytes: d f16, 32 bytes of low index bits, 32 bytes of signs, 8 bytes with two high index bits each, 16 scale nibbles s, one for 16 values.
// x = ± d (s + 0.5) / 4 · grid.
#include "unit.glsl"
#include "grid.glsl"

uvec2 place(uint u) { return placeInRow(u); }

Unit unit(uint64_t row, uint u)
{
    const uint k = u % 32;
    Halves p = Halves(row + u / 32 * 82);
    const uint index = byteOfHalves(p, 2 + k) | (byteOfHalves(p, 66 + k / 4) >> k % 4 * 2 & 3u) << 8, signs = byteOfHalves(p, 34 + k), scale = byteOfHalves(p, 74 + k / 4) >> k / 2 % 2 * 4 & 15u;
    const float d = half16(p.at[0]) * (0.5 + float(scale)) * 0.25;
    const uvec2 grid = gridOfEight(index);
    return Unit(d * unsignedBytes(grid.x) * signsOf(signs), d * unsignedBytes(grid.y) * signsOf(signs >> 4));
}
