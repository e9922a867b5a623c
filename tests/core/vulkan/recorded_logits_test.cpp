// Whole models, some or all of their layers on the software device, against the logits recorded in golden/models. A card multiplies activations that are
// not rounded: its oracle for weights in blocks is the recording made with the dequantized weights ("What equal means" in golden/models/README.md).
#include "core/backend/vulkan/devices.h"
#include "tests/core/generate/session_support.h"
#include "tests/core/vulkan/watched.h"
#include "tests/support/cards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <format>
#include <string>
#include <vector>

namespace corral::vulkan {
namespace {

using corral::test::sharedPath;
using generate::CacheType;
using generate::Offload;

class RecordedLogits : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override
    {
        CORRAL_NEEDS_SHARED("golden/models");
        const auto all = devices();
        CORRAL_NEEDS_CARD(all && std::ranges::contains(*all, DeviceType::Software, &DeviceInfo::type), "no software device here");
        m_entry = corral::test::readJson(sharedPath("golden/models/manifest.json"))["models"][GetParam()];
    }

    void compare(const std::string& file, const std::string& logits, bool half, double limit)
    {
        const auto& testCase = m_entry["cases"]["main"];
        SCOPED_TRACE(std::format("{} against {}, {}", file, logits, half ? "half of the layers" : "all layers"));
        test::Watched watched;
        generate::SessionOptions options{.contextLength = testCase["n_ctx"], .cacheK = CacheType::F32, .cacheV = CacheType::F32, .threads = 2};
        options.offload = {.layers = half ? (modelLayers(file) + 1) / 2 : Offload::kAll, .software = true, .testing = watched.testing()};
        auto session = corral::test::openSession(sharedPath("golden/models/" + file), options);
        ASSERT_TRUE(session);
        ASSERT_EQ(session->placement().layers, half ? options.offload.layers : session->placement().modelLayers) << session->placement().note;
        const auto got = corral::test::stepLogits(*session, testCase["prompt"], testCase["decoded"]);
        EXPECT_LE(corral::test::largestDifference(got, corral::test::readArray<float>(sharedPath("golden/models/" + logits))), limit);
        session.reset();
        EXPECT_THAT(watched.messages(), testing::IsEmpty());
    }
    int modelLayers(const std::string& file)
    {
        const auto session = corral::test::openSession(sharedPath("golden/models/" + file), {.contextLength = 8, .threads = 1});
        return session ? session->placement().modelLayers : 0;
    }
    bool usesGelu() const { return std::string(GetParam()).starts_with("gemma"); } // the reference takes it from an f16 table

    nlohmann::ordered_json m_entry;
};

TEST_P(RecordedLogits, OfTheModel)
{
    const double limit = std::string(GetParam()) == "llama-256" ? 5e-2 : usesGelu() ? 5e-3 : 1e-4;
    for (const bool half : {false, true}) compare(m_entry["file"], m_entry["cases"]["main"]["logits"], half, limit);
}

TEST_P(RecordedLogits, OfItsQuantizations)
{
    int kept = 0;
    for (const auto& [name, quantized] : m_entry["quantized"].items()) {
        if (!quantized["kept"]) continue;
        ++kept;
        compare(quantized["file"], quantized["logits_dequantized"], false, usesGelu() ? 5e-3 : 1e-3);
        // The processor's half rounds activations.
        compare(quantized["file"], quantized["logits_dequantized"], true, 2 * double(quantized["max_abs_vs_dequantized"]));
    }
    const std::string model = GetParam();
    EXPECT_EQ(kept, model == "llama-256" || model == "qwen3moe" || model == "gemma3" ? 3 : 0);
}

INSTANTIATE_TEST_SUITE_P(Vulkan, RecordedLogits,
                         testing::Values("llama", "llama3-rope", "llama-256", "llama-moe", "qwen2", "qwen3", "qwen3moe", "gemma2", "gemma3", "phi3", "smollm3", "granite"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::ranges::replace(name, '-', '_');
                             return name;
                         });

} // namespace
} // namespace corral::vulkan
