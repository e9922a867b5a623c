// IQ4_NL: blocks of 32 in 18 bytes: d f16, 16 bytes of nibbles; byte j holds values j and j + 16. x = d · codebook[q].
#include "unit.glsl"
#include "codebook.glsl"

uvec2 place(uint u) { return placeInNibbles(u); }

Unit unit(uint64_t row, uint u)
{
    Halves p = Halves(row + u / 4 * 18);
    const float d = half16(p.at[0]);
    const uint codes = wordAt(p, 1 + u % 4 * 2);
    return Unit(d * codebookValues(codes), d * codebookValues(codes >> 4));
}
