// dotRows and decode at every level against the plain loops, on generated blocks: counts, rows, alignment, the end of a mapping,
// extreme codes. The plain dot product itself is compared with decode in double precision.
#include "tests/core/quant/levels.h"

#include <cmath>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace corral::quant {
namespace {

using test::Activations;

std::vector<const Format*> computedFormats()
{
    std::vector<const Format*> formats;
    for (const Format* format : allFormats())
        if (format->dotRows) formats.push_back(format);
    return formats;
}

// The values the dot product sees: codes times scales, or the floats themselves.
std::vector<double> roundedActivations(const Format& format, const ActivationRow& row, std::int64_t n)
{
    std::vector<double> values(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (format.activation == ActivationKind::F32)
            values[at] = row.f32[i];
        else
            values[at] = static_cast<double>(row.codes[i]) * row.scales[i / (format.activation == ActivationKind::Q8x32 ? 32 : 256)];
    }
    return values;
}

// Exact product and the size its rounding errors may scale with: the sum of magnitudes of the terms the kernels add, which work with
// unsigned codes up to 256 steps away from the value, so that a step counts even where the value is 0.
struct Exact {
    double product, magnitude;
};
Exact exactProduct(const std::vector<float>& weights, const std::vector<double>& x)
{
    Exact result{};
    double largest = 0;
    for (const float w : weights) largest = std::max(largest, std::abs(static_cast<double>(w)));
    for (std::size_t i = 0; i < x.size(); ++i) {
        result.product += weights[i] * x[i];
        result.magnitude += largest * std::abs(x[i]);
    }
    return result;
}
constexpr double kFloatSum = 2e-6; // of the magnitude above: some roundings of 6e-8

void expectRows(const Format& format, SimdLevel level, const std::byte* weights, std::int64_t rows, std::int64_t n,
                const std::vector<float>& x, const std::string& where)
{
    const std::size_t rowBytes = format.rowBytes(n);
    const Activations a(format.activation, x, level);
    const auto rounded = roundedActivations(format, a.row, n);
    std::vector<float> y(static_cast<std::size_t>(rows) + 1, 12345.0f);
    format.dotRowsFor(level)(weights, rowBytes, rows, n, a.row, y.data());
    EXPECT_EQ(y.back(), 12345.0f) << "wrote past the last row";
    std::vector<float> decoded(static_cast<std::size_t>(n));
    for (std::int64_t r = 0; r < rows; ++r) {
        format.decode(weights + static_cast<std::size_t>(r) * rowBytes, decoded.data(), n);
        const Exact exact = exactProduct(decoded, rounded);
        EXPECT_NEAR(y[static_cast<std::size_t>(r)], exact.product, kFloatSum * exact.magnitude + 1e-30)
            << format.name << ' ' << toString(level) << ' ' << where << " row " << r;
    }
}

// Sizes to try: 1 to 5 of the format's blocks where that is a whole number of activation groups, odd counts for scalars, one long row.
std::vector<std::int64_t> sizes(const Format& format)
{
    if (format.blockSize == 1) return {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 129, 1000};
    std::vector<std::int64_t> result;
    for (std::int64_t blocks = 1; blocks <= 5; ++blocks) result.push_back(blocks * format.blockSize);
    for (std::int64_t blocks = 6; format.blockSize == 32 && blocks <= 9; ++blocks) result.push_back(blocks * 32);
    result.push_back(format.blockSize * (4096 / format.blockSize));
    return result;
}

TEST(DotRows, EveryLevelEqualsDecodedValuesForAllCountsAndRows)
{
    for (const Format* format : computedFormats())
        for (const SimdLevel level : test::simdLevels())
            for (const std::int64_t n : sizes(*format))
                for (std::int64_t rows = 1; rows <= 9; rows += n > 1000 ? 4 : 1) {
                    const auto blocks =
                        test::randomBlocks(*format, rows * n / format->blockSize, static_cast<std::uint64_t>(n * 16 + rows));
                    expectRows(*format, level, blocks.data(), rows, n, test::randomActivations(n, static_cast<std::uint64_t>(n)),
                               "n " + std::to_string(n) + " rows " + std::to_string(rows));
                }
}

TEST(DotRows, WeightsMayStartAnywhere)
{
    for (const Format* format : computedFormats())
        for (const SimdLevel level : test::simdLevels())
            for (std::size_t offset = 0; offset < 8; ++offset) {
                const std::int64_t n = format->blockSize == 1 ? 72 : format->blockSize * 3;
                const auto blocks = test::randomBlocks(*format, 2 * n / format->blockSize, offset);
                std::vector<std::byte> moved(blocks.size() + offset);
                std::memcpy(moved.data() + offset, blocks.data(), blocks.size());
                expectRows(*format, level, moved.data() + offset, 2, n, test::randomActivations(n, offset),
                           "offset " + std::to_string(offset));
            }
}

TEST(DotRows, ExtremeCodes)
{
    for (const Format* format : computedFormats()) {
        if (format->blockSize == 1) continue;
        const std::int64_t n = format->blockSize * 8;
        std::vector<float> alternating(static_cast<std::size_t>(n));
        for (std::size_t i = 0; i < alternating.size(); ++i) alternating[i] = i % 2 ? -1.0f : 1.0f;
        const std::vector<float> ones(alternating.size(), 1.0f), minusOnes(alternating.size(), -1.0f);
        for (const SimdLevel level : test::simdLevels())
            for (const int fill : {0x00, 0x80, 0xff, 0x7f, 0x0f, 0xf0, 0x88})
                for (const auto& x : {ones, minusOnes, alternating}) {
                    const auto blocks = test::randomBlocks(*format, 3 * n / format->blockSize, 5, fill);
                    expectRows(*format, level, blocks.data(), 3, n, x, "all bytes " + std::to_string(fill));
                }
    }
}

// A page followed by one that may not be touched.
class GuardedPages {
public:
    explicit GuardedPages(std::size_t bytes)
        : m_page(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))), m_size((bytes / m_page + 2) * m_page)
    {
        void* p = mmap(nullptr, m_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p == MAP_FAILED) return;
        m_data = static_cast<std::byte*>(p);
        mprotect(m_data + m_size - m_page, m_page, PROT_NONE);
    }
    ~GuardedPages()
    {
        if (m_data) munmap(m_data, m_size);
    }
    GuardedPages(const GuardedPages&) = delete;
    GuardedPages& operator=(const GuardedPages&) = delete;
    // The last `bytes` before the forbidden page.
    std::byte* tail(std::size_t bytes) const { return m_data ? m_data + m_size - m_page - bytes : nullptr; }

