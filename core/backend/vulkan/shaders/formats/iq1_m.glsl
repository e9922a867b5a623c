// IQ1_M: blocks of 256 in 56 bytes: 32 bytes of low index bits, one for 8 values, 16 bytes with a nibble for 8 values (three high index bits, the sign of delta), 4 × 16 bits:
// their top nibbles, low to high, are the half float d, the four times three bits below the scales s of 16 values. x = d (2 s + 1) (grid + delta). Blocks are whole words.
#include "unit.glsl"
#include "grid.glsl"

uvec2 place(uint u) { return placeInRow(u); }

Unit unit(uint64_t row, uint u)
{
    const uint k = u % 32, group = k / 2;
    Words p = Words(row + u / 32 * 56);
    const uint low = p.at[12], high = p.at[13];
    const uint bits = low >> 12 & 0xfu | low >> 28 << 4 | (high >> 12 & 0xfu) << 8 | high >> 28 << 12;
    const uint scales = (group < 8 ? low : high) >> group / 4 % 2 * 16, nibble = byteOfWords(p, 32 + k / 2) >> k % 2 * 4;
    const float d = half16(bits) * float(2 * (scales >> 3 * (group % 4) & 7u) + 1), delta = (nibble & 8u) != 0 ? -0.125 : 0.125;
    const uvec2 grid = gridOfEight(byteOfWords(p, k) | (nibble & 7u) << 8);
    return Unit(d * (signedBytes(grid.x) + delta), d * (signedBytes(grid.y) + delta));
}
