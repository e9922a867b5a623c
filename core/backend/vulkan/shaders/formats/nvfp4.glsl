// NVFP4: blocks of 64 in 36 bytes: four scales, floats of 4 exponent and 3 mantissa bits, then 8 bytes of nibbles for each 16 values; byte j of them holds values j and j + 8.
// x = scale / 2 · codebook[q]. Blocks are whole words.
#include "unit.glsl"
#include "codebook.glsl"

uvec2 place(uint u) { return uvec2(u / 2 * 16 + u % 2 * 4, 8); }

// Half of it: bias 7, the top bit ignored; 0x7f stands for 0, 0xff for 480.
float halvedScale(uint code)
{
    const uint bits = code & 127u;
    if (code == 127u) return 0;
    return bits < 8 ? float(bits) * 0.0009765625 : uintBitsToFloat((bits << 20) + (119u << 23));
}

Unit unit(uint64_t row, uint u)
{
    Words p = Words(row + u / 8 * 36);
    const float d = halvedScale(byteOfWords(p, u % 8 / 2));
    const uint codes = p.at[1 + u % 8];
    return Unit(d * codebookValues(codes), d * codebookValues(codes >> 4));
}
