// Complete runs against the reference's: keys in order, tensors in order, and where our encoders take the reference's choices (all but those
// named below) every byte.
#include "core/quantize/write.h"

#include "tests/core/quantize/memory_source.h"
#include "tests/support/golden.h"
#include "tests/support/sha256.h"

#include <gtest/gtest.h>

#include <format>
#include <map>
#include <set>

namespace corral::quantize {
namespace {

// Types whose encoders search in another order than the reference and so write other bytes (golden/quant judges their error).
const std::set<std::string_view> kOwnSearch = {"iq1_m", "iq1_s", "iq2_s", "iq2_xs", "iq2_xxs", "iq3_s", "iq3_xxs"};

Imatrix importances(const nlohmann::ordered_json& runs)
{
    const auto values = test::readArray<float>(test::sharedPath("golden/mixes/imatrix.f32.bin"));
    Imatrix imatrix;
    for (const auto& entry : runs["imatrix"]) {
        const auto begin = values.begin() + entry["offset"].get<std::ptrdiff_t>();
        imatrix.set(entry["tensor"], {.sumSquares = {begin, begin + entry["count"].get<std::ptrdiff_t>()}, .counts = {1}});
    }
    return imatrix;
}

TEST(RealRunsGolden, EveryTargetWithAndWithoutImportances)
{
    CORRAL_NEEDS_SHARED("golden/mixes");
    const auto runs = test::readJson(test::sharedPath("golden/mixes/real_runs.json"));
    const auto imatrix = importances(runs);
    const auto input = gguf::File::open(test::sharedPath("golden/models/" + runs["input"].get<std::string>()));
    ASSERT_TRUE(input);
    const GgufSource source(*input);
    const test::TempDir dir;
    int done = 0, refused = 0, wholeFiles = 0;
    std::map<std::string_view, std::pair<int, int>> same; // type → {tensors with the reference's bytes, all}
    for (const auto& [name, modes] : runs["targets"].items()) {
        for (const auto& [mode, run] : modes.items()) {
            const std::string what = name + " " + mode;
            const Imatrix* used = mode == "imatrix" ? &imatrix : nullptr;
            const auto plan = makePlan(source, *findTarget(name), {.imatrix = used});
            ASSERT_TRUE(plan) << what << ": " << plan.error().message;
            const auto output = dir / (name + "." + mode + ".gguf");
            Job job;
            const auto report = write(source, *plan, used, {.output = output, .threads = 2}, job);
            if (run.contains("refused")) {
                EXPECT_FALSE(report) << what << " needs importances";
                EXPECT_FALSE(std::filesystem::exists(output));
                ++refused;
                continue;
            }
            ASSERT_TRUE(report) << what << ": " << report.error().message;
            const auto file = gguf::File::open(output);
            ASSERT_TRUE(file) << what << ": " << file.error().message;
            std::vector<std::string> keys;
            for (const auto& [key, value] : (*file)->keys()) keys.push_back(key);
            EXPECT_EQ(keys, run["keys"].get<std::vector<std::string>>()) << what;
            EXPECT_EQ((*file)->getInt("general.file_type").value(), run["file_type"].get<int>()) << what;
            EXPECT_EQ((*file)->getInt("general.quantization_version").value(), run["quantization_version"].get<int>()) << what;
            const auto bytes = test::readBytes(output);
            EXPECT_EQ(bytes.size(), run["file_bytes"].get<std::size_t>()) << what;
            ASSERT_EQ((*file)->tensors().size(), run["tensors"].size()) << what;
            bool identical = true;
            for (std::size_t i = 0; i < run["tensors"].size(); ++i) {
                const gguf::TensorInfo& tensor = (*file)->tensors()[i];
                const auto& expected = run["tensors"][i];
                EXPECT_EQ(tensor.name, expected[0].get<std::string>()) << what;
                EXPECT_EQ(tensor.type, expected[1].get<std::uint32_t>()) << what << " " << tensor.name;
                const std::string_view type = quant::findFormat(tensor.type)->name;
                const bool equal = test::sha256((*file)->data(tensor)).substr(0, 16) == expected[2].get<std::string>();
                EXPECT_TRUE(equal || kOwnSearch.contains(type)) << what << " " << tensor.name << " as " << type;
                identical = identical && equal;
                same[type].first += equal;
                ++same[type].second;
            }
            if (identical) {
                EXPECT_EQ(test::sha256(bytes), run["sha256"].get<std::string>()) << what << ": every tensor is the reference's, the file is not";
                ++wholeFiles;
            }
            ++done;
        }
    }
    for (const auto& [type, counts] : same) RecordProperty(std::string(type), std::format("{} of {} tensors identical", counts.first, counts.second));
    RecordProperty("whole files", wholeFiles);
    EXPECT_EQ(done, 61);
    EXPECT_EQ(done + refused, 35 * 2);
}

} // namespace
} // namespace corral::quantize
