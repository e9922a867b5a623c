// MXFP4: blocks of 32 in 17 bytes: an exponent e, 16 bytes of nibbles; byte j holds values j and j + 16. x = 2^(e − 128) · codebook[q]. Blocks begin at any byte.
#include "unit.glsl"
#include "codebook.glsl"

uvec2 place(uint u) { return placeInNibbles(u); }

Unit unit(uint64_t row, uint u)
{
    Bytes p = Bytes(row + u / 4 * 17);
    const uint e = uint(p.at[0]), j = 1 + u % 4 * 4;
    const float d = uintBitsToFloat(e < 2 ? 0x00200000u << e : e - 1 << 23);
    const uint codes = uint(p.at[j]) | uint(p.at[j + 1]) << 8 | uint(p.at[j + 2]) << 16 | uint(p.at[j + 3]) << 24;
    return Unit(d * codebookValues(codes), d * codebookValues(codes >> 4));
}
