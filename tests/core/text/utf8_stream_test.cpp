#include "core/text/tokenizer.h"
#include "core/text/unicode.h"

#include <gtest/gtest.h>

#include <random>

namespace corral::text {
namespace {

constexpr const char* kBad = "\xEF\xBF\xBD";

TEST(Utf8Stream, HoldsBackHalfCharacters)
{
    Utf8Stream stream;
    EXPECT_EQ(stream.push("a\xF0\x9F"), "a");
    EXPECT_EQ(stream.push("\x98"), "");
    EXPECT_EQ(stream.push("\x80z"), "😀z");
    EXPECT_EQ(stream.push("\xC3"), "");
    EXPECT_EQ(stream.flush(), kBad);
    EXPECT_EQ(stream.flush(), "");
    EXPECT_EQ(stream.push(""), "");
}

TEST(Utf8Stream, RepairsWhatCannotBecomeValid)
{
    const auto all = [](std::string_view bytes) {
        Utf8Stream stream;
        std::string out = stream.push(bytes);
        return out + stream.flush();
    };
    const std::string bad = kBad;
    EXPECT_EQ(all("\x80"), bad);
    EXPECT_EQ(all("\xC0\xAF"), bad + bad);                     // overlong: neither byte can begin or go on
    EXPECT_EQ(all("\xED\xA0\x80"), bad + bad + bad);           // a surrogate
    EXPECT_EQ(all("\xF4\x90\x80\x80"), bad + bad + bad + bad); // beyond U+10FFFF
    EXPECT_EQ(all("\xE4\xBDx"), bad + "x");                    // one for the part that was well-formed so far
    EXPECT_EQ(all("\xFF\xFE"), bad + bad);
    EXPECT_EQ(all("é中😀"), "é中😀");
    EXPECT_EQ(all(std::string_view("\0a", 2)), std::string("\0a", 2));
}

TEST(Utf8Stream, AnyCutGivesTheSameTextAndAlwaysValid)
{
    std::mt19937 engine(3);
    const std::string_view parts[] = {"a", "é", "中", "😀", "\xF0\x9F", "\xE2", "\xED\xA0\x80", "\x80", "\xFF"};
    for (int round = 0; round < 2000; ++round) {
        std::string bytes;
        for (auto n = engine() % 12; n > 0; --n) bytes += parts[engine() % std::size(parts)];
        Utf8Stream whole, pieces;
        std::string expected = whole.push(bytes);
        expected += whole.flush();
        std::string out;
        for (std::size_t i = 0; i < bytes.size();) {
            const std::size_t size = std::min<std::size_t>(1 + engine() % 3, bytes.size() - i);
            const std::string part = pieces.push(std::string_view(bytes).substr(i, size));
            EXPECT_TRUE(isValidUtf8(part));
            out += part;
            i += size;
        }
        out += pieces.flush();
        ASSERT_EQ(out, expected);
        ASSERT_TRUE(isValidUtf8(out));
    }
}

TEST(Unicode, LenientReading)
{
    EXPECT_EQ(repairLenient("a\xC0\xAF"), "a/");
    EXPECT_EQ(repairLenient("\xED\xA0\x80"), "\xED\xA0\x80");
    EXPECT_EQ(repairLenient("\xE2(\xA1"), std::string(kBad) + "(" + kBad);
    EXPECT_FALSE(isValidUtf8("\xED\xA0\x80"));
    EXPECT_FALSE(isValidUtf8("\xE0\x80\x80"));
    EXPECT_TRUE(isValidUtf8("\xF4\x8F\xBF\xBF"));
    EXPECT_EQ(baseCharacter(U'é'), U'e');
    EXPECT_EQ(toLower(U'É'), U'é');
    EXPECT_TRUE(isSpace(0x3000));
    EXPECT_FALSE(isSpace(0x180E));
}

} // namespace
} // namespace corral::text
