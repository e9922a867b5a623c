// Q3_K: blocks of 256 in 110 bytes: 32 bytes of third bits, 64 bytes of codes as in Q2_K, 12 bytes with 16 six-bit scales, d f16. Bit 4 h + p of byte l is the third
// bit of value 128 h + 32 p + l. x = d (scale − 32) (q − 4).
#include "unit.glsl"

uvec2 place(uint u) { return placeInPairs(u); }

// Bytes 0 … 7 hold the low four bits of scales 0 … 7 in their low and of 8 … 15 in their high nibbles, bits 2 k of byte 8 + g the high two bits of scale g + 4 k.
float scaleOf(Halves p, uint g) { return float(int(byteOfHalves(p, 96 + g % 8) >> g / 8 * 4 & 15u | (byteOfHalves(p, 104 + g % 4) >> g / 4 * 2 & 3u) << 4) - 32); }

Unit unit(uint64_t row, uint u)
{
    const uint j = u % 32, side = j / 16, plane = j / 8 % 2 * 2, l = j % 8 * 2; // half l of the bytes
    Halves p = Halves(row + u / 32 * 110);
    const float d = half16(p.at[54]);
    const uint codes = wordAt(p, 16 + 16 * side + l) >> 2 * plane, thirds = wordAt(p, l) >> 4 * side + plane, group = 8 * side + 2 * plane + j % 8 / 4;
    return Unit(d * scaleOf(p, group) * (unsignedBytes(codes & 0x03030303u | (thirds & 0x01010101u) << 2) - 4),
                d * scaleOf(p, group + 2) * (unsignedBytes(codes >> 2 & 0x03030303u | (thirds >> 1 & 0x01010101u) << 2) - 4));
}
