// The instruction set is chosen once a process, so the kernel tests run again in a process of their own for every lower level.
#include "core/base/cpu_features.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include <unistd.h>

namespace corral {
namespace {

std::string ownPath()
{
    char path[4096];
    const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
    return std::string(path, length > 0 ? static_cast<std::size_t>(length) : 0);
}

void runAt(SimdLevel level)
{
    if (std::getenv("CORRAL_SIMD")) GTEST_SKIP() << "already in a run at a chosen level";
    if (detectSimdLevel() < level) GTEST_SKIP() << "this processor lacks " << toString(level);
    const std::string command = std::string("CORRAL_SIMD=") + toString(level) + " '" + ownPath() + "' --gtest_brief=1 '--gtest_filter=Kernel*'";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
}

TEST(EveryLevel, Plain) { runAt(SimdLevel::Plain); }
TEST(EveryLevel, Avx2) { runAt(SimdLevel::Avx2); }

} // namespace
} // namespace corral
