#include "core/generate/stop_filter.h"

#include <gtest/gtest.h>

namespace corral::generate {
namespace {

TEST(StopFilter, TextWithoutStopsPassesAtOnce)
{
    StopFilter filter({"END"});
    EXPECT_EQ(filter.push("hello "), "hello ");
    EXPECT_EQ(filter.push("world"), "world");
    EXPECT_EQ(filter.flush(), "");
    EXPECT_EQ(filter.matched(), "");
}

TEST(StopFilter, HoldsBackAPossibleBeginning)
{
    StopFilter filter({"\nUser:"});
    EXPECT_EQ(filter.push("Hi\nUs"), "Hi");
    EXPECT_EQ(filter.push("ually"), "\nUsually") << "it was something else";
    EXPECT_EQ(filter.push(" yes\n"), " yes");
    EXPECT_EQ(filter.push("User"), "");
    EXPECT_EQ(filter.push(": more"), "");
    EXPECT_EQ(filter.matched(), "\nUser:");
    EXPECT_EQ(filter.push("never"), "");
    EXPECT_EQ(filter.flush(), "");
}

TEST(StopFilter, FlushGivesBackWhatWasHeld)
{
    StopFilter filter({"</s>"});
    EXPECT_EQ(filter.push("a </"), "a ");
    EXPECT_EQ(filter.flush(), "</");
}

TEST(StopFilter, OverlappingBeginnings)
{
    StopFilter filter({"aab"});
    EXPECT_EQ(filter.push("aa"), "");
    EXPECT_EQ(filter.push("a"), "a") << "the last two may still begin it";
    EXPECT_EQ(filter.push("b!"), "");
    EXPECT_EQ(filter.matched(), "aab");
}

TEST(StopFilter, TheEarliestOfSeveralWins)
{
    StopFilter filter({"stop", "o w"});
    EXPECT_EQ(filter.push("hello world stop"), "hell");
    EXPECT_EQ(filter.matched(), "o w");
}

TEST(StopFilter, EmptyStringsAreIgnored)
{
    StopFilter filter({""});
    EXPECT_EQ(filter.push("x"), "x");
}

// However a text is cut into pieces, the result is that of the whole text.
TEST(StopFilter, EveryCutGivesTheSame)
{
    const std::string text = "one <|en <|end|> two";
    for (std::size_t a = 0; a <= text.size(); ++a)
        for (std::size_t b = a; b <= text.size(); ++b) {
            StopFilter filter({"<|end|>", "nothing"});
            std::string out = filter.push(text.substr(0, a));
            out += filter.push(text.substr(a, b - a));
            out += filter.push(text.substr(b));
            EXPECT_EQ(out, "one <|en ") << a << " " << b;
            EXPECT_EQ(filter.matched(), "<|end|>");
        }
}

} // namespace
} // namespace corral::generate
