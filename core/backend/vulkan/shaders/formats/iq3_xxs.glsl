// IQ3_XXS: blocks of 256 in 98 bytes: d f16, 64 grid indices, one for 4 values, then a word a group of 32: scale s in its top 4 bits, four times seven signs below.
// x = ± d (s + 0.5) / 2 · grid.
#include "unit.glsl"
#include "grid.glsl"

uvec2 place(uint u) { return placeInRow(u); }

Unit unit(uint64_t row, uint u)
{
    const uint k = u % 32;
    Halves p = Halves(row + u / 32 * 98);
    const uint packed = wordAt(p, 33 + k / 4 * 2), signs = evenSigns(packed >> 7 * (k % 4)), indices = uint(p.at[1 + k]);
    const float d = half16(p.at[0]) * (0.5 + float(packed >> 28)) * 0.5;
    return Unit(d * unsignedBytes(gridOfFour(indices & 255u)) * signsOf(signs), d * unsignedBytes(gridOfFour(indices >> 8)) * signsOf(signs >> 4));
}
