// Sessions and whole models again, at every lower level (the starter model not with plain loops, which take minutes).
#include "tests/support/simd_levels.h"

namespace corral {
namespace {

constexpr const char* kCases = "Session*:*GoldenModel*:*QuantizedModel*:*RealModel*";

TEST(EveryLevel, Plain) { test::runAtLevel(SimdLevel::Plain, kCases); }
TEST(EveryLevel, Avx2) { test::runAtLevel(SimdLevel::Avx2, std::string(kCases) + ":StarterModel*"); }

} // namespace
} // namespace corral
