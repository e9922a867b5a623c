// Whole models on the software device against the processor: the recorded ones of golden/models, and one made here.
#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/vulkan/vulkan_backend.h"
#include "core/model/model.h"
#include "tests/support/cards.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace corral::vulkan {
namespace {

struct Setting {
    backend::CacheType cache = backend::CacheType::F32;
    double limit = 1e-8; // of the normalized squared error of all logits
};

class Compared {
public:
    Compared(const std::filesystem::path& path, const Setting& setting) : m_limit(setting.limit)
    {
        const auto file = gguf::File::open(path);
        EXPECT_TRUE(file);
        auto loaded = model::loadModel(*file);
        EXPECT_TRUE(loaded) << loaded.error().message;
        m_file = *file;
        m_loaded = std::move(*loaded);
        const auto graph = std::make_shared<const graph::Graph>(m_loaded.model->write({.contextLength = kContext}));
        const backend::Capacity capacity{.tokens = 32, .context = kContext, .sequences = 2, .key = setting.cache, .value = setting.cache};
        m_cpu = cpu::makeCpuBackend(m_pool);
        EXPECT_TRUE(m_cpu->prepare(graph, capacity));
        auto vulkan = makeVulkanBackend({.software = true});
        if (!vulkan) {
            noDevice = vulkan.error().message;
            return;
        }
        m_vulkan = std::move(*vulkan);
        auto ok = m_vulkan->prepare(graph, capacity);
        if (ok) ok = m_vulkan->fill();
        EXPECT_TRUE(ok) << ok.error().message;
    }

    // Both compute the same; every token gives logits.
    void run(std::vector<backend::Stretch> stretches, const char* what)
    {
        SCOPED_TRACE(what);
        std::int64_t tokens = 0, outputs = 0;
        for (backend::Stretch& stretch : stretches) {
            tokens += stretch.tokens;
            outputs += stretch.outputs;
        }
        std::vector<std::int32_t> ids(static_cast<std::size_t>(tokens));
        for (std::int32_t& id : ids) id = static_cast<std::int32_t>((m_next = (m_next * 7919 + 13) % m_loaded.config.vocabulary));
        std::vector<float> expected(static_cast<std::size_t>(outputs * m_loaded.config.vocabulary)), got(expected.size(), -777.0f);
        ASSERT_TRUE(m_cpu->run({.ids = ids, .stretches = stretches, .logits = expected.data()}, {}));
        const auto ok = m_vulkan->run({.ids = ids, .stretches = stretches, .logits = got.data()}, {});
        ASSERT_TRUE(ok) << ok.error().message;
        double errors = 0, squares = 0;
        for (std::size_t i = 0; i < got.size(); ++i) {
            errors += std::pow(double(got[i]) - expected[i], 2);
            squares += std::pow(double(expected[i]), 2);
        }
        EXPECT_LT(errors / squares, m_limit);
    }
    void copyCache(std::int64_t from, std::int64_t to, std::int64_t positions)
    {
        m_cpu->copyCache(from, to, positions);
        m_vulkan->copyCache(from, to, positions);
    }
    void carryCacheOver(std::int64_t sequence, std::int64_t positions)
    {
        std::vector<std::vector<std::byte>> pieces;
        ASSERT_TRUE(m_vulkan->readCache(sequence, positions, [&](std::span<const std::byte> bytes) -> Result<void> {
            pieces.emplace_back(bytes.begin(), bytes.end());
            return {};
        }));
        auto piece = pieces.begin();
        ASSERT_TRUE(m_vulkan->writeCache(1 - sequence, positions, [&](std::span<std::byte> bytes) -> Result<void> {
            EXPECT_EQ(bytes.size(), piece->size());
            std::ranges::copy(*piece++, bytes.begin());
            return {};
        }));
        m_cpu->copyCache(sequence, 1 - sequence, positions);
    }

    std::string noDevice; // why there is none; anything else that goes wrong fails the test

private:
    static constexpr std::int64_t kContext = 64;
    const double m_limit;
    ThreadPool m_pool{2};
    std::shared_ptr<const gguf::File> m_file;
    model::LoadedWeights m_loaded;
    std::unique_ptr<backend::Backend> m_cpu, m_vulkan;
    std::int64_t m_next = 1;
};

void compare(const std::filesystem::path& path, const Setting& setting)
{
    SCOPED_TRACE(path.filename().string());
    Compared both(path, setting);
    CORRAL_NEEDS_CARD(both.noDevice.empty(), both.noDevice);
    ASSERT_FALSE(testing::Test::HasFailure());
    both.run({{.tokens = 17, .outputs = 17}}, "a prompt");
    both.run({{.tokens = 1, .firstPosition = 17, .outputs = 1}}, "a token");
    both.run({{.tokens = 5, .firstPosition = 18, .outputs = 1}, {.sequence = 1, .tokens = 9, .outputs = 2}}, "two sequences");
    both.copyCache(0, 1, 20);
    both.run({{.sequence = 1, .tokens = 3, .firstPosition = 20, .outputs = 3}}, "a copied sequence");
    both.carryCacheOver(1, 23);
    both.run({{.tokens = 2, .firstPosition = 23, .outputs = 2}}, "a cache read and written");
}

class GoldenModels : public testing::TestWithParam<const char*> {};

TEST_P(GoldenModels, AgreeWithTheProcessor)
{
    CORRAL_NEEDS_SHARED("golden/models");
    const std::string name = GetParam();
    // Weights in blocks meet activations that the processor rounds, and the card does not: of mixtures of experts in blocks, other experts may then be chosen.
    compare(test::sharedPath("golden/models/" + name + ".gguf"), {.limit = name == "llama-256" ? 1e-3 : name.contains(".Q") ? 5e-3 : 1e-8});
}

INSTANTIATE_TEST_SUITE_P(Vulkan, GoldenModels, testing::Values("llama", "llama3-rope", "llama-256", "llama-moe", "qwen2", "qwen3", "qwen3moe", "gemma2", "gemma3", "phi3", "smollm3", "granite", "llama-256.Q4_K_M", "llama-256.Q8_0",
                                         "llama-256.Q4_0", "gemma3.Q4_0"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::ranges::replace_if(name, [](char c) { return c == '-' || c == '.'; }, '_');
                             return name;
                         });

TEST(GoldenModel, CachesOfHalvesAndBytes)
{
    CORRAL_NEEDS_SHARED("golden/models");
    compare(test::sharedPath("golden/models/llama.gguf"), {backend::CacheType::F16, 1e-5});
    compare(test::sharedPath("golden/models/llama-256.gguf"), {backend::CacheType::Q8_0, 1e-3}); // heads of whole blocks
}

TEST(MadeModel, AgreesWithTheProcessor)
{
    const auto path = std::filesystem::path(testing::TempDir()) / "corral-vulkan-tiny.gguf";
    test::TinyModel().write(path);
    compare(path, {});
    std::filesystem::remove(path);
}

} // namespace
} // namespace corral::vulkan
