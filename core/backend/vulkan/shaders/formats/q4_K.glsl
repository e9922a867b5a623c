// Q4_K: blocks of 256 in 144 bytes: d f16, dmin f16, 12 bytes of scales and minima of 8 groups of 32, 128 bytes of nibbles: 32 bytes hold a group in
// their low and the next in their high nibbles. x = d · scale · q − dmin · minimum. Blocks are whole words.
#include "unit.glsl"
#include "codes.glsl"
#include "k_scales.glsl"

uvec2 place(uint u) { return placeInPairs(u); }

Codes codes(uint64_t row, uint u)
{
    const uint j = u % 32, group = j / 8 * 2; // word j of the nibbles
    Words p = Words(row + u / 32 * 144);
    const float d = half16(p.at[0] & 0xffffu), dmin = half16(p.at[0] >> 16);
    const uvec2 first = scaleOf(p, group), second = scaleOf(p, group + 1);
    const uint nibbles = p.at[4 + j];
    return Codes(nibbles & 0x0f0f0f0fu, nibbles >> 4 & 0x0f0f0f0fu, d * vec2(first.x, second.x), -dmin * vec2(first.y, second.y));
}
