// Every tensor type against the recorded bytes, values and products (golden/quant/README.md).
#include "tests/core/quant/levels.h"
#include "tests/support/golden.h"

#include <cmath>

namespace corral::quant {
namespace {

using test::sharedPath;

std::string path(const std::string& file) { return "golden/quant/" + file; }

// The first value whose bits differ, or -1.
std::int64_t firstDifference(const std::vector<float>& a, const std::vector<float>& b)
{
    for (std::size_t i = 0; i < a.size(); ++i)
        if (std::bit_cast<std::uint32_t>(a[i]) != std::bit_cast<std::uint32_t>(b[i])) return static_cast<std::int64_t>(i);
    return -1;
}

TEST(Golden, DecodingIsBitExactAtEveryLevel)
{
    CORRAL_NEEDS_SHARED("golden/quant/manifest.json");
    const auto manifest = test::readJson(sharedPath(path("manifest.json")));
    int compared = 0;
    for (const auto& [name, type] : manifest["types"].items()) {
        const Format* format = findFormat(name);
        ASSERT_NE(format, nullptr) << name;
        EXPECT_EQ(format->id, type["id"].get<std::uint32_t>());
        EXPECT_EQ(format->name, type["type_name"].get<std::string>());
        for (const char* set : {"plain", "imatrix", "random"}) {
            if (!type.contains(set) || !type[set].contains("quantized")) continue;
            const auto blocks = test::readBytes(sharedPath(path(type[set]["quantized"])));
            const auto expected = test::readArray<float>(sharedPath(path(type[set]["dequantized"])));
            ASSERT_EQ(format->rowBytes(static_cast<std::int64_t>(expected.size())), blocks.size()) << name << ' ' << set;
            for (const SimdLevel level : test::simdLevels()) {
                std::vector<float> values(expected.size());
                format->decodeFor(level)(blocks.data(), values.data(), static_cast<std::int64_t>(values.size()));
                const auto at = firstDifference(values, expected);
                EXPECT_EQ(at, -1) << name << ' ' << set << ' ' << toString(level) << ": " << values[static_cast<std::size_t>(at)]
                                  << " is not " << expected[static_cast<std::size_t>(at)];
                ++compared;
            }
        }
    }
    EXPECT_GE(compared, 27 * 2);
}

TEST(Golden, ProductsAreWithinTheLimits)
{
    CORRAL_NEEDS_SHARED("golden/quant/manifest.json");
    const auto manifest = test::readJson(sharedPath(path("manifest.json")));
    const auto activations = test::readArray<float>(sharedPath(path("activations.f32.bin")));
    const auto n = manifest["row_length"].get<std::int64_t>();
    for (const auto& [name, type] : manifest["types"].items()) {
        const Format* format = findFormat(name);
        ASSERT_NE(format, nullptr) << name;
        const auto& matmul = type["matmul"];
        const auto& source = type[matmul["weights_from"].get<std::string>()];
        const auto blocks = test::readBytes(sharedPath(path(source["quantized"])));
        const auto values = test::readArray<float>(sharedPath(path(source["dequantized"])));
        const auto exact = test::readArray<double>(sharedPath(path(matmul["exact"])));
        const auto& rows = matmul["weight_rows"];
        const std::size_t rowBytes = format->rowBytes(n);
        for (const SimdLevel level : test::simdLevels()) {
            double worst = 0;
            for (std::size_t m = 0; m < activations.size() / static_cast<std::size_t>(n); ++m) {
                const float* begin = activations.data() + static_cast<std::int64_t>(m) * n;
                const std::vector<float> x(begin, begin + n);
                const test::Activations a(format->activation, x, level);
                for (std::size_t r = 0; r < rows.size(); ++r) {
                    const auto row = rows[r].get<std::size_t>();
                    float y = 0;
                    format->dotRowsFor(level)(blocks.data() + row * rowBytes, rowBytes, 1, n, a.row, &y);
                    double squares = 0;
                    for (std::size_t i = 0; i < x.size(); ++i) {
                        const double term = static_cast<double>(x[i]) * values[row * x.size() + i];
                        squares += term * term;
                    }
                    worst = std::max(worst, std::abs(y - exact[m * rows.size() + r]) / std::sqrt(squares));
                }
            }
            EXPECT_LE(worst, format->dotErrorLimit) << name << ' ' << toString(level);
        }
    }
}

} // namespace
} // namespace corral::quant
