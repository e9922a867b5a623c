// Every type of every tensor for every target, against the reference's dry runs.
#include "core/quantize/plan.h"

#include "tests/core/quantize/memory_source.h"
#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <format>
#include <fstream>

namespace corral::quantize {
namespace {

using Json = nlohmann::ordered_json;

gguf::Value valueOf(const Json& value)
{
    if (value.is_string()) return gguf::string(value);
    if (value.is_boolean()) return gguf::boolean(value);
    if (value.is_number_float()) return gguf::f32(value);
    return gguf::u32(value);
}

std::unique_ptr<Source> sourceOf(const Json& model)
{
    const std::string architecture = model["architecture"];
    auto source = std::make_unique<MemorySource>(architecture);
    for (const auto& [key, value] : model["hparams"].items()) source->key(architecture + "." + key, valueOf(value));
    for (const auto& tensor : model["tensors"]) source->tensor(tensor[0], tensor[1].get<std::vector<std::uint64_t>>(), tensor[2]);
    return source;
}

// The header file, made as long as the model by a hole.
std::unique_ptr<Source> openHead(const Json& model, const std::filesystem::path& copy)
{
    std::filesystem::copy_file(test::sharedPath("golden/mixes/" + model["head"].get<std::string>()), copy);
    std::filesystem::permissions(copy, std::filesystem::perms::owner_all);
    std::filesystem::resize_file(copy, model["full_size"].get<std::uint64_t>());
    const auto file = gguf::File::open(copy);
    if (!file) throw std::runtime_error(file.error().message);
    return std::make_unique<GgufSource>(*file);
}

// Importances for every tensor.
Imatrix importancesOf(const Source& source)
{
    Imatrix imatrix;
    for (const SourceTensor& tensor : source.tensors())
        imatrix.set(tensor.name, {.sumSquares = std::vector<float>(tensor.shape[0] * tensor.shape[2], 1.0f),
                                  .counts = std::vector<float>(tensor.shape[2], 1.0f)});
    return imatrix;
}

void compare(const Source& source, const Json& model, const Json& types, const std::string& where, int& compared)
{
    const Imatrix imatrix = importancesOf(source);
    for (const auto& [name, runs] : model["targets"].items()) {
        const Target* target = findTarget(name);
        ASSERT_TRUE(target) << name;
        for (const bool weighted : {false, true}) {
            const Json& run = weighted && runs["imatrix"].is_object() ? runs["imatrix"] : runs["plain"];
            PlanOptions options;
            if (weighted) options.imatrix = &imatrix;
            const auto plan = makePlan(source, *target, options);
            const std::string what = where + " as " + name + (weighted ? " with importances" : "");
            ++compared;
            if (run.contains("refused")) {
                ASSERT_FALSE(plan) << what;
                EXPECT_EQ(plan.error().code, ErrorCode::Unsupported) << what;
                EXPECT_TRUE(plan.error().message.contains(run["refused"].get<std::string>())) << what << ": " << plan.error().message;
                continue;
            }
            ASSERT_TRUE(plan) << what << ": " << plan.error().message;
            ASSERT_EQ(plan->tensors.size(), model["tensors"].size()) << what;
            for (std::size_t i = 0; i < plan->tensors.size(); ++i) {
                EXPECT_EQ(plan->tensors[i].name, model["tensors"][i][0].get<std::string>()) << what;
                EXPECT_EQ(plan->tensors[i].type, run["types"][i].get<std::uint32_t>()) << what << ": " << plan->tensors[i].name;
            }
            EXPECT_EQ(plan->bytes, run["tensor_bytes"].get<std::uint64_t>()) << what;
            EXPECT_EQ(std::format("{:.2f}", static_cast<double>(plan->bytes) / 1024 / 1024), std::format("{:.2f}", run["printed_mib"].get<double>())) << what;
            EXPECT_EQ(std::format("{:.2f}", plan->bitsPerWeight()), std::format("{:.2f}", run["printed_bpw"].get<double>())) << what;
            EXPECT_EQ(plan->missingImportance.has_value(), !weighted && runs["plain"]["needs_imatrix"].get<bool>()) << what;
            EXPECT_EQ(std::ranges::any_of(plan->tensors, &PlannedTensor::needsImportance), runs["plain"]["needs_imatrix"].get<bool>()) << what;
        }
    }
    for (const auto& [name, id] : types.items()) EXPECT_TRUE(quant::findFormat(id.get<std::uint32_t>()) && quant::findFormat(id.get<std::uint32_t>())->name == name) << name;
}

TEST(MixesGolden, EveryModelEveryTarget)
{
    CORRAL_NEEDS_SHARED("golden/mixes");
    const auto mixes = test::readJson(test::sharedPath("golden/mixes/mixes.json"));
    int compared = 0;
    for (const auto& [name, model] : mixes["models"].items()) compare(*sourceOf(model), model, mixes["type_ids"], name, compared);
    EXPECT_EQ(compared, 10 * 35 * 2);
}

TEST(MixesGolden, HeaderFilesGiveTheSame)
{
    CORRAL_NEEDS_SHARED("golden/mixes");
    const auto mixes = test::readJson(test::sharedPath("golden/mixes/mixes.json"));
    const test::TempDir dir;
    int compared = 0;
    for (const auto& [name, model] : mixes["models"].items()) {
        const auto source = openHead(model, dir / (name + ".gguf"));
        ASSERT_NO_FATAL_FAILURE(compare(*source, model, mixes["type_ids"], name, compared));
    }
    EXPECT_EQ(compared, 10 * 35 * 2);
}

TEST(MixesGolden, EveryTargetIsThereByNameNumberAndAlias)
{
    CORRAL_NEEDS_SHARED("golden/mixes");
    const auto mixes = test::readJson(test::sharedPath("golden/mixes/mixes.json"));
    for (const auto& [name, id] : mixes["ftype_ids"].items()) {
        const Target* target = findTarget(name);
        ASSERT_TRUE(target) << name;
        EXPECT_EQ(target->name, name);
        EXPECT_EQ(target->fileType, id.get<std::uint32_t>());
        EXPECT_EQ(findTarget(std::to_string(id.get<int>())), target) << name;
        EXPECT_EQ(targetOfFileType(id), target) << name;
    }
    for (const auto& [alias, name] : mixes["aliases"].items()) {
        ASSERT_TRUE(findTarget(alias)) << alias;
        EXPECT_EQ(findTarget(alias)->fileType, findTarget(name.get<std::string>())->fileType);
    }
}

} // namespace
} // namespace corral::quantize
