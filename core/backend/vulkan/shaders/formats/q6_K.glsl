// Q6_K: blocks of 256 in 210 bytes, two halves of 128: 64 bytes of low nibbles each, then 32 bytes each of upper pairs of bits, 16 signed scales of 16 values, d f16.
// Low nibbles of byte l of a half are value l, high ones value l + 64; the pairs of byte l of 32 are those of values l, l + 32, l + 64, l + 96. x = d · scale · (q − 32).
#include "unit.glsl"
#include "codes.glsl"

uvec2 place(uint u) { return uvec2(u / 16 * 128 + u % 16 * 4, 64); }

Codes codes(uint64_t row, uint u)
{
    const uint j = u % 32, side = j / 16, part = j / 8 % 2, l = j % 8 * 4; // values 128 side + 32 part + l … and 64 further
    const uint64_t block = row + u / 32 * 210;
    Halves p = Halves(block);
    Bytes scales = Bytes(block + 192);
    const uint low = wordAt(p, 32 * side + 16 * part + l / 2), upper = wordAt(p, 64 + 16 * side + l / 2) >> 2 * part;
    const float d = half16(p.at[104]);
    const uint scale = 8 * side + 2 * part + l / 16;
    const vec2 pair = d * vec2(int8_t(scales.at[scale]), int8_t(scales.at[scale + 4]));
    return Codes(low & 0x0f0f0f0fu | (upper & 0x03030303u) << 4, low >> 4 & 0x0f0f0f0fu | (upper >> 4 & 0x03030303u) << 4, pair, -32 * pair);
}
