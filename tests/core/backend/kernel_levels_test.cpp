// The kernel tests again, at every lower level.
#include "tests/support/simd_levels.h"

namespace corral {
namespace {

TEST(EveryLevel, Plain) { test::runAtLevel(SimdLevel::Plain, "Kernel*:Executor*"); }
TEST(EveryLevel, Avx2) { test::runAtLevel(SimdLevel::Avx2, "Kernel*:Executor*"); }

} // namespace
} // namespace corral
