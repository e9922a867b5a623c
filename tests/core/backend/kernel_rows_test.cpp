#include "core/backend/cpu/kernels/rows.h"
#include "tests/core/backend/kernel_data.h"

#include <gtest/gtest.h>

#include <functional>
#include <numbers>

namespace corral::cpu {
namespace {

using test::randomFloats;

constexpr std::int64_t kLargest = 67; // 4 vectors of 16 and a rest: 0 … 2N+1 of every level is among the counts

// Rows 1 and 2 of four are computed; the others and the space between rows must stay.
struct Rows {
    std::int64_t n, stride;
    std::vector<float> x, y;

    explicit Rows(std::int64_t count, std::uint32_t seed = 1, float size = 1)
        : n(count), stride(count + 3), x(randomFloats(static_cast<std::size_t>(4 * stride), seed, size)), y(static_cast<std::size_t>(4 * stride), -777.0f)
    {
    }
    const float* row(std::int64_t r) const { return x.data() + r * stride; }

    void expect(const std::function<double(std::int64_t row, std::int64_t i)>& exact, double relative, double absolute = 1e-7) const
    {
        for (std::int64_t r = 0; r < 4; ++r)
            for (std::int64_t i = 0; i < stride; ++i) {
                const float got = y[static_cast<std::size_t>(r * stride + i)];
                if (r == 0 || r == 3 || i >= n) {
                    ASSERT_EQ(got, -777.0f) << "row " << r << " column " << i << " of " << n;
                } else {
                    const double want = exact(r, i);
                    ASSERT_NEAR(got, want, std::fabs(want) * relative + absolute) << "row " << r << " column " << i << " of " << n;
                }
            }
    }
};

double meanOf(const float* x, std::int64_t n)
{
    double sum = 0;
    for (std::int64_t i = 0; i < n; ++i) sum += x[i];
    return sum / static_cast<double>(n);
}

TEST(KernelRows, RmsNorm)
{
    for (std::int64_t n = 1; n <= kLargest; ++n) {
        Rows rows(n);
        const auto w = randomFloats(static_cast<std::size_t>(n), 2);
        for (bool weighted : {true, false}) {
            rmsNorm(rows.x.data(), rows.stride, weighted ? w.data() : nullptr, 1e-5f, rows.y.data(), rows.stride, n, 1, 3);
            rows.expect(
                [&](std::int64_t r, std::int64_t i) {
                    double squares = 0;
                    for (std::int64_t j = 0; j < n; ++j) squares += double(rows.row(r)[j]) * rows.row(r)[j];
                    return rows.row(r)[i] / std::sqrt(squares / static_cast<double>(n) + 1e-5) * (weighted ? w[static_cast<std::size_t>(i)] : 1);
                },
                2e-6);
        }
    }
}

TEST(KernelRows, LayerNorm)
{
    for (std::int64_t n = 1; n <= kLargest; ++n) {
        Rows rows(n, 3, 0.5f);
        for (float& v : rows.x) v += 10; // a mean far from zero
        const auto w = randomFloats(static_cast<std::size_t>(n), 2), b = randomFloats(static_cast<std::size_t>(n), 5);
        for (bool biased : {true, false}) {
            layerNorm(rows.x.data(), rows.stride, w.data(), biased ? b.data() : nullptr, 1e-5f, rows.y.data(), rows.stride, n, 1, 3);
            rows.expect(
                [&](std::int64_t r, std::int64_t i) {
                    const double mean = meanOf(rows.row(r), n);
                    double squares = 0;
                    for (std::int64_t j = 0; j < n; ++j) squares += (rows.row(r)[j] - mean) * (rows.row(r)[j] - mean);
                    return (rows.row(r)[i] - mean) / std::sqrt(squares / static_cast<double>(n) + 1e-5) * w[static_cast<std::size_t>(i)]
                           + (biased ? b[static_cast<std::size_t>(i)] : 0);
                },
                1e-5, 2e-5);
        }
    }
}

TEST(KernelRows, SumsProductsAndMultiples)
{
    for (std::int64_t n = 0; n <= kLargest; ++n) {
        Rows rows(n);
        const auto b = randomFloats(static_cast<std::size_t>(4 * (n + 1)), 7);
        for (std::int64_t bStride : {std::int64_t(0), n + 1}) {
            auto at = [&](std::int64_t r, std::int64_t i) { return double(b[static_cast<std::size_t>(r * bStride + i)]); };
            add(rows.x.data(), rows.stride, b.data(), bStride, rows.y.data(), rows.stride, n, 1, 3);
            rows.expect([&](std::int64_t r, std::int64_t i) { return rows.row(r)[i] + at(r, i); }, 1e-7);
            multiply(rows.x.data(), rows.stride, b.data(), bStride, rows.y.data(), rows.stride, n, 1, 3);
            rows.expect([&](std::int64_t r, std::int64_t i) { return rows.row(r)[i] * at(r, i); }, 1e-7);
        }
        scale(rows.x.data(), rows.stride, -1.75f, rows.y.data(), rows.stride, n, 1, 3);
        rows.expect([&](std::int64_t r, std::int64_t i) { return rows.row(r)[i] * -1.75; }, 1e-7);
    }
}

TEST(KernelRows, SoftCap)
{
    for (float size : {0.01f, 1.0f, 30.0f, 500.0f}) {
        Rows rows(kLargest, 11, size);
        softCap(rows.x.data(), rows.stride, 30, rows.y.data(), rows.stride, rows.n, 1, 3);
        rows.expect([&](std::int64_t r, std::int64_t i) { return 30 * std::tanh(rows.row(r)[i] / 30.0); }, 1e-6);
    }
}

TEST(KernelRows, GatedUnits)
{
    for (std::int64_t n = 0; n <= kLargest; ++n)
        for (float size : {0.01f, 1.0f, 20.0f}) {
            Rows rows(n, 13, size);
            const auto up = randomFloats(static_cast<std::size_t>(4 * (n + 1)), 17);
            gated(Activation::Silu, rows.x.data(), rows.stride, up.data(), n + 1, rows.y.data(), rows.stride, n, 1, 3);
            rows.expect(
                [&](std::int64_t r, std::int64_t i) {
                    const double g = rows.row(r)[i];
                    return g / (1 + std::exp(-g)) * up[static_cast<std::size_t>(r * (n + 1) + i)];
                },
                2e-6);
            gated(Activation::Gelu, rows.x.data(), rows.stride, up.data(), n + 1, rows.y.data(), rows.stride, n, 1, 3);
            rows.expect(
                [&](std::int64_t r, std::int64_t i) {
                    const double g = rows.row(r)[i];
                    return 0.5 * g * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (g + 0.044715 * g * g * g))) * up[static_cast<std::size_t>(r * (n + 1) + i)];
                },
                2e-6, 2e-6); // the plain loop cancels below -5
        }
}

