#include "core/quantize/tensor_stats.h"

#include "core/quant/format.h"
#include "core/quantize/type_ids.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <random>

namespace corral::quantize {
namespace {

using test::GgufBuilder;
using test::TempDir;

std::vector<float> normals(std::size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.01f, 0.05f);
    std::vector<float> values(count);
    for (float& v : values) v = normal(random);
    return values;
}

std::unique_ptr<GgufSource> openSource(const GgufBuilder& builder, const std::filesystem::path& path)
{
    builder.write(path);
    auto file = gguf::File::open(path);
    EXPECT_TRUE(file) << (file ? "" : file.error().message);
    return std::make_unique<GgufSource>(*file);
}

TEST(TensorStats, CountsExactly)
{
    const TempDir folder;
    auto values = normals(256 * 700, 1);
    for (std::size_t i = 0; i < values.size(); i += 100) values[i] = i % 200 ? 0.0f : -0.0f;
    values[12345] = -7.5f;
    values[54321] = 11.25f;
    const float odd[] = {std::numeric_limits<float>::quiet_NaN(), 3, std::numeric_limits<float>::infinity(), -1, 0, -std::numeric_limits<float>::infinity(), 4};
    GgufBuilder builder;
    builder.tensorF32("w.weight", {256, 700}, values).tensorF32("odd", {7}, {std::begin(odd), std::end(odd)});
    builder.tensor("integers", {4}, 26, std::vector<std::byte>(16)).tensorF32("empty", {0}, {}).tensorF32("ones", {33}, std::vector<float>(33, 1.0f));
    const auto source = openSource(builder, folder / "in.gguf");
    Job job;
    std::vector<Progress> seen;
    const auto stats = measureTensors(*source, {.threads = 2}, job, [&](const Progress& p) { seen.push_back(p); });
    ASSERT_TRUE(stats) << stats.error().message;
    ASSERT_EQ(stats->size(), 4u) << "integers have no values to speak of";

    const ValueStats& w = (*stats)[0].values;
    double sum = 0, squares = 0;
    for (const float v : values) {
        sum += static_cast<double>(v);
        squares += static_cast<double>(v) * static_cast<double>(v);
    }
    const double n = static_cast<double>(values.size());
    EXPECT_EQ(w.count, values.size());
    EXPECT_EQ(w.zeros, values.size() / 100);
    EXPECT_EQ(w.notFinite, 0u);
    EXPECT_DOUBLE_EQ(w.sparsity(), 0.01);
    EXPECT_DOUBLE_EQ(w.density(), 0.99);
    EXPECT_EQ(w.minimum, -7.5);
    EXPECT_EQ(w.maximum, 11.25);
    EXPECT_NEAR(w.mean(), sum / n, 1e-12);
    EXPECT_NEAR(w.deviation(), std::sqrt(squares / n - sum / n * sum / n), 1e-12);
    EXPECT_TRUE((*stats)[0].losses.empty());

    const ValueStats& o = (*stats)[1].values;
    EXPECT_EQ(o.count, 7u);
    EXPECT_EQ(o.notFinite, 3u);
    EXPECT_EQ(o.zeros, 1u);
    EXPECT_EQ(o.minimum, -1);
    EXPECT_EQ(o.maximum, 4);
    EXPECT_DOUBLE_EQ(o.mean(), 1.5);
    EXPECT_EQ((*stats)[2].values.count, 0u);
    EXPECT_EQ((*stats)[2].values.deviation() + (*stats)[2].values.mean() + (*stats)[2].values.sparsity() + (*stats)[2].values.density(), 0);
    EXPECT_EQ((*stats)[3].values.deviation(), 0) << "all the same";

    ValueStats total;
    for (const TensorStats& t : *stats) total.add(t.values);
    EXPECT_EQ(total.count, values.size() + 7 + 33);
    EXPECT_EQ(total.minimum, -7.5);
    ASSERT_FALSE(seen.empty());
    EXPECT_EQ(seen.back().done, seen.back().total);
    EXPECT_EQ(seen.back().total, values.size() * 4 + 28 + 132);
}

TEST(TensorStats, EveryInstructionSetSaysTheSame)
{
    for (const int n : {0, 1, 15, 16, 17, 100, 4099}) {
        auto a = normals(static_cast<std::size_t>(n), 2), b = normals(static_cast<std::size_t>(n), 3);
        if (n > 20) a[7] = std::numeric_limits<float>::quiet_NaN();
        const ValueScan& plain = valueScan(SimdLevel::Plain);
        for (const SimdLevel level : {SimdLevel::Avx2, SimdLevel::Avx512}) {
            if (level > detectSimdLevel()) continue;
            const ValueScan& scan = valueScan(level);
            EXPECT_EQ(plain.largestMagnitude(a.data(), n), scan.largestMagnitude(a.data(), n));
            const ValueSums x = plain.sums(a.data(), n), y = scan.sums(a.data(), n);
            EXPECT_EQ(x.zeros, y.zeros);
            EXPECT_EQ(x.notFinite, y.notFinite);
            EXPECT_EQ(x.minimum, y.minimum);
            EXPECT_EQ(x.maximum, y.maximum);
            EXPECT_EQ(x.sum, y.sum);
            EXPECT_EQ(x.squares, y.squares);
            if (n > 20) a[7] = 1;
            const ErrorSums e = plain.errors(a.data(), b.data(), n), f = scan.errors(a.data(), b.data(), n);
            EXPECT_EQ(e.squares, f.squares);
            EXPECT_EQ(e.originalSquares, f.originalSquares);
            EXPECT_EQ(e.maxAbsolute, f.maxAbsolute);
            const auto weights = std::vector<float>(a.size(), 2.0f);
            EXPECT_NEAR(scan.weightedErrors(a.data(), b.data(), weights.data(), n).squares, 2 * e.squares, e.squares * 1e-12);
        }
    }
}

TEST(TensorStats, LossesAreThoseOfEncoding)
{
    const TempDir folder;
    const auto values = normals(512 * 300, 4);
    GgufBuilder builder;
    builder.tensorF32("w.weight", {512, 300}, values).tensorF32("odd.weight", {40, 3}, normals(120, 5)).tensorF32("thin.weight", {96, 4}, normals(384, 6));
    const auto source = openSource(builder, folder / "in.gguf");
    Job job;
    StatsOptions options{.threads = 2, .types = {Q8_0, Q4_K, IQ2_XXS}};
    const auto all = measureTensors(*source, options, job);
    ASSERT_TRUE(all) << all.error().message;
    const auto& losses = (*all)[0].losses;
    ASSERT_EQ(losses.size(), 2u) << "iq2_xxs needs importances";
    for (const auto& [type, error] : losses) {
        const quant::Format& format = *quant::findFormat(type);
        std::vector<std::byte> blocks(format.rowBytes(512) * 300);
        std::vector<float> decoded(values.size());
        format.encodeRowsFor(simdLevel())(values.data(), nullptr, blocks.data(), 300, 512);
        format.decode(blocks.data(), decoded.data(), static_cast<std::int64_t>(decoded.size()));
        double squares = 0, originals = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            squares += std::pow(static_cast<double>(decoded[i]) - static_cast<double>(values[i]), 2);
            originals += std::pow(static_cast<double>(values[i]), 2);
        }
        EXPECT_NEAR(error.relative(), std::sqrt(squares / originals), 1e-6) << format.name;
        EXPECT_FALSE(error.weightedRatio);
    }
    EXPECT_TRUE((*all)[1].losses.empty()) << "40 values are no whole number of blocks";
    EXPECT_EQ((*all)[2].losses.size(), 1u) << "96 values are three blocks of 32";

