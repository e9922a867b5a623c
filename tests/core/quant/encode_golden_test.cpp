// Encoders against the recorded rows (golden/quant/README.md): no row may have a larger error than recorded, and the bytes are the
// recorded ones. The lattice types, which need not have them, are in lattice_encode_test.cpp.
#include "tests/core/quant/levels.h"
#include "tests/support/golden.h"

#include <cmath>

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

// Identical bytes are reached everywhere but here: MXFP4's recorded exponents of denormals are wrapped negative numbers, with codes of 0;
// ours are 0 and keep something of the values.
bool mayDiffer(const std::string& type, const std::string& row) { return type == "MXFP4" && row.starts_with("denormals"); }

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
        ASSERT_NE(format->encodeRows, nullptr) << name;
        if (name.starts_with("IQ") && !name.starts_with("IQ4")) continue;
        for (const char* set : {"plain", "imatrix"}) {
            if (!type.contains(set) || !type[set].contains("quantized")) continue;
            const bool weighted = std::string_view(set) == "imatrix";
            const auto expected = test::readBytes(sharedPath(path(type[set]["quantized"])));
            for (const SimdLevel level : test::simdLevels()) {
                std::vector<std::byte> blocks(expected.size());
                format->encodeRowsFor(level)(input.data(), weighted ? importance.data() : nullptr, blocks.data(), rows, n);
                std::vector<float> values(input.size());
                format->decode(blocks.data(), values.data(), rows * n);
                const auto& recorded = type[set][weighted ? "weighted_rmse_per_row" : "rmse_per_row"];
                const double allowed = 1.0 + 1e-6; // the recorded figures are rounded
                const std::size_t rowBytes = format->rowBytes(n);
                for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
                    const auto what = manifest["rows"][row].get<std::string>();
                    const std::string where = name + ' ' + set + ' ' + toString(level) + " row " + std::to_string(row) + ": " + what;
                    const std::size_t at = row * static_cast<std::size_t>(n);
                    const double error = rowError(values.data() + at, input.data() + at, weighted ? importance.data() : nullptr,
                                                  static_cast<std::size_t>(n));
                    EXPECT_LE(error, recorded[row].get<double>() * allowed) << where;
                    if (mayDiffer(name, what)) continue;
                    EXPECT_EQ(std::memcmp(blocks.data() + row * rowBytes, expected.data() + row * rowBytes, rowBytes), 0) << where;
                }
                ++compared;
            }
        }
    }
    EXPECT_GT(compared, 0);
}

} // namespace
} // namespace corral::quant
