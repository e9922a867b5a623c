// A unit is eight weights in two fours, decoded together because their codes lie together. Each format says
//   uvec2 place(uint u)                  where unit u of a row lies: the first value of the first four, and how much further the second four are
//   Unit unit(uint64_t row, uint u)      its weights; `row` is the address of the row's first block
// u counts units of a row: 0 … values / 8 − 1.
struct Unit {
    vec4 first, second;
};

uint64_t formatTable; // of a format that has number tables (ops/format_tables.h): main() sets it

uvec2 placeInRow(uint u) { return uvec2(u * 8, 4); }                        // one after the other
uvec2 placeInNibbles(uint u) { return uvec2(u / 4 * 32 + u % 4 * 4, 16); } // blocks or groups of 32: low nibbles, then high ones
uvec2 placeInPairs(uint u) { return uvec2(u / 8 * 64 + u % 8 * 4, 32); }   // 64 values: 32 in one half of 32 bytes' bits, 32 in the other

uint byteOfHalves(Halves p, uint i) { return uint(p.at[i / 2]) >> 8 * (i % 2) & 255u; }
uint byteOfWords(Words p, uint i) { return p.at[i / 4] >> 8 * (i % 4) & 255u; }

// Bit i of four becomes the lowest bit of byte i.
uint spreadBits(uint four) { return (four & 15u) * 0x00204081u & 0x01010101u; }
