// The kernel tests again, at every lower level.
#include "tests/support/simd_levels.h"

namespace corral {
namespace {

TEST(EveryLevel, Plain) { test::runAtLevel(SimdLevel::Plain, "Kernel*:Executor*"); }
TEST(EveryLevel, Avx2) { test::runAtLevel(SimdLevel::Avx2, "Kernel*:Executor*"); }

// The panels of processors between AVX2 and all of AVX-512; where their instructions are missing, this is AVX2 again.
void runPanels(const char* simd)
{
    if (std::getenv("CORRAL_SIMD")) GTEST_SKIP() << "already in a run at a chosen level";
    if (detectSimdLevel() < SimdLevel::Avx2) GTEST_SKIP() << "no AVX2";
    test::runWithSimd(simd, "KernelMatmul*:KernelPanel*");
}
TEST(EveryLevel, AvxVnni) { runPanels("avxvnni"); }
TEST(EveryLevel, Avx512Vnni) { runPanels("avx512vnni"); }

} // namespace
} // namespace corral
