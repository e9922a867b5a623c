#include "core/backend/cpu/kernels/dot_product.h"
#include "core/backend/cpu/kernels/matmul.h"
#include "core/backend/cpu/kernels/panel.h"
#include "tests/core/backend/kernel_data.h"

#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <string>

#ifdef CORRAL_OPENBLAS
#include <cblas.h>
#endif

namespace corral::cpu {
namespace {

using test::fillWeights;
using test::GuardedBytes;
using test::randomFloats;
using test::Scratch;

const quant::Format& format(std::string_view name)
{
    const quant::Format* found = quant::findFormat(name);
    EXPECT_NE(found, nullptr) << name;
    return *found;
}

// Allowed |error| / sqrt(Σ (w x)²): f32 rounding for F32 weights; else bf16 weights and activations (2 · 2^-9) or int8 activations,
// at about six standard deviations of the sum.
double tolerance(const quant::Format& f) { return f.id == quant::kF32 ? 1e-5 : 0.04; }

struct Exact {
    double value = 0, size = 0; // Σ w x and sqrt(Σ (w x)²)
};

Exact exactDot(const std::vector<float>& w, std::int64_t row, const float* x, std::int64_t n)
{
    Exact e;
    for (std::int64_t i = 0; i < n; ++i) {
        const double p = double(w[static_cast<std::size_t>(row * n + i)]) * x[i];
        e.value += p;
        e.size += p * p;
    }
    e.size = std::sqrt(e.size);
    return e;
}

// A matrix in a format at the very end of readable memory, and its decoded values.
struct Matrix {
    GuardedBytes bytes;
    WeightMatrix w;
    std::vector<float> decoded;

