// Entries of the number grids of the IQ1, IQ2 and IQ3 formats, the format's table (core/quant/codebook.h), and the signs that go with them.
uvec2 gridOfEight(uint i) { return uvec2(Words(formatTable).at[2 * i], Words(formatTable).at[2 * i + 1]); }
uint gridOfFour(uint i) { return Words(formatTable).at[i]; }

// Seven stored signs; the eighth makes their number even.
uint evenSigns(uint seven) { return seven & 127u | (uint(bitCount(seven & 127u)) & 1u) << 7; }

// −1 where a bit of four is set, else 1.
vec4 signsOf(uint four) { return 1 - 2 * unsignedBytes(spreadBits(four)); }