private:
    std::size_t m_page, m_size;
    std::byte* m_data = nullptr;
};

TEST(DotRows, NothingIsReadBeyondTheLastRow)
{
    for (const Format* format : computedFormats())
        for (const SimdLevel level : test::simdLevels())
            for (const std::int64_t n : sizes(*format)) {
                const auto blocks = test::randomBlocks(*format, 3 * n / format->blockSize, 9);
                const GuardedPages pages(blocks.size());
                std::byte* weights = pages.tail(blocks.size());
                ASSERT_NE(weights, nullptr);
                std::memcpy(weights, blocks.data(), blocks.size());
                expectRows(*format, level, weights, 3, n, test::randomActivations(n, 10),
                           "at the end of a mapping, n " + std::to_string(n));
            }
}

// Batches against the plain loop, one vector at a time: vectors, rows and lengths, weights that start anywhere and end before a page that may
// not be touched. The same integers are summed; only sums of floats differ.
TEST(DotBatch, EqualsThePlainLoopForAllCounts)
{
    for (const Format* format : computedFormats())
        for (const SimdLevel level : test::simdLevels()) {
            const DotBatchFn dotBatch = format->dotBatchFor(level);
            if (!dotBatch) continue;
            for (const std::int64_t n : sizes(*format)) {
                constexpr int most = kBatchTiles * kBatchVectors;
                const bool large = n > 2000;
                std::vector<std::vector<float>> x;
                std::vector<test::Activations> rounded;
                for (int v = 0; v < most; ++v) {
                    x.push_back(test::randomActivations(n, static_cast<std::uint64_t>(n + v)));
                    rounded.emplace_back(format->activation, x.back(), SimdLevel::Plain);
                }
                for (const std::int64_t rows : large ? std::vector<std::int64_t>{1, 17, 48} : std::vector<std::int64_t>{1, 2, 3, 15, 16, 17, 31, 33}) {
                    const std::size_t rowBytes = format->rowBytes(n);
                    const auto blocks = test::randomBlocks(*format, rows * n / format->blockSize, static_cast<std::uint64_t>(n * 16 + rows));
                    const GuardedPages pages(blocks.size());
                    std::byte* weights = pages.tail(blocks.size());
                    ASSERT_NE(weights, nullptr);
                    std::memcpy(weights, blocks.data(), blocks.size());
                    std::vector<std::vector<float>> expected, magnitude;
                    for (int v = 0; v < most; ++v) {
                        expected.emplace_back(static_cast<std::size_t>(rows));
                        format->dotRows(weights, rowBytes, rows, n, rounded[static_cast<std::size_t>(v)].row, expected.back().data());
                    }
                    std::vector<double> sizes(static_cast<std::size_t>(rows));
                    std::vector<float> decoded(static_cast<std::size_t>(n));
                    for (std::int64_t r = 0; r < rows; ++r) {
                        format->decode(weights + static_cast<std::size_t>(r) * rowBytes, decoded.data(), n);
                        sizes[static_cast<std::size_t>(r)] = exactProduct(decoded, std::vector<double>(static_cast<std::size_t>(n), 1.0)).magnitude;
                    }
                    for (const int vectors : large || rows > 17 ? std::vector<int>{2, 8, 9, most} : std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, most}) {
                        Batch batch(vectors);
                        std::vector<BatchPiece> tiles(static_cast<std::size_t>(batch.tileCount() * batchPieces(n)));
                        for (int t = 0; t < batch.tileCount(); ++t) {
                            const float* rowsOfTile[kBatchVectors] = {};
                            for (int v = 0; v < batch.inTile(t); ++v) rowsOfTile[v] = x[static_cast<std::size_t>(batch.firstOfTile(t) + v)].data();
                            batch.tiles[t] = tiles.data() + t * batchPieces(n);
                            packBatch(format->activation, rowsOfTile, batch.inTile(t), n, 0, batchPieces(n), tiles.data() + t * batchPieces(n));
                        }
                        std::vector<std::vector<float>> y(static_cast<std::size_t>(vectors), std::vector<float>(static_cast<std::size_t>(rows) + 1, 12345.0f));
                        std::vector<float*> out;
                        for (auto& row : y) out.push_back(row.data());
                        dotBatch(weights, rowBytes, rows, n, batch, out.data());
                        for (std::size_t v = 0; v < y.size(); ++v) {
                            ASSERT_EQ(y[v].back(), 12345.0f) << "wrote past the last row";
                            for (std::size_t r = 0; r < sizes.size(); ++r)
                                ASSERT_NEAR(y[v][r], expected[v][r], 2 * kFloatSum * sizes[r] + 1e-30)
                                    << format->name << ' ' << toString(level) << " n " << n << " rows " << rows << " row " << r << " vectors " << vectors
                                    << " vector " << v;
                        }
                    }
                }
            }
        }
}

