// On Mesa's software device: what is computed row by row, against the processor's plain loops.
#include "core/backend/cpu/kernels/row_kernels.h"
#include "core/backend/vulkan/ops/rowwise.h"
#include "tests/core/vulkan/device.h"
#include "tests/core/vulkan/numbers.h"
#include "tests/support/cards.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace corral::vulkan {
namespace {

constexpr double kElementwise = 1e-12; // nothing is summed up; drivers round exponentials in their own way

class RowWise : public testing::Test {
protected:
    void SetUp() override
    {
        CORRAL_NEEDS_CARD(device, device.problem);
    }
    void TearDown() override
    {
        if (device) {
            EXPECT_TRUE(device.messages().empty()) << device.messages().front();
        }
    }

    Rows upload(const std::vector<float>& values, std::int64_t width)
    {
        buffers.push_back(device.upload(std::as_bytes(std::span(values)), 0));
        return {buffers.back().address(), width, width, static_cast<std::int64_t>(values.size()) / width};
    }
    // What `record` leaves in `count` values at the address it is given.
    template <class Record> std::vector<float> run(std::size_t count, Record&& record)
    {
        Buffer out = device.room(count * sizeof(float));
        EXPECT_TRUE(device.commands.begin());
        EXPECT_TRUE(record(out.address()));
        EXPECT_TRUE(device.commands.submitAndWait());
        std::vector<float> y(count);
        std::memcpy(y.data(), out.mapped(), count * sizeof(float));
        return y;
    }
    static std::vector<double> wide(const std::vector<float>& values) { return {values.begin(), values.end()}; }

