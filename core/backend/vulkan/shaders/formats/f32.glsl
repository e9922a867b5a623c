// F32.
#include "unit.glsl"

uvec2 place(uint u) { return placeInRow(u); }

Unit unit(uint64_t row, uint u)
{
    Floats p = Floats(row + u * 32);
    return Unit(vec4(p.at[0], p.at[1], p.at[2], p.at[3]), vec4(p.at[4], p.at[5], p.at[6], p.at[7]));
}
