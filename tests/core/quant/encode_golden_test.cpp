// Encoders against the recorded rows (golden/quant/README.md): no row may have a larger error than recorded, and the types without a
// search give the recorded bytes.
#include "tests/core/quant/levels.h"
#include "tests/support/golden.h"

#include <cmath>
#include <set>

namespace corral::quant {
namespace {

using test::sharedPath;

std::string path(const std::string& file) { return "golden/quant/" + file; }

// Root mean square of value − input, weighted.
double rowError(const float* values, const float* input, const float* weights, std::size_t n)
{
    double sum = 0, total = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double w = weights ? weights[i] : 1.0, difference = static_cast<double>(values[i]) - input[i];
        sum += w * difference * difference;
        total += w;
    }
    return std::sqrt(sum / total);
}

// Without a search: bytes as recorded. Those of the second list search only when they are given importances.
const std::set<std::string> kExact = {"F16", "BF16", "Q8_0", "TQ1_0", "TQ2_0", "Q1_0", "Q2_0", "MXFP4", "NVFP4"};
const std::set<std::string> kExactWithoutImportance = {"Q4_0", "Q4_1", "Q5_0", "Q5_1"};

TEST(EncodeGolden, ErrorsAreAtMostTheRecordedOnes)
{
    CORRAL_NEEDS_SHARED("golden/quant/manifest.json");
    const auto manifest = test::readJson(sharedPath(path("manifest.json")));
    const auto input = test::readArray<float>(sharedPath(path("input.f32.bin")));
    const auto importance = test::readArray<float>(sharedPath(path("imatrix.f32.bin")));
    const auto n = manifest["row_length"].get<std::int64_t>();
    const auto rows = manifest["n_rows"].get<std::int64_t>();
    int compared = 0;
    for (const auto& [name, type] : manifest["types"].items()) {
        const Format* format = findFormat(name);
        ASSERT_NE(format, nullptr) << name;
        if (!format->encodeRows) continue;
        const bool lattice = name.starts_with("IQ") && !name.starts_with("IQ4");
        if (lattice) continue; // encode_lattice_test.cpp
        for (const char* set : {"plain", "imatrix"}) {
            if (!type.contains(set) || !type[set].contains("quantized")) continue;
            const bool weighted = std::string_view(set) == "imatrix";
            const auto expected = test::readBytes(sharedPath(path(type[set]["quantized"])));
            for (const SimdLevel level : test::simdLevels()) {
                std::vector<std::byte> blocks(expected.size());
                format->encodeRowsFor(level)(input.data(), weighted ? importance.data() : nullptr, blocks.data(), rows, n);
                std::size_t same = 0, total = 0;
                for (std::size_t at = 0; at < blocks.size(); at += static_cast<std::size_t>(format->blockBytes), ++total)
                    same += std::memcmp(blocks.data() + at, expected.data() + at, static_cast<std::size_t>(format->blockBytes)) == 0;
                if (kExact.contains(name) || (!weighted && kExactWithoutImportance.contains(name))) {
                    EXPECT_EQ(same, total) << name << ' ' << set << ' ' << toString(level);
                }
                if (level == test::simdLevels().back())
                    std::printf("%-8s %-8s %5zu of %5zu blocks identical\n", name.c_str(), set, same, total);
                std::vector<float> values(input.size());
                format->decode(blocks.data(), values.data(), rows * n);
                const auto& recorded = type[set][weighted ? "weighted_rmse_per_row" : "rmse_per_row"];
                const double allowed = name.starts_with("IQ") ? 1.01 : 1.0 + 1e-6; // the recorded figures are rounded
                for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
                    const std::size_t at = row * static_cast<std::size_t>(n);
                    const double error = rowError(values.data() + at, input.data() + at, weighted ? importance.data() : nullptr,
                                                  static_cast<std::size_t>(n));
                    EXPECT_LE(error, recorded[row].get<double>() * allowed)
                        << name << ' ' << set << ' ' << toString(level) << " row " << row << ": "
                        << manifest["rows"][row].get<std::string>();
                }
                ++compared;
            }
        }
    }
    EXPECT_GT(compared, 0);
}

} // namespace
} // namespace corral::quant
