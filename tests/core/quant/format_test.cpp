// The table of tensor types: ids, names, sizes (facts/tensor-types.md § 1), and the codebooks.
#include "core/quant/codebook.h"
#include "core/quant/format.h"
#include "tests/support/golden.h"

#include <set>

namespace corral::quant {
namespace {

struct Row {
    std::uint32_t id;
    std::string_view name;
    int values, bytes;
};
constexpr Row kTable[] = {
    {0, "f32", 1, 4},        {1, "f16", 1, 2},         {2, "q4_0", 32, 18},    {3, "q4_1", 32, 20},    {6, "q5_0", 32, 22},
    {7, "q5_1", 32, 24},     {8, "q8_0", 32, 34},      {9, "q8_1", 32, 36},    {10, "q2_K", 256, 84},  {11, "q3_K", 256, 110},
    {12, "q4_K", 256, 144},  {13, "q5_K", 256, 176},   {14, "q6_K", 256, 210}, {15, "q8_K", 256, 292}, {16, "iq2_xxs", 256, 66},
    {17, "iq2_xs", 256, 74}, {18, "iq3_xxs", 256, 98}, {19, "iq1_s", 256, 50}, {20, "iq4_nl", 32, 18}, {21, "iq3_s", 256, 110},
    {22, "iq2_s", 256, 82},  {23, "iq4_xs", 256, 136}, {24, "i8", 1, 1},       {25, "i16", 1, 2},      {26, "i32", 1, 4},
    {27, "i64", 1, 8},       {28, "f64", 1, 8},        {29, "iq1_m", 256, 56}, {30, "bf16", 1, 2},     {34, "tq1_0", 256, 54},
    {35, "tq2_0", 256, 66},  {39, "mxfp4", 32, 17},    {40, "nvfp4", 64, 36},  {41, "q1_0", 128, 18},  {42, "q2_0", 64, 18},
};

TEST(Formats, TableIsTheFactSheets)
{
    EXPECT_EQ(allFormats().size(), std::size(kTable));
    for (const Row& row : kTable) {
        const Format* format = findFormat(row.id);
        ASSERT_NE(format, nullptr) << row.name;
        EXPECT_EQ(format->id, row.id);
        EXPECT_EQ(format->name, row.name);
        EXPECT_EQ(format->blockSize, row.values) << row.name;
        EXPECT_EQ(format->blockBytes, row.bytes) << row.name;
        EXPECT_EQ(format->quantized, row.values > 1) << row.name;
        EXPECT_EQ(findFormat(row.name), format);
        EXPECT_EQ(format->rowBytes(1024), static_cast<std::size_t>(1024 / row.values * row.bytes));
    }
}

TEST(Formats, RetiredAndUnknownIdsAreNotFound)
{
    for (const std::uint32_t id : {4u, 5u, 31u, 32u, 33u, 36u, 37u, 38u, 43u, 44u, 1000u, 0xffffffffu})
        EXPECT_EQ(findFormat(id), nullptr) << id;
    for (const std::string_view name : {"", "q4", "q4_K_M", "q4_k ", "iq"}) EXPECT_EQ(findFormat(name), nullptr) << name;
}

TEST(Formats, NamesIgnoreCase)
{
    EXPECT_EQ(findFormat("Q4_k"), findFormat(12));
    EXPECT_EQ(findFormat("IQ2_XXS"), findFormat(16));
    EXPECT_EQ(findFormat("Bf16"), findFormat(30));
}

TEST(Formats, TypesThatHoldNumbersCanBeUsed)
{
    for (const Format* format : allFormats()) {
        const bool storageOnly = format->id >= 24 && format->id <= 28;
        EXPECT_EQ(format->decode == nullptr, storageOnly) << format->name;
        EXPECT_EQ(format->dotRows == nullptr, storageOnly) << format->name;
        EXPECT_EQ(format->dotErrorLimit > 0, !storageOnly) << format->name;
        EXPECT_EQ(format->decodeFor(SimdLevel::Plain), format->decode);
        EXPECT_EQ(format->dotRowsFor(SimdLevel::Plain), format->dotRows);
    }
}

template <class Word, std::size_t Size> void expectGrid(const std::array<Word, Size>& grid, const nlohmann::ordered_json& recorded)
{
    ASSERT_EQ(recorded.size(), Size);
    for (std::size_t i = 0; i < Size; ++i)
        for (std::size_t j = 0; j < sizeof(Word); ++j)
            ASSERT_EQ(static_cast<std::int8_t>(grid[i] >> (8 * j)), recorded[i][j].get<int>()) << "entry " << i << " value " << j;
}

TEST(Codebook, IsTheRecordedOne)
{
    CORRAL_NEEDS_SHARED("golden/quant/tables.json");
    const auto tables = test::readJson(test::sharedPath("golden/quant/tables.json"));
    expectGrid(kGridIq2xxs, tables["iq2xxs_grid"]);
    expectGrid(kGridIq2xs, tables["iq2xs_grid"]);
    expectGrid(kGridIq2s, tables["iq2s_grid"]);
    expectGrid(kGridIq3xxs, tables["iq3xxs_grid"]);
    expectGrid(kGridIq3s, tables["iq3s_grid"]);
    expectGrid(kGridIq1, tables["iq1s_grid"]);
    for (std::size_t i = 0; i < 16; ++i) {
        EXPECT_EQ(kValuesIq4[i], tables["kvalues_iq4nl"][i].get<int>());
        EXPECT_EQ(kValuesFp4[i], tables["kvalues_fp4_e2m1_times2"][i].get<int>());
    }
}

TEST(Codebook, GridEntriesDiffer)
{
    EXPECT_EQ(std::set(kGridIq2s.begin(), kGridIq2s.end()).size(), kGridIq2s.size());
    EXPECT_EQ(std::set(kGridIq3s.begin(), kGridIq3s.end()).size(), kGridIq3s.size());
    EXPECT_EQ(std::set(kGridIq1.begin(), kGridIq1.end()).size(), kGridIq1.size());
}

} // namespace
} // namespace corral::quant
