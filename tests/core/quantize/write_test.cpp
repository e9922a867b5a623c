#include "core/quantize/write.h"

#include "core/base/float16.h"
#include "core/gguf/split.h"
#include "core/quantize/type_ids.h"
#include "tests/core/quantize/memory_source.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <gmock/gmock.h>
#include <limits>
#include <random>
#include <thread>

namespace corral::quantize {
namespace {

using test::GgufBuilder;
using test::TempDir;
using testing::HasSubstr;
namespace fs = std::filesystem;

std::vector<float> normals(std::size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.0f, 0.05f);
    std::vector<float> values(count);
    for (float& v : values) v = normal(random);
    return values;
}

std::vector<std::byte> halves(const std::vector<float>& values)
{
    std::vector<std::byte> bytes;
    for (const float v : values) {
        const std::uint16_t half = floatToHalf(v);
        bytes.push_back(static_cast<std::byte>(half & 0xff));
        bytes.push_back(static_cast<std::byte>(half >> 8));
    }
    return bytes;
}

std::vector<float> roundedToHalf(std::vector<float> values)
{
    for (float& v : values) v = halfToFloat(floatToHalf(v));
    return values;
}

// A file with the tensors that matter here, and a plan made by hand: what is tested is the writer, not the choice of types.
class Workshop {
public:
    GgufBuilder builder;
    PlanOptions options;
    std::shared_ptr<const gguf::File> file;
    std::unique_ptr<GgufSource> source;
    Plan plan;
    Job job;
    WriteOptions how;

    Workshop()
    {
        builder.string("general.architecture", "llama").u32("llama.block_count", 1);
        how.output = folder / "out.gguf";
        how.threads = 2;
    }
    Workshop& add(const std::string& name, const std::vector<std::int64_t>& shape, const std::vector<float>& values, std::uint32_t to)
    {
        builder.tensor(name, shape, quant::kF16, halves(values));
        m_types[name] = to;
        return *this;
    }
    void open()
    {
        builder.write(folder / "in.gguf");
        reopen();
    }
    void reopen()
    {
        const auto opened = gguf::File::open(folder / "in.gguf");
        ASSERT_TRUE(opened) << opened.error().message;
        file = *opened;
        source = std::make_unique<GgufSource>(file);
        plan = {};
        plan.keys = file->keys();
        for (std::size_t i = 0; i < source->tensors().size(); ++i) {
            const SourceTensor& t = source->tensors()[i];
            const auto type = m_types.contains(t.name) ? m_types[t.name] : t.type;
            const quant::Format& format = *quant::findFormat(type);
            plan.tensors.push_back({.source = i, .name = t.name, .originalName = t.name, .type = type,
                                    .bytes = format.rowBytes(static_cast<std::int64_t>(t.shape[0])) * t.rows()});
        }
    }
    Result<WriteReport> run(const Imatrix* imatrix = nullptr, const ProgressFn& progress = {},
                            const std::function<void(const TensorResult&)>& onTensor = {})
    {
        return write(*source, plan, imatrix, how, job, progress, onTensor);
    }
    // The folder holds the input and nothing else.
    bool nothingLeft() const { return std::distance(fs::directory_iterator(folder.path()), {}) == 1; }