TEST(KernelRows, GatedExtremes)
{
    const std::vector<float> gate{-1000, -100, -88, 88, 100, 1000, 0, -0.0f, 1e-20f, -3e38f, 3e38f};
    const std::vector<float> up(gate.size(), 1.0f);
    std::vector<float> y(gate.size());
    const auto n = static_cast<std::int64_t>(gate.size());
    for (Activation act : {Activation::Silu, Activation::Gelu}) {
        gated(act, gate.data(), n, up.data(), n, y.data(), n, n, 0, 1);
        for (std::size_t i = 0; i < gate.size(); ++i)
            EXPECT_NEAR(y[i], std::max(gate[i], 0.0f), std::fabs(gate[i]) * 1e-6f + 1e-6f) << gate[i];
    }
}

TEST(KernelRows, Softmax)
{
    for (std::int64_t n = 1; n <= kLargest; ++n)
        for (float size : {1.0f, 40.0f}) {
            Rows rows(n, 19, size);
            for (std::int64_t r = 1; r < 3; ++r) std::copy_n(rows.row(r), n, rows.y.data() + r * rows.stride);
            softmax(rows.y.data(), rows.stride, n, 1, 3);
            rows.expect(
                [&](std::int64_t r, std::int64_t i) {
                    const double top = *std::max_element(rows.row(r), rows.row(r) + n);
                    double sum = 0;
                    for (std::int64_t j = 0; j < n; ++j) sum += std::exp(rows.row(r)[j] - top);
                    return std::exp(rows.row(r)[i] - top) / sum;
                },
                2e-6);
        }
}

