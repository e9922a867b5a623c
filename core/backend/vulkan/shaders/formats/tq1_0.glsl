// TQ1_0: blocks of 256 in 54 bytes: 48 bytes of five ternary digits each, 4 bytes of four, d f16. Digit n of a byte is the integer part of 3 · frac(byte · 3^n / 256). Bytes
// 0 … 31 hold values 0 … 159, 32 for each digit, bytes 32 … 47 the next 80, 16 for each, and the last four bytes the rest. x = d (digit − 1).
#include "unit.glsl"

uvec2 place(uint u) { return placeInRow(u); }

const uint kPowers[5] = uint[](1, 3, 9, 27, 81);

// Digit n of four bytes from byte i on, less one.
vec4 digits(Halves p, uint i, uint n)
{
    const uvec4 all = uvec4(byteOfHalves(p, i), byteOfHalves(p, i + 1), byteOfHalves(p, i + 2), byteOfHalves(p, i + 3));
    return vec4((all * kPowers[n] & 255u) * 3u >> 8) - 1;
}

Unit unit(uint64_t row, uint u)
{
    Halves p = Halves(row + u / 32 * 54);
    const float d = half16(p.at[26]);
    const uint v = u % 32 * 8; // the unit's first value
    if (v < 160) return Unit(d * digits(p, v % 32, v / 32), d * digits(p, v % 32 + 4, v / 32));
    if (v < 240) return Unit(d * digits(p, 32 + v % 16, (v - 160) / 16), d * digits(p, 36 + v % 16, (v - 160) / 16));
    return Unit(d * digits(p, 48, (v - 240) / 4), d * digits(p, 48, (v - 240) / 4 + 1));
}