    TempDir folder;

private:
    std::map<std::string, std::uint32_t> m_types;
};

std::vector<std::byte> encoded(std::uint32_t type, const std::vector<float>& values, std::int64_t rowLength, const float* importance = nullptr)
{
    const quant::Format& format = *quant::findFormat(type);
    const auto rows = static_cast<std::int64_t>(values.size()) / rowLength;
    std::vector<std::byte> blocks(format.rowBytes(rowLength) * static_cast<std::size_t>(rows));
    format.encodeRowsFor(simdLevel())(values.data(), importance, blocks.data(), rows, rowLength);
    return blocks;
}

std::span<const std::byte> dataOf(const gguf::File& file, std::string_view name) { return file.data(*file.tensor(name)); }

TEST(Write, ManyThreadsAndPiecesWriteWhatOneCallWould)
{
    // One tensor of several pieces, others of a part of one; every type that can be written.
    Workshop shop;
    const auto big = normals(768 * 1100, 1), small = normals(512 * 3, 2);
    shop.add("big.weight", {768, 1100}, big, quant::kQ8_0);
    std::vector<std::uint32_t> types;
    for (const quant::Format* format : quant::allFormats())
        if (format->encodeRows && !format->needsImportance && 512 % format->blockSize == 0) types.push_back(format->id);
    EXPECT_GT(types.size(), 15u);
    for (const std::uint32_t type : types) shop.add("small." + std::to_string(type), {512, 3}, small, type);
    shop.builder.tensor("integers", {3}, 26, std::vector<std::byte>(12, std::byte{7}));
    shop.builder.tensor("empty.weight", {256, 0}, quant::kF16, {});
    shop.open();
    for (const int threads : {1, 3}) {
        shop.how.threads = threads;
        std::vector<std::string> finished;
        std::vector<Progress> seen;
        const auto report = shop.run(nullptr, [&](const Progress& p) { seen.push_back(p); }, [&](const TensorResult& t) { finished.push_back(t.name); });
        ASSERT_TRUE(report) << report.error().message;
        const auto out = gguf::File::open(shop.how.output);
        ASSERT_TRUE(out) << out.error().message;
        EXPECT_TRUE(std::ranges::equal(dataOf(**out, "big.weight"), encoded(quant::kQ8_0, roundedToHalf(big), 768)));
        for (const std::uint32_t type : types)
            EXPECT_TRUE(std::ranges::equal(dataOf(**out, "small." + std::to_string(type)), encoded(type, roundedToHalf(small), 512))) << type;
        EXPECT_TRUE(std::ranges::equal(dataOf(**out, "integers"), std::vector<std::byte>(12, std::byte{7})));
        EXPECT_EQ((*out)->keys().size(), 2u);

        EXPECT_EQ(report->bytes, fs::file_size(shop.how.output));
        EXPECT_EQ(report->files, std::vector<fs::path>{shop.how.output});
        ASSERT_EQ(finished.size(), shop.plan.tensors.size());
        for (std::size_t i = 0; i < finished.size(); ++i) EXPECT_EQ(finished[i], shop.plan.tensors[i].name) << "in order";
        EXPECT_EQ(report->tensors[0].sourceBytes, 768u * 1100 * 2);
        EXPECT_FALSE(report->tensors[0].error);
        ASSERT_FALSE(seen.empty());
        EXPECT_EQ(seen.back().done, seen.back().total);
        EXPECT_EQ(seen.back().total, 768u * 1100 * 2 + types.size() * 512 * 3 * 2 + 12);
        EXPECT_EQ(seen.back().step, seen.back().steps - 1);
        EXPECT_TRUE(std::ranges::is_sorted(seen, {}, &Progress::done));
    }
}

TEST(Write, CopiesWhatKeepsItsType)
{
    Workshop shop;
    shop.builder.tensorF32("norm.weight", {7}, {1, 2, 3, std::numeric_limits<float>::quiet_NaN(), 5, 6, 7}); // not looked at
    shop.add("w.weight", {64, 9}, normals(64 * 9, 3), quant::kF16);
    shop.open();
    ASSERT_TRUE(shop.run());
    EXPECT_EQ(test::readBytes(shop.how.output), test::readBytes(shop.folder / "in.gguf"));
}

TEST(Write, MeasuresWhatWasLost)
{
    Workshop shop;
    const auto values = normals(256 * 2500, 4);
    shop.add("w.weight", {256, 2500}, values, quant::kQ4_0).add("zero.weight", {256, 2}, std::vector<float>(512), quant::kQ4_0);
    shop.open();
    shop.how.measureError = true;
    const auto report = shop.run();
    ASSERT_TRUE(report) << report.error().message;
    const auto original = roundedToHalf(values);
    std::vector<float> decoded(original.size());
    quant::findFormat(quant::kQ4_0)->decode(encoded(quant::kQ4_0, original, 256).data(), decoded.data(), static_cast<std::int64_t>(decoded.size()));
    double squares = 0, originals = 0, largest = 0;
    for (std::size_t i = 0; i < original.size(); ++i) {
        const double error = static_cast<double>(decoded[i]) - static_cast<double>(original[i]);
        squares += error * error;
        originals += static_cast<double>(original[i]) * static_cast<double>(original[i]);
        largest = std::max(largest, std::abs(error));
    }
    ASSERT_TRUE(report->tensors[0].error);
    const TensorError& error = *report->tensors[0].error;
    EXPECT_NEAR(error.meanSquare, squares / static_cast<double>(original.size()), error.meanSquare * 1e-6);
    EXPECT_NEAR(error.originalMeanSquare, originals / static_cast<double>(original.size()), error.originalMeanSquare * 1e-9);
    EXPECT_NEAR(error.maxAbsolute, largest, 1e-7);
    EXPECT_NEAR(error.relative(), std::sqrt(squares / originals), 1e-6);
    EXPECT_GT(error.relative(), 0.05);
    EXPECT_LT(error.relative(), 0.12) << "4 bits of normal values";
    EXPECT_EQ(report->tensors[1].error->relative(), 0.0);
}

// [experts, columns] sums that give these mean squares.
Imatrix importances(const std::string& tensor, const std::vector<float>& meanSquares, std::size_t experts)
{
    Imatrix matrix;
    std::vector<float> sums;
    for (const float m : meanSquares) sums.push_back(4 * m);
    matrix.set(tensor, {.sumSquares = sums, .counts = std::vector<float>(experts, 4)});
    return matrix;
}

TEST(Write, EachExpertHasItsImportances)
{
    Workshop shop;
    constexpr std::size_t kColumns = 256, kRows = 5, kExperts = 3;
    const auto values = normals(kColumns * kRows * kExperts, 5);
    shop.add("blk.0.ffn_up_exps.weight", {kColumns, kRows, kExperts}, values, Q4_K).add("blk.0.ffn_up.weight", {kColumns, kRows}, normals(kColumns * kRows, 6), Q4_K);
    shop.open();
    std::vector<float> meanSquares(kColumns * kExperts);
    for (std::size_t i = 0; i < meanSquares.size(); ++i) meanSquares[i] = 0.01f + static_cast<float>(i * 7919 % 101);
    const auto matrix = importances("blk.0.ffn_up_exps.weight", meanSquares, kExperts);
    const auto report = shop.run(&matrix);
    ASSERT_TRUE(report) << report.error().message;
    const auto original = roundedToHalf(values);
    std::vector<std::byte> expected;
    const auto used = matrix.find("blk.0.ffn_up_exps.weight");
    for (std::size_t e = 0; e < kExperts; ++e) {
        const auto begin = original.begin() + static_cast<std::ptrdiff_t>(e * kRows * kColumns);
        const auto blocks = encoded(Q4_K, {begin, begin + kRows * kColumns}, kColumns, used.data() + e * kColumns);
        expected.insert(expected.end(), blocks.begin(), blocks.end());
    }
    const auto out = gguf::File::open(shop.how.output);
    ASSERT_TRUE(out);
    EXPECT_TRUE(std::ranges::equal(dataOf(**out, "blk.0.ffn_up_exps.weight"), expected));
    EXPECT_FALSE(std::ranges::equal(expected, encoded(Q4_K, original, kColumns))) << "they made a difference";
}

TEST(Write, WrongOrMissingImportancesAreNamed)
{
    Workshop shop;
    shop.add("blk.0.ffn_up.weight", {256, 4}, normals(1024, 7), Q4_K).add("token_embd.weight", {256, 4}, normals(1024, 8), Q4_K);
    shop.open();
    auto matrix = importances("blk.0.ffn_up.weight", std::vector<float>(512, 1), 1);
    auto report = shop.run(&matrix);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::InvalidArgument);
    EXPECT_THAT(report.error().message, HasSubstr("tensor \"blk.0.ffn_up.weight\": the importance matrix has 512 values"));
    matrix = importances("token_embd.weight", std::vector<float>(512, 1), 1);
    EXPECT_TRUE(shop.run(&matrix)) << "ignored for the token embedding";
    fs::remove(shop.how.output);

