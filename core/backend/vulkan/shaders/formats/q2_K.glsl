// Q2_K: blocks of 256 in 84 bytes: 16 bytes, each the scale (low nibble) and minimum of 16 values, 64 bytes of codes, d f16, dmin f16. Bits 2 p of byte 32 h + l of the
// codes are value 128 h + 32 p + l. x = d · scale · q − dmin · minimum. Blocks are whole words.
#include "unit.glsl"

uvec2 place(uint u) { return placeInPairs(u); }

Unit unit(uint64_t row, uint u)
{
    const uint j = u % 32, side = j / 16, plane = j / 8 % 2 * 2;
    Words p = Words(row + u / 32 * 84);
    const float d = half16(p.at[20] & 0xffffu), dmin = half16(p.at[20] >> 16);
    const uint codes = p.at[4 + 8 * side + j % 8] >> 2 * plane, group = 8 * side + 2 * plane + j % 8 / 4;
    const uint first = byteOfWords(p, group), second = byteOfWords(p, group + 2);
    return Unit(d * float(first & 15u) * unsignedBytes(codes & 0x03030303u) - dmin * float(first >> 4),
                d * float(second & 15u) * unsignedBytes(codes >> 2 & 0x03030303u) - dmin * float(second >> 4));
}
