// Q4_K: blocks of 256 in 144 bytes: d f16, dmin f16, 12 bytes of six-bit scales and minima of 8 groups of 32, 128 bytes of nibbles: 32 bytes hold a group in
// their low and the next in their high nibbles. x = d · scale · q − dmin · minimum. Blocks are whole words.
#include "unit.glsl"

uint byteAt(Words p, uint i) { return p.at[i / 4] >> 8 * (i % 4) & 255u; }

// Scale and minimum of a group: the first four lie in six bits of bytes 0 … 7, the others in the nibbles of bytes 8 … 11 and the upper bits of those.
uvec2 scaleOf(Words p, uint group)
{
    if (group < 4) return uvec2(byteAt(p, 4 + group), byteAt(p, 8 + group)) & 63u;
    const uint low = byteAt(p, 8 + group); // 12 + group − 4
    return uvec2(low & 15u | byteAt(p, group) >> 6 << 4, low >> 4 | byteAt(p, 4 + group) >> 6 << 4);
}

Unit unit(uint64_t row, uint u)
{
    const uint block = u / 32, j = u % 32; // word j of the nibbles
    Words p = Words(row + block * 144);
    const float d = half16(p.at[0] & 0xffffu), dmin = half16(p.at[0] >> 16);
    const uint group = j / 8 * 2;
    const uvec2 first = scaleOf(p, group), second = scaleOf(p, group + 1);
    const uint codes = p.at[4 + j];
    return Unit(d * first.x * unsignedBytes(codes & 0x0f0f0f0fu) - dmin * first.y, d * second.x * unsignedBytes(codes >> 4 & 0x0f0f0f0fu) - dmin * second.y,
                block * 256 + group * 32 + j % 8 * 4, 32);
}
