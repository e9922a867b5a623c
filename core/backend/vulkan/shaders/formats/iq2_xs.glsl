// IQ2_XS: blocks of 256 in 74 bytes: d f16, 32 × 16 bits (grid index in the lower 9, seven signs above), 16 scale nibbles s, one for 16 values. x = ± d (s + 0.5) / 4 · grid.
#include "unit.glsl"
#include "grid.glsl"

uvec2 place(uint u) { return placeInRow(u); }

Unit unit(uint64_t row, uint u)
{
    const uint k = u % 32;
    Halves p = Halves(row + u / 32 * 74);
    const uint packed = uint(p.at[1 + k]), signs = evenSigns(packed >> 9), scale = byteOfHalves(p, 66 + k / 4) >> k / 2 % 2 * 4 & 15u;
    const float d = half16(p.at[0]) * (0.5 + float(scale)) * 0.25;
    const uvec2 grid = gridOfEight(packed & 511u);
    return Unit(d * unsignedBytes(grid.x) * signsOf(signs), d * unsignedBytes(grid.y) * signsOf(signs >> 4));
}