    test::Device device;
    std::vector<Buffer> buffers;
    const cpu::RowKernels& plain = cpu::kRowsPlain;
};

TEST_F(RowWise, Norms)
{
    for (const std::int64_t n : {5, 64, 1000}) {
        SCOPED_TRACE(n);
        const auto size = static_cast<std::size_t>(n);
        const auto x = test::normals(3 * size, 1), weight = test::normals(size, 2), bias = test::normals(size, 3);
        std::vector<float> rms(x.size()), centred(x.size());
        for (std::size_t r = 0; r < 3; ++r) {
            plain.rmsNorm(x.data() + r * size, weight.data(), 1e-5f, rms.data() + r * size, n);
            plain.layerNorm(x.data() + r * size, weight.data(), bias.data(), 1e-5f, centred.data() + r * size, n);
        }
        const Rows in = upload(x, n);
        const VkDeviceAddress w = upload(weight, n).data, b = upload(bias, n).data;
        EXPECT_LT(test::normalizedError(run(x.size(), [&](VkDeviceAddress y) { return normalize(device.commands, false, in, {y, n, n, 3}, n, w, 0, 1e-5f); }), wide(rms)), test::kSingle);
        EXPECT_LT(test::normalizedError(run(x.size(), [&](VkDeviceAddress y) { return normalize(device.commands, true, in, {y, n, n, 3}, n, w, b, 1e-5f); }), wide(centred)), test::kSingle);
    }
}

TEST_F(RowWise, ElementByElement)
{
    const auto a = test::normals(3 * 77, 1, 3), b = test::normals(3 * 77, 2, 3);
    const Rows first = upload(a, 77), second = upload(b, 77);
    const auto check = [&](Elementwise what, auto&& kernel) {
        SCOPED_TRACE(static_cast<int>(what));
        std::vector<float> expected(a.size());
        kernel(expected.data());
        EXPECT_LT(test::normalizedError(run(a.size(), [&](VkDeviceAddress y) { return elementwise(device.commands, what, first, second, {y, 77, 77, 3}, 1.5f); }), wide(expected)), kElementwise);
    };
    const std::int64_t n = 3 * 77;
    check(Elementwise::Add, [&](float* y) { plain.add(a.data(), b.data(), y, n); });
    check(Elementwise::Multiply, [&](float* y) { plain.multiply(a.data(), b.data(), y, n); });
    check(Elementwise::GatedSilu, [&](float* y) { plain.silu(a.data(), b.data(), y, n); });
    check(Elementwise::GatedGelu, [&](float* y) { plain.gelu(a.data(), b.data(), y, n); });
    check(Elementwise::Scale, [&](float* y) { plain.scale(a.data(), 1.5f, y, n); });
    check(Elementwise::SoftCap, [&](float* y) { plain.softCap(a.data(), 1.5f, y, n); });
}

// Large values overflow nothing, and what is no number stays visible.
TEST_F(RowWise, ExtremeValues)
{
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> a{1e5f, -1e5f, 1e30f, -1e30f, nan, 0};
    const Rows in = upload(a, 6), ones = upload(std::vector<float>(6, 1.0f), 6);
    for (const Elementwise what : {Elementwise::GatedSilu, Elementwise::GatedGelu, Elementwise::SoftCap}) {
        SCOPED_TRACE(static_cast<int>(what));
        const auto y = run(6, [&](VkDeviceAddress to) { return elementwise(device.commands, what, in, ones, {to, 6, 6, 1}, 30.0f); });
        for (const std::size_t i : {0u, 1u, 3u, 5u}) EXPECT_FALSE(std::isnan(y[i])) << i;
        EXPECT_TRUE(std::isnan(y[4]));
        EXPECT_EQ(y[5], 0);
        EXPECT_FLOAT_EQ(y[0], what == Elementwise::SoftCap ? 30.0f : 1e5f);
        EXPECT_NEAR(y[1], what == Elementwise::SoftCap ? -30.0f : 0.0f, 1e-5);
    }
}

TEST_F(RowWise, SoftmaxOfRows)
{
    for (const std::int64_t n : {1, 8, 77, 300}) {
        SCOPED_TRACE(n);
        auto x = test::normals(static_cast<std::size_t>(2 * n), 1, 5), expected = x;
        for (std::int64_t r = 0; r < 2; ++r) plain.softmax(expected.data() + r * n, n);
        const Rows rows = upload(x, n);
        ASSERT_TRUE(device.commands.begin());
        ASSERT_TRUE(softmax(device.commands, rows));
        ASSERT_TRUE(device.commands.submitAndWait());
        std::memcpy(x.data(), buffers.back().mapped(), x.size() * sizeof(float));
        EXPECT_LT(test::normalizedError(x, wide(expected)), test::kSingle);
    }
}

TEST_F(RowWise, TheBestExperts)
{
    // Equal ones by their number; more experts than invocations; a row with no number in it.
    std::vector<float> probabilities(3 * 130, 0.001f);
    probabilities[100] = 0.5f;
    probabilities[3] = probabilities[129] = 0.2f;
    for (std::size_t i = 0; i < 130; ++i) probabilities[130 + i] = static_cast<float>(i) / 1000;
    std::fill(probabilities.begin() + 260, probabilities.end(), std::numeric_limits<float>::quiet_NaN());
    const Rows in = upload(probabilities, 130);
    for (const bool normalized : {false, true}) {
        Buffer chosen = device.room(9 * sizeof(std::int32_t));
        const auto weights = run(9, [&](VkDeviceAddress y) { return topExperts(device.commands, in, chosen.address(), y, 3, normalized); });
        std::vector<std::int32_t> picks(9);
        std::memcpy(picks.data(), chosen.mapped(), 9 * sizeof(std::int32_t));
        EXPECT_EQ(picks, (std::vector<std::int32_t>{100, 3, 129, 129, 128, 127, 0, 1, 2}));
        const float sum = normalized ? 0.9f : 1;
        EXPECT_FLOAT_EQ(weights[0], 0.5f / sum);
        EXPECT_FLOAT_EQ(weights[2], 0.2f / sum);
        EXPECT_TRUE(std::isnan(weights[6]) && std::isnan(weights[8]));
    }
}

TEST_F(RowWise, WeightedSums)
{
    const auto x = test::normals(2 * 3 * 77, 1), weights = test::normals(2 * 3, 2);
    std::vector<double> expected(2 * 77);
    for (std::size_t r = 0; r < 2; ++r)
        for (std::size_t k = 0; k < 3; ++k)
            for (std::size_t i = 0; i < 77; ++i) expected[r * 77 + i] += double(weights[r * 3 + k]) * x[(r * 3 + k) * 77 + i];
    const Rows in = upload(x, 3 * 77), by = upload(weights, 3);
    EXPECT_LT(test::normalizedError(run(expected.size(), [&](VkDeviceAddress y) { return weightedSum(device.commands, in, by, {y, 77, 77, 2}); }), expected), test::kSingle);
}

} // namespace
} // namespace corral::vulkan
