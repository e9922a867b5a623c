#pragma once
// Mesa's software device, the Khronos layer and spirv-val are in the build box (installer/packages): a test that needs one of them and does not find it fails there
// (tests/CMakeLists.txt says so to ctest); elsewhere it is skipped.
#include <gtest/gtest.h>

#include <cstdlib>

namespace corral::test {

inline bool cardsAreExpected() { return std::getenv("CORRAL_EXPECT_CARDS") != nullptr; }

} // namespace corral::test

// At the beginning of a test; `there` is whether it has what it needs, `why` a text.
#define CORRAL_NEEDS_CARD(there, why)                                                                                                              \
    if (!(there)) {                                                                                                                                \
        if (corral::test::cardsAreExpected()) FAIL() << "CORRAL_EXPECT_CARDS: " << (why);                                                          \
        else GTEST_SKIP() << (why);                                                                                                                \
    }                                                                                                                                              \
    static_assert(true)