    options.sampleRows = 60;
    options.values = false;
    options.only = {0};
    const auto sampled = measureTensors(*source, options, job);
    ASSERT_TRUE(sampled);
    ASSERT_EQ(sampled->size(), 1u);
    EXPECT_EQ((*sampled)[0].values.count, 0u);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_NEAR((*sampled)[0].losses[i].second.relative(), losses[i].second.relative(), losses[i].second.relative() * 0.1);
        EXPECT_NE((*sampled)[0].losses[i].second.meanSquare, losses[i].second.meanSquare) << "of a sample";
    }
}

TEST(TensorStats, ImportancesWeighTheLosses)
{
    const TempDir folder;
    auto values = normals(256 * 64, 7);
    GgufBuilder builder;
    builder.tensorF32("w.weight", {256, 64}, values);
    const auto source = openSource(builder, folder / "in.gguf");
    Imatrix matrix;
    std::vector<float> sums(256, 0.001f);
    for (std::size_t i = 0; i < 256; i += 8) sums[i] = 1000;
    matrix.set("w.weight", {.sumSquares = sums, .counts = {1}});
    Job job;
    const auto stats = measureTensors(*source, {.types = {Q2_K, IQ2_XXS}, .imatrix = &matrix}, job);
    ASSERT_TRUE(stats);
    ASSERT_EQ((*stats)[0].losses.size(), 2u);
    for (const auto& [type, error] : (*stats)[0].losses) {
        ASSERT_TRUE(error.weightedRatio);
        EXPECT_LT(*error.weightedRatio, error.relative() * error.relative() * 0.8) << "the important columns are the better ones";
        EXPECT_GT(*error.weightedRatio, 0);
    }
}

