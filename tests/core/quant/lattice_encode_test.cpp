// The encoders of the lattice types (IQ1, IQ2, IQ3): errors against those of the reference and of a simple search, edges, levels.
#include "core/base/float16.h"
#include "core/quant/codebook.h"
#include "tests/core/quant/levels.h"
#include "tests/support/golden.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace corral::quant {
namespace {

constexpr const char* kTypes[] = {"iq1_s", "iq1_m", "iq2_xxs", "iq2_xs", "iq2_s", "iq3_xxs", "iq3_s"};

std::vector<std::byte> encode(const Format& format, SimdLevel level, const std::vector<float>& values, const std::vector<float>* importance,
                              std::int64_t n)
{
    const std::int64_t rows = static_cast<std::int64_t>(values.size()) / n;
    std::vector<std::byte> blocks(static_cast<std::size_t>(rows) * format.rowBytes(n));
    format.encodeRowsFor(level)(values.data(), importance ? importance->data() : nullptr, blocks.data(), rows, n);
    return blocks;
}

std::vector<float> decode(const Format& format, const std::vector<std::byte>& blocks)
{
    std::vector<float> values(blocks.size() / static_cast<std::size_t>(format.blockBytes) * static_cast<std::size_t>(format.blockSize));
    format.decode(blocks.data(), values.data(), static_cast<std::int64_t>(values.size()));
    return values;
}

// Weighted root mean square of the differences of n values.
double rmse(const float* a, const float* b, const float* weights, std::int64_t n)
{
    double sum = 0, total = 0;
    for (std::int64_t i = 0; i < n; ++i) {
        const double w = weights ? weights[i] : 1, difference = static_cast<double>(a[i]) - b[i];
        sum += w * difference * difference;
        total += w;
    }
    return std::sqrt(sum / total);
}

std::vector<float> normals(std::size_t count, float deviation, std::uint64_t seed)
{
    std::vector<float> values = test::randomActivations(static_cast<std::int64_t>(count), seed);
    for (float& value : values) value *= deviation;
    return values;
}

std::vector<float> importances(std::size_t count, std::uint64_t seed)
{
    std::vector<float> values = test::randomActivations(static_cast<std::int64_t>(count), seed);
    for (float& value : values) value = std::exp(value);
    return values;
}

TEST(LatticeEncode, ErrorsAreAtMostTheReferences)
{
    CORRAL_NEEDS_SHARED("golden/quant/manifest.json");
    const auto at = [](const std::string& file) { return test::sharedPath("golden/quant/" + file); };
    const auto manifest = test::readJson(at("manifest.json"));
    const auto input = test::readArray<float>(at("input.f32.bin"));
    const auto importance = test::readArray<float>(at("imatrix.f32.bin"));
    const auto n = manifest["row_length"].get<std::int64_t>();
    int compared = 0;
    for (const char* name : kTypes) {
        const Format* format = findFormat(name);
        for (const auto& [key, type] : manifest["types"].items()) {
            if (type["type_name"] != name) continue;
            for (const bool weighted : {false, true}) {
                const char* set = weighted ? "imatrix" : "plain";
                if (!type.contains(set)) continue;
                const auto recorded = type[set]["weighted_rmse_per_row"].get<std::vector<double>>();
                for (const SimdLevel level : test::simdLevels()) {
                    const auto values = decode(*format, encode(*format, level, input, weighted ? &importance : nullptr, n));
                    for (std::size_t row = 0; row < recorded.size(); ++row, ++compared) {
                        const std::int64_t first = static_cast<std::int64_t>(row) * n;
                        const double error = rmse(values.data() + first, input.data() + first, weighted ? importance.data() : nullptr, n);
                        // 1e-9: the manifest's own rounding where the row becomes zeros in both
                        EXPECT_LE(error, recorded[row] * (1 + 1e-9)) << name << ' ' << set << ' ' << toString(level) << " row " << row;
                    }
                }
            }
        }
    }
    EXPECT_GE(compared, 11 * 16);
}

TEST(LatticeEncode, ErrorsOfRandomRows)
{
    // Relative errors of normally distributed values, measured with this search plus 3 %; the reference's are 5 to 10 % larger.
    const std::pair<const char*, double> limits[] = {{"iq1_s", 0.51},  {"iq1_m", 0.45},   {"iq2_xxs", 0.36}, {"iq2_xs", 0.30},
                                                     {"iq2_s", 0.265}, {"iq3_xxs", 0.192}, {"iq3_s", 0.145}};
    const std::int64_t n = 1536;
    const auto values = normals(static_cast<std::size_t>(n) * 8, 0.03f, 5);
    for (const auto& [name, limit] : limits) {
        const Format* format = findFormat(name);
        const auto decoded = decode(*format, encode(*format, simdLevel(), values, nullptr, n));
        const std::vector<float> zeros(values.size());
        const auto count = static_cast<std::int64_t>(values.size());
        EXPECT_LE(rmse(decoded.data(), values.data(), nullptr, count) / rmse(zeros.data(), values.data(), nullptr, count), limit) << name;
    }
}

TEST(LatticeEncode, ImportantValuesAreNearer)
{
    const std::int64_t n = 512;
    const auto values = normals(static_cast<std::size_t>(n) * 8, 1.0f, 6);
    const auto weights = importances(static_cast<std::size_t>(n), 7);
    for (const char* name : kTypes) {
        const Format* format = findFormat(name);
        EXPECT_TRUE(format->usesImportance) << name;
        const auto with = decode(*format, encode(*format, simdLevel(), values, &weights, n));
        const auto without = decode(*format, encode(*format, simdLevel(), values, nullptr, n));
        double sumWith = 0, sumWithout = 0;
        for (std::int64_t row = 0; row < 8; ++row) {
            sumWith += rmse(with.data() + row * n, values.data() + row * n, weights.data(), n);
            sumWithout += rmse(without.data() + row * n, values.data() + row * n, weights.data(), n);
        }
        EXPECT_LT(sumWith, sumWithout * 0.97) << name;
    }
}

// What a decoder gives is on the lattice: encoding it again loses little.
TEST(LatticeEncode, ValuesOfTheLatticeComeBack)
{
    for (const char* name : {"iq2_xxs", "iq2_xs", "iq2_s", "iq3_xxs", "iq3_s"}) {
        const Format* format = findFormat(name);
        const auto blocks = test::randomBlocks(*format, 8, 11);
        const auto values = decode(*format, blocks);
        const auto again = decode(*format, encode(*format, simdLevel(), values, nullptr, 256));
        const std::vector<float> zeros(values.size());
        const auto count = static_cast<std::int64_t>(values.size());
        EXPECT_LE(rmse(again.data(), values.data(), nullptr, count), 0.12 * rmse(zeros.data(), values.data(), nullptr, count)) << name;
    }
}

// Whatever scales were chosen, every grid point is the nearest one for them: compared with a loop over the codebook.
template <class Word, std::size_t count>
void expectNearestPoints(const char* name, const std::array<Word, count>& codebook, int group, float (*scaleOf)(const std::uint8_t*, int))
{
    constexpr int width = sizeof(Word);
    const Format* format = findFormat(name);
    const auto values = normals(2048, 0.1f, 31);
    const auto blocks = encode(*format, simdLevel(), values, nullptr, 2048);
    const auto decoded = decode(*format, blocks);
    double chosen = 0, possible = 0;
    for (std::size_t first = 0; first < values.size(); first += width) {
        const std::size_t block = first / 256;
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(blocks.data()) + block * static_cast<std::size_t>(format->blockBytes);
        const double scale = static_cast<double>(scaleOf(bytes, static_cast<int>(first % 256) / group));
        double squares = 0;
        for (std::size_t i = block * 256; i < (block + 1) * 256; ++i) squares += static_cast<double>(values[i]) * values[i] / 256;
        double lowest = std::numeric_limits<double>::max(), mine = 0;
        for (const Word point : codebook) {
            double error = 0;
            for (int j = 0; j < width; ++j) {
                const double x = std::abs(static_cast<double>(values[first + static_cast<std::size_t>(j)]));
                const double difference = scale * static_cast<double>(point >> (8 * j) & 255) - x;
                error += (squares + x * x) * difference * difference;
            }
            lowest = std::min(lowest, error);
        }
        for (std::size_t i = first; i < first + width; ++i) {
            const double x = values[i], difference = decoded[i] - x;
            mine += (squares + x * x) * difference * difference;
        }
        EXPECT_LE(mine, lowest * 1.001 + 1e-12) << name << " value " << first;
        chosen += mine;
        possible += lowest;
    }
    EXPECT_LE(chosen, possible * 1.0001) << name;
}

TEST(LatticeEncode, PointsAreTheNearest)
{
    expectNearestPoints("iq3_s", kGridIq3s, 32, [](const std::uint8_t* p, int g) {
        return halfToFloat(loadAs<std::uint16_t>(p)) * static_cast<float>(1 + 2 * (p[106 + g / 2] >> (4 * (g % 2)) & 15));
    });
    expectNearestPoints("iq2_s", kGridIq2s, 16, [](const std::uint8_t* p, int g) {
        return halfToFloat(loadAs<std::uint16_t>(p)) * (0.5f + static_cast<float>(p[74 + g / 2] >> (4 * (g % 2)) & 15)) * 0.25f;
    });
}

TEST(LatticeEncode, LevelsAndGatheringDoNotMatter)
{
    const std::int64_t n = 768, rows = 5; // an odd number of super-blocks
    std::vector<float> values = normals(static_cast<std::size_t>(n * rows), 0.05f, 21);
    for (std::size_t i = 0; i < 256; ++i) values[i] = 0;
    values[300] = 40;
    for (std::size_t i = 768; i < 1536; ++i) values[i] *= 1e-5f;
    auto weights = importances(static_cast<std::size_t>(n), 22);
    std::fill(weights.begin() + 256, weights.begin() + 512, 0.0f); // beside super-blocks with importances one without
    for (const char* name : kTypes) {
        const Format* format = findFormat(name);
        for (const std::vector<float>* importance : std::initializer_list<const std::vector<float>*>{nullptr, &weights}) {
            const auto reference = encode(*format, SimdLevel::Plain, values, importance, n);
            for (const SimdLevel level : test::simdLevels()) {
                EXPECT_EQ(encode(*format, level, values, importance, n), reference) << name << ' ' << toString(level);
                std::vector<std::byte> single;
                for (std::int64_t row = 0; row < rows; ++row) {
                    const std::vector<float> one(values.begin() + row * n, values.begin() + (row + 1) * n);
                    const auto bytes = encode(*format, level, one, importance, n);
                    single.insert(single.end(), bytes.begin(), bytes.end());
                }
                EXPECT_EQ(single, reference) << name << ' ' << toString(level);
            }
        }
    }
}

TEST(LatticeEncode, EdgesStayFinite)
{
    const float most = std::numeric_limits<float>::max();
    const float least = std::numeric_limits<float>::denorm_min();
    const std::int64_t n = 256;
    std::vector<std::vector<float>> rows;
    for (const float value : {0.0f, -0.0f, 1.0f, -0.37f, most, -most, least, -least, 1e-20f, 1e-38f, 65504.0f, 1e6f})
        rows.emplace_back(static_cast<std::size_t>(n), value);
    rows.emplace_back(static_cast<std::size_t>(n), 0.0f)[17] = -3;
    rows.push_back(normals(static_cast<std::size_t>(n), 1e-3f, 3));
    rows.back()[200] = most;
    rows.push_back(normals(static_cast<std::size_t>(n), 1e30f, 4));
    std::vector<std::vector<float>> weights(5, std::vector<float>(static_cast<std::size_t>(n), 0.0f)); // the first: nothing is important
    weights[1][100] = 1;
    std::ranges::fill(weights[2], 1e-38f);
    std::ranges::fill(weights[3], most);
    weights[4] = importances(static_cast<std::size_t>(n), 8);
    for (const char* name : kTypes) {
        const Format* format = findFormat(name);
        for (const SimdLevel level : test::simdLevels()) {
            for (std::size_t r = 0; r < rows.size(); ++r) {
                const std::vector<float> zeros(rows[r].size());
                for (std::size_t w = 0; w <= weights.size(); ++w) {
                    const auto values = decode(*format, encode(*format, level, rows[r], w < weights.size() ? &weights[w] : nullptr, n));
                    for (const float value : values) ASSERT_TRUE(std::isfinite(value)) << name << " row " << r << " weights " << w;
                    if (w != 1) { // with one important value the others may be anything
                        EXPECT_LE(rmse(values.data(), rows[r].data(), nullptr, n), 1.2 * rmse(zeros.data(), rows[r].data(), nullptr, n))
                            << name << " row " << r << " weights " << w;
                    }
                }
            }
        }
    }
}

TEST(LatticeEncode, ConstantRowsAreNearlyExact)
{
    for (const char* name : {"iq2_xs", "iq2_s", "iq1_s", "iq1_m"}) { // whose grids hold the point of eight equal levels
        const Format* format = findFormat(name);
        for (const float value : {1.0f, 0.25f, 3e-3f}) {
            const std::vector<float> row(512, value);
            for (const float decoded : decode(*format, encode(*format, simdLevel(), row, nullptr, 512)))
                EXPECT_NEAR(decoded, value, 2e-3f * value) << name;
        }
    }
}

} // namespace
} // namespace corral::quant
