// Rounding of activations: the same codes at every level, errors of at most half a step, sums that fit.
#include "tests/core/quant/levels.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace corral::quant {
namespace {

using test::Activations;

struct Kind {
    ActivationKind kind;
    std::int64_t group, sum;
};
constexpr Kind kKinds[] = {{ActivationKind::Q8x32, 32, 32}, {ActivationKind::Q8x256, 256, 16}};

std::vector<std::vector<float>> vectors(std::int64_t n)
{
    const auto count = static_cast<std::size_t>(n);
    std::vector<std::vector<float>> result{test::randomActivations(n, 1), std::vector<float>(count, 0.0f),
                                           std::vector<float>(count, -3.25f), std::vector<float>(count, 1e-41f),
                                           std::vector<float>(count, 3e38f)};
    auto outlier = test::randomActivations(n, 2);
    outlier[7] = -900.0f;
    result.push_back(outlier);
    std::vector<float> ties(count); // 127 and many values exactly between two codes
    for (std::size_t i = 0; i < count; ++i) ties[i] = static_cast<float>(i % 256) * 0.5f - 0.5f;
    for (std::size_t i = 0; i < count; i += 32) ties[i] = 127.0f;
    result.push_back(ties);
    return result;
}

TEST(Activations, CodesAreTheSameAtEveryLevelAndNearest)
{
    for (const Kind& kind : kKinds)
        for (const std::int64_t groups : {1, 2, 3, 5, 8}) {
            const std::int64_t n = groups * kind.group;
            for (const auto& x : vectors(n)) {
                const Activations plain(kind.kind, x, SimdLevel::Plain);
                for (std::int64_t i = 0; i < n; ++i) {
                    const float scale = plain.row.scales[i / kind.group];
                    const int code = plain.row.codes[i];
                    ASSERT_GE(code, -127);
                    if (scale > 0)
                        ASSERT_LE(std::abs(x[static_cast<std::size_t>(i)] / scale - static_cast<float>(code)), 0.5001f);
                    else
                        ASSERT_EQ(code, 0);
                }
                for (std::int64_t s = 0; s < n / kind.sum; ++s) {
                    int sum = 0;
                    for (std::int64_t i = s * kind.sum; i < (s + 1) * kind.sum; ++i) sum += plain.row.codes[i];
                    ASSERT_EQ(plain.row.sums[s], sum);
                }
                for (const SimdLevel level : test::simdLevels()) {
                    const Activations fast(kind.kind, x, level);
                    EXPECT_EQ(std::memcmp(fast.row.codes, plain.row.codes, static_cast<std::size_t>(n)), 0) << toString(level);
                    EXPECT_EQ(std::memcmp(fast.row.scales, plain.row.scales, static_cast<std::size_t>(groups) * 4), 0) << toString(level);
                    EXPECT_EQ(std::memcmp(fast.row.sums, plain.row.sums, static_cast<std::size_t>(n / kind.sum) * 2), 0) << toString(level);
                }
            }
        }
}

TEST(Activations, TiesGoToEven)
{
    std::vector<float> x(32, 0.0f);
    x[0] = 127.0f;
    x[1] = 0.5f, x[2] = 1.5f, x[3] = 2.5f, x[4] = -0.5f, x[5] = -1.5f, x[6] = -2.5f;
    for (const SimdLevel level : test::simdLevels()) {
        const Activations a(ActivationKind::Q8x32, x, level);
        EXPECT_EQ(a.row.scales[0], 1.0f);
        const int expected[] = {127, 0, 2, 2, 0, -2, -2};
        for (int i = 0; i < 7; ++i) EXPECT_EQ(a.row.codes[i], expected[i]) << i;
    }
}

TEST(Activations, FloatsAreNotCopied)
{
    const auto x = test::randomActivations(33, 3);
    const Activations a(ActivationKind::F32, x);
    EXPECT_EQ(a.row.f32, x.data());
    EXPECT_EQ(activationBytes(ActivationKind::F32, 33), 0u);
}

TEST(Activations, BuffersFollowEachOtherAndArePadded)
{
    for (const Kind& kind : kKinds) {
        EXPECT_EQ(activationBytes(kind.kind, kind.group * 3) % 64, 0u);
        const auto x = test::randomActivations(kind.group * 3, 4);
        const Activations a(kind.kind, x);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.row.codes) % 64, 0u);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.row.scales) % 64, 0u);
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.row.sums) % 64, 0u);
    }
    const Activations a(ActivationKind::Q8x32, test::randomActivations(96, 5));
    for (int i = 96; i < 128; ++i) EXPECT_EQ(a.row.codes[i], 0);
    EXPECT_EQ(a.row.scales[3], 0.0f);
    EXPECT_EQ(a.row.sums[3], 0);
}

TEST(Activations, StrangeFloatsDoNoHarm)
{
    for (const Kind& kind : kKinds)
        for (const SimdLevel level : test::simdLevels()) {
            auto x = test::randomActivations(kind.group * 2, 6);
            x[3] = std::numeric_limits<float>::infinity();
            x[static_cast<std::size_t>(kind.group) + 1] = std::numeric_limits<float>::quiet_NaN();
            const Activations a(kind.kind, x, level);
            EXPECT_FALSE(std::isfinite(a.row.scales[0]));
            EXPECT_FALSE(std::isfinite(a.row.scales[1]));
        }
}

} // namespace
} // namespace corral::quant