TEST(TensorStats, ComparesAModelWithItsOriginal)
{
    const TempDir folder;
    const auto values = normals(256 * 50, 8);
    const quant::Format& format = *quant::findFormat(std::uint32_t(Q4_0));
    std::vector<std::byte> blocks(format.rowBytes(256) * 50);
    format.encodeRowsFor(simdLevel())(values.data(), nullptr, blocks.data(), 50, 256);
    std::vector<float> decoded(values.size());
    format.decode(blocks.data(), decoded.data(), static_cast<std::int64_t>(decoded.size()));
    double squares = 0, originals = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        squares += std::pow(static_cast<double>(decoded[i]) - static_cast<double>(values[i]), 2);
        originals += std::pow(static_cast<double>(values[i]), 2);
    }
    GgufBuilder first, second;
    first.tensorF32("same", {3}, {1, 2, 3}).tensorF32("shape", {3}, {1, 2, 3}).tensorF32("w.weight", {256, 50}, values);
    second.tensor("w.weight", {256, 50}, Q4_0, blocks).tensorF32("same", {3}, {1, 2, 3}).tensorF32("shape", {2}, {1, 2}).tensorF32("only here", {1}, {1});
    const auto original = openSource(first, folder / "a.gguf"), model = openSource(second, folder / "b.gguf");
    Job job;
    const auto distances = compareTensors(*model, *original, 2, job);
    ASSERT_TRUE(distances) << distances.error().message;
    ASSERT_EQ(distances->size(), 2u);
    EXPECT_EQ((*distances)[0].name, "w.weight");
    EXPECT_EQ((*distances)[0].type, Q4_0);
    EXPECT_EQ((*distances)[0].originalType, quant::kF32);
    EXPECT_NEAR((*distances)[0].error.relative(), std::sqrt(squares / originals), 1e-9);
    EXPECT_EQ((*distances)[1].error.relative(), 0);
}

TEST(TensorStats, CancelEnds)
{
    const TempDir folder;
    GgufBuilder builder;
    builder.tensorF32("w.weight", {256, 64}, normals(256 * 64, 9));
    const auto source = openSource(builder, folder / "in.gguf");
    Job job;
    job.cancel();
    const auto stats = measureTensors(*source, {}, job);
    ASSERT_FALSE(stats);
    EXPECT_EQ(stats.error().code, ErrorCode::Cancelled);
}

} // namespace
} // namespace corral::quantize