    shop.plan.tensors[0].type = quant::findFormat("iq2_xs")->id;
    report = shop.run();
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message, HasSubstr("tensor \"blk.0.ffn_up.weight\": type iq2_xs needs an importance matrix"));
    shop.plan.tensors[0].type = Q4_K;
    shop.plan.tensors[0].needsImportance = true;
    EXPECT_FALSE(shop.run());
    EXPECT_TRUE(shop.nothingLeft());
}

TEST(Write, NotANumberIsFoundAndNothingIsLeft)
{
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
        for (const std::uint32_t type : {quant::kQ8_0, quant::kF32}) {
            Workshop shop;
            auto values = normals(256 * 3000, 9);
            values[256 * 2711 + 77] = bad;
            shop.add("ok.weight", {256, 3000}, normals(256 * 3000, 10), type).add("bad.weight", {256, 3000}, values, type);
            shop.open();
            const auto report = shop.run();
            ASSERT_FALSE(report);
            EXPECT_EQ(report.error().code, ErrorCode::Format);
            EXPECT_EQ(report.error().message, std::format("tensor \"bad.weight\": {} at row 2711, column 77", std::isnan(bad) ? "NaN" : "infinity"));
            EXPECT_TRUE(shop.nothingLeft());
        }
}

TEST(Write, ValuesBeyondATypeAreAnError)
{
    Workshop shop;
    std::vector<float> values(256, 1.0f);
    values[3] = 1e20f;
    shop.builder.tensorF32("w.weight", {256}, values);
    for (const std::uint32_t type : {quant::kF16, quant::kQ8_0, quant::kQ4_0}) {
        shop.open();
        shop.plan.tensors[0].type = type;
        shop.plan.tensors[0].bytes = quant::findFormat(type)->rowBytes(256);
        const auto report = shop.run();
        ASSERT_FALSE(report) << type;
        EXPECT_EQ(report.error().code, ErrorCode::Format);
        EXPECT_THAT(report.error().message, HasSubstr("tensor \"w.weight\": rows 0 to 0 hold values up to 1e+20"));
        EXPECT_TRUE(shop.nothingLeft());
    }
    shop.plan.tensors[0].type = quant::kBF16;
    shop.plan.tensors[0].bytes = 512;
    EXPECT_TRUE(shop.run());
}

