#include "core/generate/reasoning_budget.h"

#include <gtest/gtest.h>

namespace corral::generate {
namespace {

ReasoningLimit limit(int tokens, bool inside) { return {.open = "<think>", .close = "</think>", .inside = inside, .tokens = tokens, .ending = {7, 8}}; }

// How many of the pieces go by before something is forced; -1: nothing is.
int forcedAfter(ReasoningBudget& budget, std::initializer_list<const char*> pieces)
{
    int seen = 0;
    for (const char* piece : pieces) {
        if (budget.forced()) return seen;
        budget.accept(piece);
        ++seen;
    }
    return budget.forced() ? seen : -1;
}

TEST(ReasoningBudget, CountsFromTheTag)
{
    ReasoningBudget budget(limit(2, false));
    EXPECT_EQ(forcedAfter(budget, {"a", "b", "c", "<th", "ink>", "x", "y", "z"}), 7) << "a tag in two pieces";
    EXPECT_EQ(budget.forced(), 7);
    budget.accept("7");
    EXPECT_EQ(budget.forced(), 8);
    budget.accept("8");
    EXPECT_FALSE(budget.forced()) << "outside again";
    EXPECT_EQ(forcedAfter(budget, {"t", "t", "t", "t"}), -1);
    EXPECT_EQ(forcedAfter(budget, {"<think>", "x", "y"}), 3) << "as long again";
}

TEST(ReasoningBudget, BegunByThePrompt)
{
    ReasoningBudget none(limit(0, true)), some(limit(2, true)), natural(limit(3, true)), free(limit(-1, true));
    EXPECT_EQ(forcedAfter(none, {}), 0);
    EXPECT_EQ(forcedAfter(some, {"x", "y", "z"}), 2);
    EXPECT_EQ(forcedAfter(natural, {"x", "</thi", "nk>", "a", "b", "c", "d"}), -1) << "it ended by itself";
    EXPECT_EQ(forcedAfter(free, {"x", "y", "z", "x", "y", "z"}), -1);
    free.endNow();
    EXPECT_EQ(free.forced(), 7);
    natural.endNow();
    EXPECT_FALSE(natural.forced()) << "there is nothing to end";
}

TEST(ReasoningBudget, NeverInsideACharacter)
{
    ReasoningBudget budget(limit(1, true));
    EXPECT_EQ(forcedAfter(budget, {"\xe2", "\x82", "\xac", "x"}), 3) << "a euro sign in three tokens";
    ReasoningBudget asked(limit(-1, true));
    asked.accept("\xf0\x9f");
    asked.endNow();
    EXPECT_FALSE(asked.forced());
    asked.accept("\x98\x80");
    EXPECT_EQ(asked.forced(), 7);
    ReasoningBudget broken(limit(1, true));
    EXPECT_EQ(forcedAfter(broken, {"\x80\x80\x80\x80\x80"}), 1) << "bytes that begin no character do not hold it up";
}

} // namespace
} // namespace corral::generate
