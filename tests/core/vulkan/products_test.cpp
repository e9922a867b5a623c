// On Mesa's software device: the products of every format that files hold, with few tokens and many, against the decoded weights in double precision.
#include "core/backend/vulkan/ops/format_tables.h"
#include "core/backend/vulkan/ops/mul_vec.h"
#include "tests/core/vulkan/device.h"
#include "tests/core/vulkan/numbers.h"
#include "tests/support/cards.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numeric>

namespace corral::vulkan {
namespace {

// The formats of weights: what files do not hold, and what nothing is computed with, have no shader.
std::vector<const quant::Format*> weightFormats()
{
    std::vector<const quant::Format*> formats;
    for (const quant::Format* format : quant::allFormats())
        if (format->encodeRows) formats.push_back(format);
    return formats;
}

const quant::Format& formatNamed(std::string_view name) { return *quant::findFormat(name); }

// Any bytes at all, so that every code, scale and sign is met; but no values that are none, or too far apart to be compared.
std::vector<std::byte> anyBlocks(const quant::Format& format, std::size_t count)
{
    std::mt19937 random(7);
    std::vector<std::byte> blocks(count * static_cast<std::size_t>(format.blockBytes));
    std::vector<float> values(static_cast<std::size_t>(format.blockSize));
    for (std::size_t i = 0; i < count; ++i) {
        std::byte* block = blocks.data() + i * static_cast<std::size_t>(format.blockBytes);
        float most = 0;
        do {
            for (int b = 0; b < format.blockBytes; ++b) block[b] = static_cast<std::byte>(random() & 255);
            format.decode(block, values.data(), format.blockSize);
            most = 0;
            for (const float v : values)
                most = std::isfinite(v) ? std::max(most, std::abs(v)) : 1e30f;
        } while (!(most > 0.01f && most < 100));
    }
    return blocks;
}

struct Weights {
    const quant::Format& format;
    std::size_t rows, n;
    std::vector<std::byte> blocks;
    std::vector<float> decoded;

