// For formats whose values are scale · code + offset with codes of eight bits, and scale and offset the same for the first fours of units 4 i … 4 i + 3, and for their second
// fours: the format defines codes(), and gets unit() and the products of codes (mul_mat_dot.comp) for it.
#define HAS_CODES
struct Codes {
    uint first, second; // four signed bytes each
    vec2 scale, offset; // of first and second
};

Codes codes(uint64_t row, uint u);

Unit unit(uint64_t row, uint u)
{
    const Codes c = codes(row, u);
    return Unit(c.scale.x * signedBytes(c.first) + c.offset.x, c.scale.y * signedBytes(c.second) + c.offset.y);
}