TEST(Write, CancelLeavesNothing)
{
    Workshop shop;
    shop.add("a.weight", {256, 2000}, normals(256 * 2000, 11), quant::kQ8_0).add("b.weight", {256, 2000}, normals(256 * 2000, 12), quant::kQ8_0);
    shop.open();
    shop.how.threads = 1;
    const auto report = shop.run(nullptr, {}, [&](const TensorResult&) { shop.job.cancel(); });
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Cancelled);
    EXPECT_TRUE(shop.nothingLeft());
}

TEST(Write, PauseHoldsAndResumeGoesOn)
{
    Workshop shop;
    for (int i = 0; i < 8; ++i) shop.add(std::to_string(i), {256, 2000}, normals(256 * 2000, 13), quant::kQ8_0);
    shop.open();
    std::atomic<int> finished{0};
    shop.job.pause();
    std::jthread waiter([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        EXPECT_EQ(finished, 0);
        EXPECT_FALSE(fs::exists(shop.how.output));
        shop.job.resume();
    });
    const auto report = shop.run(nullptr, {}, [&](const TensorResult&) { ++finished; });
    EXPECT_TRUE(report);
    EXPECT_EQ(finished, 8);
}

TEST(Write, TheInputIsNeverTheOutput)
{
    Workshop shop;
    shop.add("w.weight", {256, 2}, normals(512, 14), quant::kQ8_0);
    shop.open();
    const auto before = test::readBytes(shop.folder / "in.gguf");
    fs::create_hard_link(shop.folder / "in.gguf", shop.folder / "hard.gguf");
    fs::create_symlink(shop.folder / "in.gguf", shop.folder / "soft.gguf");
    fs::create_hard_link(shop.folder / "in.gguf", shop.folder / "trap.gguf.part");
    for (const char* name : {"in.gguf", "hard.gguf", "soft.gguf", "trap.gguf", "./in.gguf"}) {
        shop.how.output = shop.folder / name;
        const auto report = shop.run();
        ASSERT_FALSE(report) << name;
        EXPECT_EQ(report.error().code, ErrorCode::InvalidArgument) << name;
        EXPECT_THAT(report.error().message, HasSubstr("would overwrite its input")) << name;
    }
    EXPECT_EQ(test::readBytes(shop.folder / "in.gguf"), before);
}