    Weights(const quant::Format& f, std::size_t rowCount, std::size_t values) : format(f), rows(rowCount), n(values)
    {
        if (format.quantized) {
            blocks = anyBlocks(format, rows * n / static_cast<std::size_t>(format.blockSize));
        } else {
            const auto numbers = test::normals(rows * n, 1);
            blocks.resize(format.rowBytes(static_cast<std::int64_t>(n)) * rows);
            format.encodeRowsFor(SimdLevel::Plain)(numbers.data(), nullptr, blocks.data(), static_cast<std::int64_t>(rows), static_cast<std::int64_t>(n));
        }
        decoded.resize(rows * n);
        format.decode(blocks.data(), decoded.data(), static_cast<std::int64_t>(decoded.size()));
    }
    double product(std::size_t row, const float* x) const
    {
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += double(decoded[row * n + i]) * x[i];
        return sum;
    }
};

struct OnCard {
    Buffer weights, table;
    Matrix matrix;
    OnCard(test::Device& device, const Weights& w, std::uint64_t offset = 0, std::size_t experts = 1) : weights(device.upload(w.blocks, offset))
    {
        const auto numbers = formatTable(w.format);
        if (!numbers.empty()) table = device.upload(numbers, 0);
        matrix = {&w.format, weights.address() + offset, static_cast<std::int64_t>(w.n), static_cast<std::int64_t>(w.rows / experts), table.address(), static_cast<std::int64_t>(experts)};
    }
};

std::vector<float> floats(const Buffer& buffer, std::size_t count)
{
    std::vector<float> values(count);
    std::memcpy(values.data(), buffer.mapped(), count * sizeof(float));
    return values;
}

Rows rowsOf(const Buffer& buffer, std::size_t width, std::size_t count)
{
    return {buffer.address(), static_cast<std::int64_t>(width), static_cast<std::int64_t>(width), static_cast<std::int64_t>(count)};
}

void check(test::Device& device, const ProductTuning& tuning, const quant::Format& format, std::size_t rows, std::size_t n, std::size_t tokens, std::uint64_t offset = 0,
           double limit = test::kSingle)
{
    SCOPED_TRACE(std::format("{} {} x {} with {} tokens at byte {}", format.name, rows, n, tokens, offset));
    const Weights w(format, rows, n);
    const auto x = test::normals(tokens * n, 2), bias = test::normals(rows, 3), residual = test::normals(rows * tokens, 4);
    std::vector<double> exact(rows * tokens);
    for (std::size_t t = 0; t < tokens; ++t)
        for (std::size_t r = 0; r < rows; ++r) exact[t * rows + r] = 0.5 * w.product(r, x.data() + t * n) + bias[r] + residual[t * rows + r];

    OnCard card(device, w, offset);
    Buffer in = device.upload(std::as_bytes(std::span(x)), 0), biases = device.upload(std::as_bytes(std::span(bias)), 0), rest = device.upload(std::as_bytes(std::span(residual)), 0);
    Buffer out = device.room(exact.size() * sizeof(float));
    ASSERT_TRUE(device.commands.begin());
    Addends addends{biases.address(), rest.address(), static_cast<std::int64_t>(rows), 0.5f};
    Buffer rounded;
    if (takesRounded(tuning, format, static_cast<std::int64_t>(tokens))) {
        rounded = device.room(roundedBytes(static_cast<std::int64_t>(tokens), static_cast<std::int64_t>(n)));
        addends.rounded = rounded.address();
        ASSERT_TRUE(roundRows(device.commands, rowsOf(in, n, tokens), rounded.address()));
        device.commands.barrier();
    }
    ASSERT_TRUE(multiply(device.commands, tuning, card.matrix, rowsOf(in, n, tokens), rowsOf(out, rows, tokens), addends));
    ASSERT_TRUE(device.commands.submitAndWait());
    EXPECT_LT(test::normalizedError(floats(out, exact.size()), exact), limit);
}

class Products : public testing::Test {
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
    test::Device device;
    const ProductTuning ofDevice = device ? ProductTuning::of(device.context->limits()) : ProductTuning();
};

TEST_F(Products, OfEveryFormatWithOneToken)
{
    EXPECT_GE(weightFormats().size(), 25u);
    for (const quant::Format* format : weightFormats()) {
        ASSERT_TRUE(canRead(*format)) << format->name;
        const auto block = std::max<std::size_t>(static_cast<std::size_t>(format->blockSize), 8);
        check(device, ofDevice, *format, 1, block, 1);
        check(device, ofDevice, *format, 33, std::max<std::size_t>(3 * block, 736 / block * block), 1, 32); // an odd number of blocks
        check(device, ofDevice, *format, 3, 4864, 1);
    }
}

TEST_F(Products, OfEveryFormatWithManyTokens)
{
    for (const quant::Format* format : weightFormats()) check(device, ofDevice, *format, 31, 768, 19, 32);
}

TEST_F(Products, OfTwoToNineTokens)
{
    for (std::size_t tokens = 2; tokens <= 9; ++tokens) check(device, ofDevice, formatNamed("q8_0"), 5, 96, tokens);
}

// Not what this device is given.
TEST_F(Products, AsCardsComputeThem)
{
    const ProductTuning ofCards;
    check(device, ofCards, formatNamed("q4_0"), 77, 736, 1);
    check(device, ofCards, formatNamed("q4_0"), 77, 736, 20);
    check(device, ofCards, formatNamed("q4_0"), 131, 736, 65);
}

// Products of bytes are not used unless asked for.
TEST(ProductsOfBytes, OfEveryFormatWithCodes)
{
    test::Device device("CORRAL_VULKAN_DOTS");
    CORRAL_NEEDS_CARD(device, device.problem);
    const ProductTuning tuning = ProductTuning::of(device.context->limits());
    if (!tuning.dots) GTEST_SKIP() << "this device has none";
    std::size_t formats = 0;
    for (const quant::Format* format : weightFormats()) {
        if (!takesRounded(tuning, *format, 19)) continue;
        ++formats;
        check(device, tuning, *format, 31, 768, 19, 32, test::kEightBits);
    }
    EXPECT_GE(formats, 8u);
    EXPECT_TRUE(device.messages().empty()) << device.messages().front();
}

// More rows than a device takes groups in one direction.
TEST_F(Products, OfALargeVocabulary) { check(device, ofDevice, formatNamed("q8_0"), 70001, 32, 1); }

TEST_F(Products, RowsOfATable)
{
    for (const quant::Format* format : weightFormats()) {
        SCOPED_TRACE(format->name);
        const Weights w(*format, 9, 768);
        const std::vector<std::int32_t> ids{8, 0, 3, 3};
        OnCard card(device, w, 32);
        Buffer in = device.upload(std::as_bytes(std::span(ids)), 0), out = device.room(ids.size() * w.n * sizeof(float));
        ASSERT_TRUE(device.commands.begin());
        ASSERT_TRUE(getRows(device.commands, card.matrix, in.address(), rowsOf(out, w.n, ids.size())));
        ASSERT_TRUE(device.commands.submitAndWait());
        const auto y = floats(out, ids.size() * w.n);
        for (std::size_t t = 0; t < ids.size(); ++t)
            for (std::size_t i = 0; i < w.n; ++i) {
                const float exact = w.decoded[static_cast<std::size_t>(ids[t]) * w.n + i];
                ASSERT_NEAR(y[t * w.n + i], exact, 1e-5 * std::max(1.0f, std::abs(exact))) << "row " << t << ", value " << i;
            }
    }
}

void checkExperts(test::Device& device, const ProductTuning& tuning, std::size_t tokens, bool perChoice, double limit = test::kSingle)
{
    SCOPED_TRACE(std::format("{} tokens{}", tokens, perChoice ? ", an input for each choice" : ""));
    constexpr std::size_t kExperts = 5, kUsed = 3, kRows = 19, kValues = 96;
    const Weights w(formatNamed("q5_0"), kExperts * kRows, kValues);
    const auto x = test::normals(tokens * kValues * (perChoice ? kUsed : 1), 2);
    std::vector<std::int32_t> chosen;
    std::mt19937 random(3);
    for (std::size_t t = 0; t < tokens; ++t) {
        std::vector<std::int32_t> all{0, 1, 3, 4}; // nobody chooses number 2
        std::ranges::shuffle(all, random);
        chosen.insert(chosen.end(), all.begin(), all.begin() + kUsed);
    }
    std::vector<double> exact(tokens * kUsed * kRows);
    for (std::size_t c = 0; c < tokens * kUsed; ++c)
        for (std::size_t r = 0; r < kRows; ++r)
            exact[c * kRows + r] = w.product(static_cast<std::size_t>(chosen[c]) * kRows + r, x.data() + (perChoice ? c : c / kUsed) * kValues);

    OnCard card(device, w, 0, kExperts);
    Buffer in = device.upload(std::as_bytes(std::span(x)), 0), picks = device.upload(std::as_bytes(std::span(chosen)), 0), out = device.room(exact.size() * sizeof(float));
    Buffer lists = device.room(listBytes(static_cast<std::int64_t>(chosen.size()), kExperts));
    const Choices choices{picks.address(), kUsed, perChoice, lists.address()};
    const auto width = perChoice ? kUsed * kValues : kValues;
    ASSERT_TRUE(device.commands.begin());
    ASSERT_TRUE(groupChoices(device.commands, choices, static_cast<std::int64_t>(tokens), kExperts));
    device.commands.barrier();
    ASSERT_TRUE(multiplyExperts(device.commands, tuning, card.matrix, rowsOf(in, width, tokens), choices, rowsOf(out, kUsed * kRows, tokens)));
    ASSERT_TRUE(device.commands.submitAndWait());
    EXPECT_LT(test::normalizedError(floats(out, exact.size()), exact), limit);
}

TEST_F(Products, OfExperts)
{
    for (const std::size_t tokens : {1, 3, 40})
        for (const bool perChoice : {false, true}) checkExperts(device, ofDevice, tokens, perChoice);
}

// Matrices of subgroups are not used unless asked for. Mesa's software device has them from version 26 on.
TEST(ProductsOfMatrices, OfEveryFormat)
{
    test::Device device("CORRAL_VULKAN_MATRICES");
    CORRAL_NEEDS_CARD(device, device.problem);
    const ProductTuning tuning = ProductTuning::of(device.context->limits());
    if (tuning.alongMatrices == 0) GTEST_SKIP() << "this device has none";
    for (const quant::Format* format : weightFormats()) check(device, tuning, *format, 31, 768, 19, 32, test::kHalf);
    check(device, tuning, formatNamed("q4_0"), 131, 736, 65, 0, test::kHalf); // several tiles each way
    for (bool perChoice : {false, true}) checkExperts(device, tuning, 70, perChoice, test::kHalf);
    EXPECT_TRUE(device.messages().empty()) << device.messages().front();
}

} // namespace
} // namespace corral::vulkan
