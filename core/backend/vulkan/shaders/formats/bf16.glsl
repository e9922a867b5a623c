// BF16: the upper half of a float.
#include "unit.glsl"

uvec2 place(uint u) { return placeInRow(u); }

float value(Halves p, uint i) { return uintBitsToFloat(uint(p.at[i]) << 16); }

Unit unit(uint64_t row, uint u)
{
    Halves p = Halves(row + u * 16);
    return Unit(vec4(value(p, 0), value(p, 1), value(p, 2), value(p, 3)), vec4(value(p, 4), value(p, 5), value(p, 6), value(p, 7)));
}
