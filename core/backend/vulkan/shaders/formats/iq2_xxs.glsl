// IQ2_XXS: blocks of 256 in 66 bytes: d f16, then 8 bytes a group of 32: four grid indices, then a word with the scale s in its top 4 bits and four times seven signs below.
// x = ± d (s + 0.5) / 4 · grid.
#include "unit.glsl"
#include "grid.glsl"

uvec2 place(uint u) { return placeInRow(u); }

Unit unit(uint64_t row, uint u)
{
    const uint k = u % 32, group = k / 4;
    Halves p = Halves(row + u / 32 * 66);
    const uint packed = wordAt(p, 3 + 4 * group), signs = evenSigns(packed >> 7 * (k % 4));
    const float d = half16(p.at[0]) * (0.5 + float(packed >> 28)) * 0.25;
    const uvec2 grid = gridOfEight(byteOfHalves(p, 2 + 8 * group + k % 4));
    return Unit(d * unsignedBytes(grid.x) * signsOf(signs), d * unsignedBytes(grid.y) * signsOf(signs >> 4));
}