// A vector's result is the same bits whoever is beside it, and wherever in the batch it is.
TEST(DotBatch, DoesNotDependOnTheOtherVectors)
{
    for (const Format* format : computedFormats())
        for (const SimdLevel level : test::simdLevels()) {
            const DotBatchFn dotBatch = format->dotBatchFor(level);
            if (!dotBatch) continue;
            const std::int64_t n = format->blockSize * 9 / 256 * 256 + format->blockSize * 3, rows = 21;
            const auto blocks = test::randomBlocks(*format, rows * n / format->blockSize, 3);
            const auto wanted = test::randomActivations(n, 1), other = test::randomActivations(n, 2);
            std::vector<float> first;
            for (const int vectors : {1, 2, 3, 5, 8, 9, 13, 32})
                for (const int place : {0, vectors / 2, vectors - 1}) {
                    Batch batch(vectors);
                    std::vector<BatchPiece> tiles(static_cast<std::size_t>(batch.tileCount() * batchPieces(n)));
                    for (int t = 0; t < batch.tileCount(); ++t) {
                        const float* rowsOfTile[kBatchVectors] = {};
                        for (int v = 0; v < batch.inTile(t); ++v) rowsOfTile[v] = batch.firstOfTile(t) + v == place ? wanted.data() : other.data();
                        batch.tiles[t] = tiles.data() + t * batchPieces(n);
                        packBatch(format->activation, rowsOfTile, batch.inTile(t), n, 0, batchPieces(n), tiles.data() + t * batchPieces(n));
                    }
                    std::vector<float> y(static_cast<std::size_t>(rows * vectors));
                    std::vector<float*> out;
                    for (int v = 0; v < vectors; ++v) out.push_back(y.data() + v * rows);
                    dotBatch(blocks.data(), format->rowBytes(n), rows, n, batch, out.data());
                    const std::vector<float> mine(out[static_cast<std::size_t>(place)], out[static_cast<std::size_t>(place)] + rows);
                    if (first.empty()) first = mine;
                    ASSERT_EQ(mine, first) << format->name << ' ' << toString(level) << " vectors " << vectors << " place " << place;
                }
        }
}

TEST(Decode, EveryLevelGivesTheSameBitsAndStaysInsideItsBuffers)
{
    for (const Format* format : computedFormats())
        for (const SimdLevel level : test::simdLevels())
            for (const std::int64_t n : sizes(*format)) {
                const auto blocks = test::randomBlocks(*format, n / format->blockSize, static_cast<std::uint64_t>(n));
                const GuardedPages in(blocks.size());
                const GuardedPages out(static_cast<std::size_t>(n) * sizeof(float));
                std::byte* weights = in.tail(blocks.size());
                auto* values = reinterpret_cast<float*>(out.tail(static_cast<std::size_t>(n) * sizeof(float)));
                std::memcpy(weights, blocks.data(), blocks.size());
                std::vector<float> expected(static_cast<std::size_t>(n));
                format->decode(blocks.data(), expected.data(), n);
                format->decodeFor(level)(weights, values, n);
                EXPECT_EQ(std::memcmp(values, expected.data(), expected.size() * sizeof(float)), 0)
                    << format->name << ' ' << toString(level) << " n " << n;
            }
}

} // namespace
} // namespace corral::quant