    Matrix(const quant::Format& f, std::int64_t n, std::int64_t rows, std::uint32_t seed, std::int64_t matrices = 1)
        : bytes(f.rowBytes(n) * static_cast<std::size_t>(rows * matrices)), w{&f, bytes.data(), n, rows}, decoded(static_cast<std::size_t>(n * rows * matrices))
    {
        fillWeights(f, {bytes.data(), bytes.size()}, seed);
        for (std::int64_t r = 0; r < rows * matrices; ++r)
            f.decode(bytes.data() + static_cast<std::size_t>(r) * f.rowBytes(n), decoded.data() + r * n, n);
    }
};

void checkMatmul(std::string_view name, std::int64_t n, std::int64_t rows, std::int64_t tokens, ThreadPool& pool)
{
    SCOPED_TRACE(std::string(name) + " n " + std::to_string(n) + " rows " + std::to_string(rows) + " tokens " + std::to_string(tokens) + " threads "
                 + std::to_string(pool.size()));
    const quant::Format& f = format(name);
    Matrix m(f, n, rows, static_cast<std::uint32_t>(n * 31 + rows));
    const std::int64_t xStride = n + 3, yStride = rows + 5;
    const std::vector<float> x = randomFloats(static_cast<std::size_t>(xStride * tokens), static_cast<std::uint32_t>(tokens));
    std::vector<float> y(static_cast<std::size_t>(yStride * tokens), -777.0f);
    const MatmulTask task{m.w, y.data(), yStride};
    Scratch scratch(matmulScratchBytes(n, tokens, pool.size()));
    matmul({&task, 1}, x.data(), xStride, tokens, pool, scratch.span());
    for (std::int64_t t = 0; t < tokens; ++t) {
        for (std::int64_t r = 0; r < rows; ++r) {
            const Exact e = exactDot(m.decoded, r, x.data() + t * xStride, n);
            ASSERT_NEAR(y[static_cast<std::size_t>(t * yStride + r)], e.value, tolerance(f) * e.size + 1e-6) << "token " << t << " row " << r;
        }
        for (std::int64_t r = rows; r < yStride; ++r) ASSERT_EQ(y[static_cast<std::size_t>(t * yStride + r)], -777.0f) << "written beyond the row";
    }
}

TEST(KernelMatmul, EveryNumberOfTokens)
{
    ThreadPool pool(2);
    for (std::string_view name : {"f32", "f16", "q8_0"})
        for (std::int64_t tokens = 1; tokens <= 25; ++tokens) checkMatmul(name, 96, 35, tokens, pool);
}

TEST(KernelMatmul, EveryNumberOfRows)
{
    ThreadPool pool(3);
    for (std::string_view name : {"f32", "q4_0"})
        for (std::int64_t tokens : {1, 13})
            for (std::int64_t rows = 1; rows <= 67; ++rows) checkMatmul(name, 64, rows, tokens, pool);
}

TEST(KernelMatmul, EveryLengthOfFloats)
{
    ThreadPool pool(1);
    for (std::string_view name : {"f32", "f16", "bf16"})
        for (std::int64_t tokens : {1, 14})
            for (std::int64_t n = 1; n <= 67; ++n) checkMatmul(name, n, 33, tokens, pool);
}

TEST(KernelMatmul, FormatsAndLengths)
{
    for (int threads : {1, 3}) {
        ThreadPool pool(threads);
        for (std::string_view name : {"f32", "f16", "bf16", "q4_0", "q8_0", "q4_1", "q5_0", "mxfp4", "iq4_xs", "q2_K", "q3_K", "q4_K", "q5_K", "q6_K"})
            for (std::int64_t n : {256, 512})
                for (std::int64_t tokens : {1, 2, 3, 8, 9, 12, 30}) checkMatmul(name, n, 70, tokens, pool);
    }
}

// Longer than one panel holds: the sums of the pieces are added.
TEST(KernelMatmul, LongRows)
{
    ThreadPool pool(2);
    checkMatmul("f32", 4096 + 512 + 7, 33, 13, pool);
    checkMatmul("q8_0", 10240 + 320, 33, 13, pool);
}

TEST(KernelMatmul, NoTokensAndNoTasks)
{
    ThreadPool pool(2);
    Matrix m(format("f32"), 32, 8, 1);
    std::vector<float> x(32), y(8, 5.0f);
    const MatmulTask task{m.w, y.data(), 8};
    matmul({&task, 1}, x.data(), 32, 0, pool, {});
    matmul({}, x.data(), 32, 1, pool, {});
    EXPECT_EQ(y, std::vector<float>(8, 5.0f));
}

// q, k and v: products of one input in different formats and sizes.
TEST(KernelMatmul, GroupOfDifferentFormats)
{
    for (int threads : {1, 3}) {
        ThreadPool pool(threads);
        for (std::int64_t tokens : {1, 2, 17}) {
            const std::int64_t n = 256;
            Matrix a(format("q4_K"), n, 40, 1), b(format("f32"), n, 7, 2), c(format("q8_0"), n, 33, 3), d(format("q6_K"), n, 64, 4);
            const std::array<Matrix*, 4> all{&a, &b, &c, &d};
            const std::vector<float> x = randomFloats(static_cast<std::size_t>(n * tokens), 9);
            std::vector<std::vector<float>> y;
            std::vector<MatmulTask> tasks;
            for (Matrix* m : all) y.emplace_back(static_cast<std::size_t>(m->w.rows * tokens));
            for (std::size_t i = 0; i < all.size(); ++i) tasks.push_back({all[i]->w, y[i].data(), all[i]->w.rows});
            Scratch scratch(matmulScratchBytes(n, tokens, threads));
            matmul(tasks, x.data(), n, tokens, pool, scratch.span());
            for (std::size_t i = 0; i < all.size(); ++i)
                for (std::int64_t t = 0; t < tokens; ++t)
                    for (std::int64_t r = 0; r < all[i]->w.rows; ++r) {
                        const Exact e = exactDot(all[i]->decoded, r, x.data() + t * n, n);
                        ASSERT_NEAR(y[i][static_cast<std::size_t>(t * all[i]->w.rows + r)], e.value, tolerance(*all[i]->w.format) * e.size) << i;
                    }
        }
    }
}

// The same group of scratch serves fewer tokens than it was sized for.
TEST(KernelMatmul, ScratchGrowsWithTokens)
{
    for (std::int64_t n : {32, 96, 256, 1536, 8960})
        for (std::int64_t tokens = 1; tokens < 40; ++tokens)
            EXPECT_LE(matmulScratchBytes(n, tokens, 2), matmulScratchBytes(n, tokens + 1, 2)) << n << " " << tokens;
}

#ifdef CORRAL_OPENBLAS
// F32 weights against OpenBLAS.
TEST(KernelMatmul, AgreesWithBlas)
{
    ThreadPool pool(2);
    const std::int64_t n = 1000, rows = 130, tokens = 50;
    Matrix m(format("f32"), n, rows, 4);
    const std::vector<float> x = randomFloats(static_cast<std::size_t>(n * tokens), 5);
    std::vector<float> y(static_cast<std::size_t>(rows * tokens)), blas(y.size());
    const MatmulTask task{m.w, y.data(), rows};
    Scratch scratch(matmulScratchBytes(n, tokens, pool.size()));
    matmul({&task, 1}, x.data(), n, tokens, pool, scratch.span());
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, tokens, rows, n, 1, x.data(), n, m.decoded.data(), n, 0, blas.data(), rows);
    for (std::size_t i = 0; i < y.size(); ++i) ASSERT_NEAR(y[i], blas[i], 3e-4) << i; // sums of 1000 terms of size 1
}
#endif

void checkExperts(std::string_view name, std::int64_t experts, std::int64_t used, std::int64_t tokens, bool perChoice, ThreadPool& pool, bool skewed)
{
    SCOPED_TRACE(std::string(name) + " experts " + std::to_string(experts) + " used " + std::to_string(used) + " tokens " + std::to_string(tokens)
                 + (perChoice ? " own inputs" : "") + (skewed ? " skewed" : ""));
    const quant::Format& f = format(name);
    const std::int64_t n = 256, rowsA = 40, rowsB = 33;
    Matrix a(f, n, rowsA, 1, experts), b(f, n, rowsB, 2, experts);
    std::mt19937 rng(static_cast<std::uint32_t>(experts * 100 + tokens));
    std::vector<std::int32_t> chosen;
    for (std::int64_t t = 0; t < tokens; ++t) {
        std::vector<std::int32_t> all(static_cast<std::size_t>(experts));
        std::iota(all.begin(), all.end(), 0);
        if (!skewed) std::shuffle(all.begin(), all.end(), rng);
        chosen.insert(chosen.end(), all.begin(), all.begin() + used);
    }
    const std::int64_t inputs = perChoice ? tokens * used : tokens;
    const std::vector<float> x = randomFloats(static_cast<std::size_t>(inputs * n), 3);
    std::vector<float> ya(static_cast<std::size_t>(tokens * used * rowsA)), yb(static_cast<std::size_t>(tokens * used * (rowsB + 2)), -777.0f);
    const std::array<MatmulTask, 2> tasks{MatmulTask{a.w, ya.data(), rowsA}, MatmulTask{b.w, yb.data(), rowsB + 2}};
    Scratch scratch(matmulExpertsScratchBytes(n, tokens, used, experts, rowsA, pool.size()));
    matmulExperts(tasks, experts, chosen.data(), used, x.data(), perChoice, tokens, pool, scratch.span());
    for (std::int64_t i = 0; i < tokens * used; ++i) {
        const float* input = x.data() + (perChoice ? i : i / used) * n;
        for (std::int64_t r = 0; r < rowsA; ++r) {
            const Exact e = exactDot(a.decoded, chosen[static_cast<std::size_t>(i)] * rowsA + r, input, n);
            ASSERT_NEAR(ya[static_cast<std::size_t>(i * rowsA + r)], e.value, tolerance(f) * e.size + 1e-6) << "choice " << i << " row " << r;
        }
        for (std::int64_t r = 0; r < rowsB; ++r) {
            const Exact e = exactDot(b.decoded, chosen[static_cast<std::size_t>(i)] * rowsB + r, input, n);
            ASSERT_NEAR(yb[static_cast<std::size_t>(i * (rowsB + 2) + r)], e.value, tolerance(f) * e.size + 1e-6) << "choice " << i << " row " << r;
        }
        ASSERT_EQ(yb[static_cast<std::size_t>(i * (rowsB + 2) + rowsB)], -777.0f);
    }
}

TEST(KernelMatmul, Experts)
{
    for (int threads : {1, 2}) {
        ThreadPool pool(threads);
        for (bool perChoice : {false, true})
            for (std::int64_t tokens : {1, 3, 12, 13, 90}) {
                checkExperts("q4_0", 8, 2, tokens, perChoice, pool, false);
                checkExperts("f32", 16, 4, tokens, perChoice, pool, false);
            }
        checkExperts("f32", 4, 4, 9, false, pool, false);
    }
}

// All tokens with the same experts: more packed tokens than are held at a time.
TEST(KernelMatmul, ExpertsAllAlike)
{
    ThreadPool pool(2);
    checkExperts("f16", 4, 3, 360, true, pool, true);
}

// Experts nobody chose are not read: their bytes are behind a guard page.
TEST(KernelMatmul, ExpertsNotChosenAreNotTouched)
{
    ThreadPool pool(2);
    const std::int64_t n = 64, rows = 32, tokens = 6;
    Matrix m(format("f32"), n, rows, 1, 2); // claims 100 experts, holds 2
    std::vector<float> y(static_cast<std::size_t>(tokens * rows));
    const std::vector<float> x = randomFloats(static_cast<std::size_t>(tokens * n), 3);
    const std::vector<std::int32_t> chosen{0, 1, 1, 1, 1, 1};
    const MatmulTask task{m.w, y.data(), rows};
    Scratch scratch(matmulExpertsScratchBytes(n, tokens, 1, 100, rows, 2));
    matmulExperts({&task, 1}, 100, chosen.data(), 1, x.data(), false, tokens, pool, scratch.span());
    const Exact e = exactDot(m.decoded, rows + 5, x.data() + 2 * n, n);
    EXPECT_NEAR(y[static_cast<std::size_t>(2 * rows + 5)], e.value, 1e-4);
}

} // namespace
} // namespace corral::cpu
