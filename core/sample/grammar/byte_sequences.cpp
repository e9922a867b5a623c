#include "core/sample/grammar/byte_sequences.h"

#include <algorithm>

namespace corral::sample {

namespace {

constexpr char32_t kLast = 0x10FFFF;

int encode(char32_t c, unsigned char* out)
{
    if (c < 0x80) return out[0] = static_cast<unsigned char>(c), 1;
    const int length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (int i = length - 1; i > 0; --i, c >>= 6) out[i] = static_cast<unsigned char>(0x80 | (c & 0x3F));
    out[0] = static_cast<unsigned char>((length == 2 ? 0xC0 : length == 3 ? 0xE0 : 0xF0) | c);
    return length;
}

// Both ends have the same number of bytes. A range whose encodings are not one rectangle of bytes is cut where a continuation byte wraps round.
void appendSameLength(CodeRange range, std::vector<ByteSequence>& out)
{
    for (int i = 1; i < 4; ++i) {
        const char32_t low = (char32_t{1} << (6 * i)) - 1; // what the last i bytes hold
        if ((range.first & ~low) == (range.last & ~low)) break;
        if ((range.first & low) != 0) {
            appendSameLength({range.first, range.first | low}, out);
            appendSameLength({(range.first | low) + 1, range.last}, out);
            return;
        }
        if ((range.last & low) != low) {
            appendSameLength({range.first, (range.last & ~low) - 1}, out);
            appendSameLength({range.last & ~low, range.last}, out);
            return;
        }
    }
    ByteSequence sequence;
    unsigned char first[4], last[4];
    sequence.length = encode(range.first, first);
    encode(range.last, last);
    for (int i = 0; i < sequence.length; ++i) sequence.bytes[static_cast<std::size_t>(i)] = {first[i], last[i]};
    out.push_back(sequence);
}

} // namespace

std::vector<CodeRange> normalized(std::vector<CodeRange> ranges)
{
    std::erase_if(ranges, [](CodeRange r) { return r.first > r.last || r.first > kLast; });
    std::ranges::sort(ranges, {}, &CodeRange::first);
    std::vector<CodeRange> out;
    for (CodeRange r : ranges) {
        r.last = std::min(r.last, kLast);
        if (!out.empty() && r.first <= out.back().last + 1) out.back().last = std::max(out.back().last, r.last);
        else out.push_back(r);
    }
    return out;
}

std::vector<CodeRange> complement(const std::vector<CodeRange>& ranges)
{
    std::vector<CodeRange> out;
    char32_t next = 0;
    for (const CodeRange r : ranges) {
        if (r.first > next) out.push_back({next, r.first - 1});
        next = r.last + 1;
    }
    if (next <= kLast) out.push_back({next, kLast});
    return out;
}

void appendSequences(CodeRange range, std::vector<ByteSequence>& out)
{
    constexpr CodeRange kBands[] = {{0, 0x7F}, {0x80, 0x7FF}, {0x800, 0xD7FF}, {0xE000, 0xFFFF}, {0x10000, kLast}}; // of equal length, no surrogates
    for (const CodeRange band : kBands) {
        const CodeRange part{std::max(range.first, band.first), std::min(range.last, band.last)};
        if (part.first <= part.last) appendSameLength(part, out);
    }
}

} // namespace corral::sample
