// On Mesa's software device: the products of every format that has a shader, against the decoded weights in double precision.
#include "core/backend/vulkan/ops/mul_vec.h"
#include "tests/core/vulkan/device.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

namespace corral::vulkan {
namespace {

// Σ (y − exact)² / Σ exact²
double normalizedError(const std::vector<float>& y, const std::vector<double>& exact)
{
    double errors = 0, squares = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        errors += (y[i] - exact[i]) * (y[i] - exact[i]);
        squares += exact[i] * exact[i];
    }
    return errors / squares;
}

void check(test::Device& device, const quant::Format& format, std::uint32_t rows, std::uint32_t n, std::uint64_t offset)
{
    SCOPED_TRACE(std::string(format.name) + ' ' + std::to_string(rows) + " x " + std::to_string(n) + " at byte " + std::to_string(offset));
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    std::vector<float> values(std::size_t(rows) * n), x(n);
    for (float& v : values) v = normal(random);
    for (float& v : x) v = normal(random);
    std::vector<std::byte> weights(format.rowBytes(n) * rows);
    format.encodeRowsFor(SimdLevel::Plain)(values.data(), nullptr, weights.data(), rows, n);
    std::vector<float> decoded(values.size());
    format.decode(weights.data(), decoded.data(), static_cast<std::int64_t>(decoded.size()));
    std::vector<double> exact(rows);
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t i = 0; i < n; ++i) exact[r] += double(decoded[r * n + i]) * x[i];

    Buffer w = device.upload(weights, offset), in = device.upload(std::as_bytes(std::span(x)), 0), out = device.room(rows * sizeof(float));
    ASSERT_TRUE(device.commands.begin());
    const Rows xRow{in.address(), n, n, 1}, yRow{out.address(), rows, rows, 1};
    ASSERT_TRUE(multiply(device.commands, {&format, w.address() + offset, n, rows}, xRow, yRow, 0, 1));
    ASSERT_TRUE(device.commands.submitAndWait());
    std::vector<float> y(rows);
    std::memcpy(y.data(), out.mapped(), rows * sizeof(float));
    EXPECT_LT(normalizedError(y, exact), 1e-10);
}

TEST(MulVec, EveryFormat)
{
    test::Device device;
    if (!device) GTEST_SKIP() << device.problem;
    int formats = 0;
    for (const quant::Format* format : quant::allFormats()) {
        if (!canRead(*format)) continue;
        ++formats;
        const auto block = static_cast<std::uint32_t>(format->blockSize);
        for (const std::uint32_t n : {std::max(block, 32u), 768u, 4864u})
            for (const std::uint32_t rows : {1u, 33u}) check(device, *format, rows, n, n == 768 ? 32 : 0);
    }
    EXPECT_GE(formats, 7);
    EXPECT_TRUE(device.messages().empty()) << device.messages().front();
}

} // namespace
} // namespace corral::vulkan
