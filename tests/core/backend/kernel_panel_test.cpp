// Matrices large enough that their panels hold rounded weights and activations (panelKernelFor), in every format that is written.
#include "core/backend/cpu/kernels/matmul.h"
#include "tests/core/backend/kernel_data.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace corral::cpu {
namespace {

using test::GuardedBytes;
using test::randomFloats;
using test::Scratch;

constexpr std::int64_t kRows = 1061; // × 1024 values: above 2^20; neither whole panels nor whole groups
constexpr std::int64_t kDistinct = 67;
constexpr std::int64_t kTokens = 67; // beyond fewTokens(); no whole number of tiles

// kRows rows of normal values in a format, kDistinct of them different, at the very end of readable memory.
struct LargeMatrix {
    GuardedBytes bytes;
    WeightMatrix w;
    std::vector<float> decoded; // [kDistinct][n]

    LargeMatrix(const quant::Format& f, std::int64_t n)
        : bytes(f.rowBytes(n) * kRows), w{&f, bytes.data(), n, kRows}, decoded(static_cast<std::size_t>(kDistinct * n))
    {
        const std::vector<float> values = randomFloats(decoded.size(), 7, 0.02f);
        f.encodeRowsFor(simdLevel())(values.data(), nullptr, bytes.data(), kDistinct, n);
        f.decode(bytes.data(), decoded.data(), kDistinct * n);
        const std::size_t period = f.rowBytes(n) * kDistinct;
        for (std::size_t i = period; i < bytes.size(); ++i) bytes.data()[i] = bytes.data()[i - period];
    }
};

std::vector<float> product(const LargeMatrix& m, const std::vector<float>& x, std::int64_t tokens, int threads)
{
    ThreadPool pool(threads);
    std::vector<float> y(static_cast<std::size_t>(tokens * kRows), -777.0f);
    const MatmulTask task{m.w, y.data(), kRows};
    Scratch scratch(matmulScratchBytes(m.w.n, tokens, threads));
    matmul({&task, 1}, x.data(), m.w.n, tokens, pool, scratch.span());
    return y;
}

// Every 20th channel 20 times as large as the others: what outliers do to rounded activations shows.
std::vector<float> activations(std::int64_t tokens, std::int64_t n)
{
    std::vector<float> x = randomFloats(static_cast<std::size_t>(tokens * n), 5);
    for (std::size_t i = 0; i < x.size(); i += 20) x[i] *= 20;
    return x;
}

std::vector<const quant::Format*> formats()
{
    std::vector<const quant::Format*> all;
    for (const quant::Format* f : quant::allFormats())
        if (f->decode && f->encodeRows && !f->needsImportance) all.push_back(f);
    return all;
}

// Of an exact product, activations with outlier channels. On AVX2 the tables of IQ4 are taken at even steps (code_rows.h).
double rmsLimit(const quant::Format& f)
{
    if (f.id == quant::kF32) return 1e-6;
    if (!f.quantized) return 0.004;
    return f.name.starts_with("iq4_") ? 0.02 : 0.018;
}

void checkProduct(const quant::Format& f, std::int64_t n, std::int64_t tokens)
{
    SCOPED_TRACE(std::string(f.name) + " n " + std::to_string(n));
    const LargeMatrix m(f, n);
    const std::vector<float> x = activations(tokens, n);
    const std::vector<float> y = product(m, x, tokens, 2);
    double errors = 0, squares = 0, largest = 0;
    for (std::int64_t t = 0; t < tokens; ++t)
        for (std::int64_t r = 0; r < kRows; ++r) {
            const float* w = m.decoded.data() + r % kDistinct * n;
            double exact = 0, size = 0;
            for (std::int64_t i = 0; i < n; ++i) {
                const double p = double(w[i]) * x[static_cast<std::size_t>(t * n + i)];
                exact += p;
                size += p * p;
            }
            const double error = y[static_cast<std::size_t>(t * kRows + r)] - exact;
            errors += error * error;
            squares += size;
            largest = std::max(largest, std::abs(error) / std::sqrt(size));
        }
    const double rms = std::sqrt(errors / squares);
    ::testing::Test::RecordProperty(std::string(f.name), std::to_string(rms));
    EXPECT_LT(rms, rmsLimit(f));
    EXPECT_LT(largest, f.id == quant::kF32 ? 1e-5 : 0.2);
}

TEST(KernelPanel, EveryFormat)
{
    for (const quant::Format* f : formats()) checkProduct(*f, 1024, kTokens);
}

// Rows that are no whole pieces of 256 values, and longer than one panel.
TEST(KernelPanel, OddLengths)
{
    for (const char* name : {"q4_0", "q5_1", "q8_0"}) checkProduct(*quant::findFormat(name), 1056, kTokens + 1);
    checkProduct(*quant::findFormat("q4_0"), 12288 + 96, kTokens);
    checkProduct(*quant::findFormat("q6_K"), 12288 + 256, kTokens);
}

// What shares its input with a large matrix is computed as that is (k and v beside q): the same rows give the same numbers, bit by bit.
TEST(KernelPanel, SmallBesideLarge)
{
    constexpr std::int64_t n = 1024, kFew = 67;
    const LargeMatrix m(*quant::findFormat("q4_K"), n);
    const std::vector<float> x = activations(kTokens, n);
    ThreadPool pool(2);
    std::vector<float> large(static_cast<std::size_t>(kTokens * kRows)), small(static_cast<std::size_t>(kTokens * kFew));
    WeightMatrix few = m.w;
    few.rows = kFew;
    const MatmulTask tasks[] = {{few, small.data(), kFew}, {m.w, large.data(), kRows}};
    Scratch scratch(matmulScratchBytes(n, kTokens, 2));
    matmul(tasks, x.data(), n, kTokens, pool, scratch.span());
    for (std::int64_t t = 0; t < kTokens; ++t)
        for (std::int64_t r = 0; r < kFew; ++r) ASSERT_EQ(small[static_cast<std::size_t>(t * kFew + r)], large[static_cast<std::size_t>(t * kRows + r)]) << t << ", " << r;
}

// A value that is no number, or infinite, shows in all products of its token and in no other.
TEST(KernelPanel, NotANumberIsPassedOn)
{
    const std::int64_t n = 1024, tokens = kTokens;
    for (const quant::Format* f : formats()) {
        SCOPED_TRACE(std::string(f->name));
        const LargeMatrix m(*f, n);
        std::vector<float> x = activations(tokens, n);
        const std::vector<float> whole = product(m, x, tokens, 1);
        x[static_cast<std::size_t>(2 * n + 77)] = std::numeric_limits<float>::quiet_NaN();
        x[static_cast<std::size_t>(9 * n + 1023)] = -std::numeric_limits<float>::infinity();
        x[static_cast<std::size_t>(13 * n)] = std::numeric_limits<float>::infinity();
        const std::vector<float> y = product(m, x, tokens, 1);
        for (std::int64_t t = 0; t < tokens; ++t)
            for (std::int64_t r = 0; r < kRows; ++r) {
                const auto at = static_cast<std::size_t>(t * kRows + r);
                if (t == 2 || t == 9 || t == 13) ASSERT_FALSE(std::isfinite(y[at])) << "token " << t << " row " << r;
                else ASSERT_EQ(y[at], whole[at]) << "token " << t << " row " << r;
            }
    }
}

} // namespace
} // namespace corral::cpu