TEST(Write, AnInputThatShrinksIsAnError)
{
    Workshop shop;
    shop.add("a.weight", {256, 2000}, normals(256 * 2000, 15), quant::kQ8_0).add("b.weight", {256, 2000}, normals(256 * 2000, 16), quant::kQ8_0);
    shop.open();
    fs::resize_file(shop.folder / "in.gguf", fs::file_size(shop.folder / "in.gguf") - 300000);
    const auto report = shop.run();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Io);
    EXPECT_THAT(report.error().message, HasSubstr("tensor \"b.weight\": "));
    EXPECT_THAT(report.error().message, HasSubstr("in.gguf: the file ends before"));
    EXPECT_TRUE(shop.nothingLeft());
}

TEST(Write, ADeletedInputIsStillRead)
{
    Workshop shop;
    const auto values = normals(512, 17);
    shop.add("w.weight", {256, 2}, values, quant::kQ8_0);
    shop.open();
    fs::remove(shop.folder / "in.gguf");
    ASSERT_TRUE(shop.run());
    const auto out = gguf::File::open(shop.how.output);
    EXPECT_TRUE(std::ranges::equal(dataOf(**out, "w.weight"), encoded(quant::kQ8_0, roundedToHalf(values), 256)));
}

TEST(Write, OneThreadIsEnoughForLittleMemory)
{
    Workshop shop;
    shop.add("w.weight", {256, 4000}, normals(256 * 4000, 18), quant::kQ8_0);
    shop.open();
    shop.how.maxBufferBytes = 1;
    EXPECT_TRUE(shop.run());
}

TEST(Write, ShardsAppearTogether)
{
    Workshop shop;
    shop.add("a.weight", {256, 20}, normals(256 * 20, 19), quant::kQ8_0).add("b.weight", {256, 20}, normals(256 * 20, 20), quant::kQ4_0);
    shop.add("c.weight", {256, 20}, normals(256 * 20, 21), quant::kQ4_0);
    shop.open();
    shop.plan.shards = 2;
    shop.plan.tensors[1].shard = shop.plan.tensors[2].shard = 1;
    shop.how.output = shop.folder / "set";
    const auto report = shop.run();
    ASSERT_TRUE(report) << report.error().message;
    ASSERT_EQ(report->files.size(), 2u);
    EXPECT_EQ(report->files[0].filename(), "set-00001-of-00002.gguf");
    const auto set = gguf::File::open(report->files[1]);
    ASSERT_TRUE(set) << set.error().message;
    EXPECT_EQ((*set)->shards().size(), 2u);
    EXPECT_EQ((*set)->tensors().size(), 3u);
    EXPECT_EQ((*set)->getInt("split.tensors.count").value(), 3);
    EXPECT_EQ((*set)->getString("general.architecture").value(), "llama");
    EXPECT_TRUE(std::ranges::equal(dataOf(**set, "c.weight"), encoded(quant::kQ4_0, roundedToHalf(normals(256 * 20, 21)), 256)));
    for (const auto& file : report->files) fs::remove(file);

    fs::create_directories(report->files[1] / "in the way");
    EXPECT_FALSE(shop.run());
    EXPECT_FALSE(fs::exists(report->files[0])) << "all or none";
}

TEST(Write, SourcesThatArePutTogetherNeedNoFile)
{
    const TempDir folder;
    auto source = llama(2, 256);
    PlanOptions options;
    const auto plan = makePlan(source, *findTarget("Q8_0"), options);
    ASSERT_TRUE(plan);
    Job job;
    const auto report = write(source, *plan, nullptr, {.output = folder / "out.gguf", .threads = 2}, job);
    ASSERT_TRUE(report) << report.error().message;
    const auto file = gguf::File::open(folder / "out.gguf");
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ((*file)->tensors().size(), source.tensors().size());
}

} // namespace
} // namespace corral::quantize
