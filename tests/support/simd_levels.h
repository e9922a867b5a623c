#pragma once
// The instruction set is chosen once a process, so tests run again at a lower level in a process of their own.
#include "core/base/cpu_features.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include <unistd.h>

namespace corral::test {

// Runs this test program's cases that match `filter` with CORRAL_SIMD=simd; they must pass.
inline void runWithSimd(const std::string& simd, const std::string& filter)
{
    char path[4096];
    const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
    const std::string program(path, length > 0 ? static_cast<std::size_t>(length) : 0);
    const std::string command = std::string("CORRAL_SIMD=") + simd + " '" + program + "' --gtest_brief=1 '--gtest_filter=" + filter + "'";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

// Runs this test program's cases that match `filter` at a level; they must pass. Skipped if this is such a run, or the processor lacks it.
inline void runAtLevel(SimdLevel level, const std::string& filter)
{
    if (std::getenv("CORRAL_SIMD")) GTEST_SKIP() << "already in a run at a chosen level";
    if (detectSimdLevel() <= level) GTEST_SKIP() << toString(level) << " is not below what the other tests of this program ran with";
    runWithSimd(toString(level), filter);
}

} // namespace corral::test
