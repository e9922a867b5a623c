// Q2_0: blocks of 64 in 18 bytes: d f16, 64 codes of 2 bits. x = d (q − 1).
#include "unit.glsl"

uvec2 place(uint u) { return placeInRow(u); }

vec4 codesOf(uint four) { return unsignedBytes((four | four << 6 | four << 12 | four << 18) & 0x03030303u); }

Unit unit(uint64_t row, uint u)
{
    Halves p = Halves(row + u / 8 * 18);
    const float d = half16(p.at[0]);
    const uint codes = uint(p.at[1 + u % 8]);
    return Unit(d * (codesOf(codes & 255u) - 1), d * (codesOf(codes >> 8) - 1));
}
