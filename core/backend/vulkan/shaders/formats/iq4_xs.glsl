// IQ4_XS: blocks of 256 in 136 bytes: d f16, 16 bits and 4 bytes with the upper and lower bits of the six-bit scales of 8 groups of 32, 128 bytes of nibbles, 16 a group as in
// IQ4_NL. x = d (scale − 32) · codebook[q]. Blocks are whole words.
#include "unit.glsl"
#include "codebook.glsl"

uvec2 place(uint u) { return placeInNibbles(u); }

Unit unit(uint64_t row, uint u)
{
    const uint j = u % 32, group = j / 4;
    Words p = Words(row + u / 32 * 136);
    const uint scale = p.at[1] >> 4 * group & 15u | (p.at[0] >> 16 + 2 * group & 3u) << 4;
    const float d = half16(p.at[0] & 0xffffu) * float(int(scale) - 32);
    const uint codes = p.at[2 + j];
    return Unit(d * codebookValues(codes), d * codebookValues(codes >> 4));
}