TEST(KernelRows, InPlace)
{
    for (std::int64_t n : {5, 16, 40}) {
        auto x = randomFloats(static_cast<std::size_t>(n), 23), copy = x, once = x;
        rmsNorm(copy.data(), n, nullptr, 1e-6f, once.data(), n, n, 0, 1);
        rmsNorm(x.data(), n, nullptr, 1e-6f, x.data(), n, n, 0, 1);
        EXPECT_EQ(x, once);
        gated(Activation::Silu, copy.data(), n, once.data(), n, once.data(), n, n, 0, 1);
        gated(Activation::Silu, copy.data(), n, x.data(), n, x.data(), n, n, 0, 1);
        EXPECT_EQ(x, once);
    }
}

TEST(KernelRows, Embed)
{
    const quant::Format& f = *quant::findFormat("q8_0");
    const std::int64_t n = 64;
    std::vector<std::byte> table(f.rowBytes(n) * 10 + 1);
    test::fillWeights(f, {table.data() + 1, table.size() - 1}, 3);
    const std::vector<std::int32_t> ids{9, 0, 3, 3};
    std::vector<float> y(4 * (n + 1), -777.0f), want(n);
    embed(f, table.data() + 1, n, ids.data(), y.data(), n + 1, 1, 4);
    for (std::size_t t = 0; t < 4; ++t) {
        f.decode(table.data() + 1 + static_cast<std::size_t>(ids[t]) * f.rowBytes(n), want.data(), n);
        for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) ASSERT_EQ(y[t * (n + 1) + i], t == 0 ? -777.0f : want[i]);
    }
}

TEST(KernelRows, TopExperts)
{
    const std::vector<float> probs{0.1f, 0.3f, 0.3f, 0.05f, 0.25f, //
                                   0.2f, 0.2f, 0.2f, 0.2f,  0.2f};
    std::vector<std::int32_t> chosen(6, -1);
    std::vector<float> weights(6);
    topExperts(probs.data(), 5, 3, chosen.data(), weights.data(), 0, 2);
    EXPECT_EQ(chosen, (std::vector<std::int32_t>{1, 2, 4, 0, 1, 2})); // equal scores: the lower index first
    EXPECT_EQ(weights, (std::vector<float>{0.3f, 0.3f, 0.25f, 0.2f, 0.2f, 0.2f}));

    const auto many = randomFloats(128, 29);
    std::vector<std::int32_t> best(8), order(128);
    std::vector<float> bestWeights(8);
    topExperts(many.data(), 128, 8, best.data(), bestWeights.data(), 0, 1);
    for (std::int32_t i = 0; i < 128; ++i) order[static_cast<std::size_t>(i)] = i;
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return many[static_cast<std::size_t>(a)] > many[static_cast<std::size_t>(b)]; });
    EXPECT_TRUE(std::equal(best.begin(), best.end(), order.begin()));
}

TEST(KernelRows, WeightedSum)
{
    for (std::int64_t n : {1, 15, 16, 33}) {
        const std::int64_t used = 3;
        Rows rows(n);
        const auto x = randomFloats(static_cast<std::size_t>(4 * used * n), 31), w = randomFloats(static_cast<std::size_t>(4 * used), 37);
        weightedSum(x.data(), w.data(), used, rows.y.data(), rows.stride, n, 1, 3);
        rows.expect(
            [&](std::int64_t r, std::int64_t i) {
                double sum = 0;
                for (std::int64_t k = 0; k < used; ++k) sum += double(w[static_cast<std::size_t>(r * used + k)]) * x[static_cast<std::size_t>((r * used + k) * n + i)];
                return sum;
            },
            1e-6, 1e-6);
    }
}

} // namespace
} // namespace corral::cpu
