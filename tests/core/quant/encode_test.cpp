// Encoders of every format on made-up rows: the same bytes at every level and however rows are gathered, errors as small as the bits
// allow, values that are not like weights at all.
#include "tests/core/quant/levels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>

namespace corral::quant {
namespace {

std::vector<const Format*> written()
{
    std::vector<const Format*> formats;
    for (const Format* format : allFormats())
        if (format->encodeRows) formats.push_back(format);
    return formats;
}

// Rows of every kind, one after the other.
enum class RowKind { Normal, Small, Laplace, Zeros, Constant, Outlier, Denormals, Sparse, HalfZero, Mirrored, Ramp, Count };

void fillRow(float* row, std::int64_t n, RowKind kind, std::mt19937_64& random)
{
    std::normal_distribution<float> normal(0.0f, 1.0f);
    std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
    for (std::int64_t i = 0; i < n; ++i) {
        const float z = normal(random);
        switch (kind) {
        case RowKind::Normal: row[i] = z; break;
        case RowKind::Small: row[i] = 1e-6f * z; break;
        case RowKind::Laplace: row[i] = 0.1f * z * std::fabs(z); break;
        case RowKind::Zeros: row[i] = 0.0f; break;
        case RowKind::Constant: row[i] = -0.37f; break;
        case RowKind::Outlier: row[i] = i == n / 3 ? 50.0f : 0.02f * z; break;
        case RowKind::Denormals: row[i] = 1e-40f * uniform(random); break;
        case RowKind::Sparse: row[i] = z > 1.3f ? z : 0.0f; break;
        case RowKind::HalfZero: row[i] = i / 32 % 2 ? z : 0.0f; break;
        case RowKind::Mirrored: row[i] = i % 8 < 2 ? (i % 2 ? 1.0f : -1.0f) * (1 - 0.03f * uniform(random)) : 0.3f * z; break; // both ends alike
        default: row[i] = static_cast<float>(i) / static_cast<float>(n) - 0.5f;
        }
    }
}

std::vector<float> makeRows(std::int64_t rows, std::int64_t n, std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    std::vector<float> values(static_cast<std::size_t>(rows * n));
    for (std::int64_t row = 0; row < rows; ++row) {
        const auto kind = (static_cast<std::uint64_t>(row) + seed) % static_cast<std::uint64_t>(RowKind::Count);
        fillRow(values.data() + row * n, n, static_cast<RowKind>(kind), random);
    }
    return values;
}

std::vector<float> makeImportance(std::int64_t n, std::uint64_t seed)
{
    std::mt19937_64 random(seed);
    std::exponential_distribution<float> exponential;
    std::vector<float> importance(static_cast<std::size_t>(n));
    for (float& value : importance) value = exponential(random) + 1e-3f;
    return importance;
}

std::vector<std::byte> encode(const Format& format, SimdLevel level, const std::vector<float>& values, const float* importance,
                              std::int64_t rows, std::int64_t n)
{
    // A byte more than needed that must stay as it is.
    std::vector<std::byte> blocks(format.rowBytes(n) * static_cast<std::size_t>(rows) + 1, std::byte{0xa5});
    format.encodeRowsFor(level)(values.data(), importance, blocks.data(), rows, n);
    EXPECT_EQ(blocks.back(), std::byte{0xa5}) << format.name << " writes past its end";
    blocks.pop_back();
    return blocks;
}

std::vector<float> decode(const Format& format, const std::vector<std::byte>& blocks, std::size_t n)
{
    std::vector<float> values(n);
    format.decode(blocks.data(), values.data(), static_cast<std::int64_t>(n));
    return values;
}

// Without importances and with them, as far as the format can.
std::vector<bool> weightings(const Format& format)
{
    std::vector<bool> all;
    if (!format.needsImportance) all.push_back(false);
    if (format.usesImportance) all.push_back(true);
    return all;
}

double relativeError(const std::vector<float>& values, const std::vector<float>& decoded)
{
    double error = 0, power = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        error += std::pow(static_cast<double>(decoded[i]) - values[i], 2);
        power += std::pow(static_cast<double>(values[i]), 2);
    }
    return std::sqrt(error / power);
}

TEST(Encode, EveryTypeOfWeightsCanBeWritten)
{
    for (const Format* format : allFormats()) {
        const bool activations = format->name == "q8_1" || format->name == "q8_K";
        const bool storage = format->id >= 24 && format->id <= 28; // I8 … F64
        EXPECT_EQ(format->encodeRows != nullptr, !activations && !storage) << format->name;
        EXPECT_TRUE(format->usesImportance || !format->needsImportance) << format->name;
    }
}

TEST(Encode, EveryLevelGivesThePlainBytes)
{
    for (const Format* format : written())
        for (const bool weighted : weightings(*format)) {
            for (const std::int64_t blocks : {1, 2, 5}) {
                const std::int64_t n = blocks * format->blockSize;
                const auto importance = makeImportance(n, 3);
                for (std::int64_t rows = 1; rows <= 20; rows += blocks == 1 ? 1 : 6) {
                    const auto values = makeRows(rows, n, static_cast<std::uint64_t>(rows));
                    const float* weights = weighted ? importance.data() : nullptr;
                    const auto plain = encode(*format, SimdLevel::Plain, values, weights, rows, n);
                    for (const SimdLevel level : test::simdLevels())
                        ASSERT_EQ(encode(*format, level, values, weights, rows, n), plain)
                            << format->name << ' ' << toString(level) << ' ' << rows << " rows of " << n << (weighted ? " weighted" : "");
                }
            }
        }
}

// What happens once in ten thousand groups: the levels find the codes of a search in different ways.
TEST(Encode, EveryLevelGivesThePlainBytesOfManyRows)
{
    const std::int64_t rows = 200, n = 1024;
    std::mt19937_64 random(19);
    std::vector<float> values(static_cast<std::size_t>(rows * n));
    for (std::int64_t row = 0; row < rows; ++row) fillRow(values.data() + row * n, n, row % 4 ? RowKind::Normal : RowKind::Laplace, random);
    const auto importance = makeImportance(n, 23);
    for (const Format* format : written()) {
        if (format->name.starts_with("iq") && !format->name.starts_with("iq4")) continue; // the lattices' plain loops take too long
        for (const bool weighted : weightings(*format)) {
            const float* weights = weighted ? importance.data() : nullptr;
            const auto plain = encode(*format, SimdLevel::Plain, values, weights, rows, n);
            for (const SimdLevel level : test::simdLevels())
                ASSERT_TRUE(encode(*format, level, values, weights, rows, n) == plain)
                    << format->name << ' ' << toString(level) << (weighted ? " weighted" : "");
        }
    }
}

TEST(Encode, RowsDoNotKnowTheirNeighbours)
{
    for (const Format* format : written())
        for (const bool weighted : weightings(*format)) {
            const std::int64_t rows = 13, n = 3 * format->blockSize;
            const auto values = makeRows(rows, n, 1);
            const auto importance = makeImportance(n, 2);
            const float* weights = weighted ? importance.data() : nullptr;
            const SimdLevel level = detectSimdLevel();
            const auto together = encode(*format, level, values, weights, rows, n);
            for (std::int64_t row = 0; row < rows; ++row) {
                const std::vector<float> alone(values.begin() + row * n, values.begin() + (row + 1) * n);
                const auto blocks = encode(*format, level, alone, weights, 1, n);
                ASSERT_EQ(std::memcmp(blocks.data(), together.data() + static_cast<std::size_t>(row) * blocks.size(), blocks.size()), 0)
                    << format->name << " row " << row;
            }
        }
}

// No code of R bits a value can come closer to normally distributed values than 2^−R of their size; ours stay within a small factor.
TEST(Encode, ErrorsAreNearTheLimitOfTheirBits)
{
    const std::set<std::string_view> ternary = {"tq1_0", "tq2_0", "q2_0"}; // for weights that are ternary: see below
    for (const Format* format : written())
        for (const bool weighted : weightings(*format)) {
            if (ternary.contains(format->name)) continue;
            const std::int64_t rows = 8, n = 1024;
            std::mt19937_64 random(5);
            std::vector<float> values(static_cast<std::size_t>(rows * n));
            for (std::int64_t row = 0; row < rows; ++row) fillRow(values.data() + row * n, n, RowKind::Normal, random);
            const std::vector<float> importance(static_cast<std::size_t>(n), 1.0f);
            const auto blocks = encode(*format, detectSimdLevel(), values, weighted ? importance.data() : nullptr, rows, n);
            const double bits = 8.0 * format->blockBytes / format->blockSize;
            double limit = 2.5 * std::exp2(-bits);
            if (format->name == "f16") limit = 0x1p-12;
            if (format->name == "bf16") limit = 0x1p-9;
            if (format->name == "f32") limit = 0;
            const double error = relativeError(values, decode(*format, blocks, values.size()));
            EXPECT_LE(error, limit) << format->name << (weighted ? " weighted" : "");
        }
}

TEST(Encode, TernaryWeightsAreKept)
{
    for (const char* name : {"tq1_0", "tq2_0", "q2_0"}) {
        const Format* format = findFormat(name);
        std::mt19937_64 random(7);
        std::vector<float> values(2048);
        for (float& value : values) value = 0.0625f * static_cast<float>(static_cast<int>(random() % 3) - 1);
        const auto blocks = encode(*format, detectSimdLevel(), values, nullptr, 2, 1024);
        EXPECT_EQ(decode(*format, blocks, values.size()), values) << name;
    }
}

// What these formats can hold they keep: encoding decoded values gives the same bytes.
TEST(Encode, DecodedValuesAreEncodedToTheSameBytes)
{
    for (const char* name : {"f32", "f16", "bf16", "q8_0", "q4_0", "q5_0", "mxfp4", "nvfp4", "q1_0", "tq1_0", "tq2_0"}) {
        const Format* format = findFormat(name);
        const std::int64_t rows = static_cast<std::int64_t>(RowKind::Count), n = 1024;
        const auto values = makeRows(rows, n, static_cast<std::uint64_t>(RowKind::Count)); // row i is of kind i
        for (const SimdLevel level : test::simdLevels()) {
            const auto once = encode(*format, level, values, nullptr, rows, n);
            const auto decoded = decode(*format, once, values.size());
            const auto twice = decode(*format, encode(*format, level, decoded, nullptr, rows, n), values.size());
            for (std::size_t i = 0; i < twice.size(); ++i) ASSERT_EQ(twice[i], decoded[i]) << name << " value " << i;
        }
    }
}

TEST(Encode, ZerosStayZeros)
{
    for (const Format* format : written())
        for (const bool weighted : weightings(*format)) {
            const std::vector<float> values(1024, 0.0f);
            const auto importance = makeImportance(1024, 4);
            const auto blocks = encode(*format, detectSimdLevel(), values, weighted ? importance.data() : nullptr, 1, 1024);
            for (const float value : decode(*format, blocks, 1024)) ASSERT_EQ(value, 0.0f) << format->name;
        }
}

// The largest numbers, the smallest ones, both together, with importances of any size: what is read back are numbers.
TEST(Encode, ExtremeValuesStayNumbers)
{
    constexpr float largest = std::numeric_limits<float>::max(), smallest = std::numeric_limits<float>::denorm_min();
    const std::int64_t n = 256;
    std::vector<float> values;
    std::int64_t rows = 0;
    for (const float a : {largest, 1e30f, 1e20f, 70000.0f, 1e-30f, 1e-38f, smallest})
        for (const float b : {-largest, -1e19f, 0.0f, 1e-15f, smallest}) {
            for (int i = 0; i < n; ++i) values.push_back(i % 7 == 3 ? a : i % 2 ? b : static_cast<float>(i % 5) * 0.25f * b);
            ++rows;
        }
    std::vector<std::vector<float>> importances;
    for (const float a : {0.0f, 1e30f, 1e-38f}) {
        std::vector<float> importance(static_cast<std::size_t>(n), a);
        importances.push_back(importance);
        for (std::size_t i = 0; i < importance.size(); i += 3) importance[i] = 1.0f;
        importances.push_back(importance);
    }
    for (const Format* format : written()) {
        if (!format->quantized) continue; // F16 knows infinity
        for (const bool weighted : weightings(*format))
            for (std::size_t k = 0; k < (weighted ? importances.size() : 1); ++k) {
                const float* weights = weighted ? importances[k].data() : nullptr;
                const auto plain = encode(*format, SimdLevel::Plain, values, weights, rows, n);
                const auto decoded = decode(*format, plain, values.size());
                for (std::size_t i = 0; i < decoded.size(); ++i)
                    ASSERT_TRUE(std::isfinite(decoded[i])) << format->name << " value " << i << " importance " << k;
                for (const SimdLevel level : test::simdLevels())
                    ASSERT_EQ(encode(*format, level, values, weights, rows, n), plain)
                        << format->name << ' ' << toString(level) << " importance " << k;
            }
    }
}

// Columns that no text ever reached have importance 0; where a whole group has none, it is encoded as if there were no importances.
TEST(Encode, GroupsWithoutImportanceAreNotLost)
{
    const std::int64_t n = 1024;
    std::mt19937_64 random(11);
    std::vector<float> values(static_cast<std::size_t>(n));
    fillRow(values.data(), n, RowKind::Normal, random);
    const std::vector<float> importance(static_cast<std::size_t>(n), 0.0f);
    for (const char* name : {"q4_0", "q4_1", "q5_0", "q5_1", "q2_K", "q3_K", "q4_K", "q5_K", "q6_K", "iq4_nl", "iq4_xs"}) {
        const Format* format = findFormat(name);
        const auto blocks = encode(*format, detectSimdLevel(), values, importance.data(), 1, n);
        const double limit = 2.5 * std::exp2(-8.0 * format->blockBytes / format->blockSize);
        EXPECT_LE(relativeError(values, decode(*format, blocks, values.size())), limit) << name;
    }
}

TEST(Encode, ImportantValuesAreKeptBetter)
{
    const std::int64_t rows = 8, n = 1024;
    std::mt19937_64 random(13);
    std::vector<float> values(static_cast<std::size_t>(rows * n));
    for (std::int64_t row = 0; row < rows; ++row) fillRow(values.data() + row * n, n, RowKind::Normal, random);
    const auto importance = makeImportance(n, 17);
    for (const Format* format : written()) {
        if (!format->usesImportance || format->needsImportance) continue;
        const auto error = [&](const float* weights) {
            const auto decoded = decode(*format, encode(*format, detectSimdLevel(), values, weights, rows, n), values.size());
            double sum = 0;
            for (std::size_t i = 0; i < values.size(); ++i)
                sum += importance[i % static_cast<std::size_t>(n)] * std::pow(static_cast<double>(decoded[i]) - values[i], 2);
            return sum;
        };
        EXPECT_LT(error(importance.data()), error(nullptr)) << format->name;
    }
}

} // namespace
} // namespace corral::quant
