// F16.
#include "unit.glsl"

uvec2 place(uint u) { return placeInRow(u); }

Unit unit(uint64_t row, uint u)
{
    Halves p = Halves(row + u * 16);
    return Unit(vec4(half16(p.at[0]), half16(p.at[1]), half16(p.at[2]), half16(p.at[3])), vec4(half16(p.at[4]), half16(p.at[5]), half16(p.at[6]), half16(p.at[7])));
}
