// Files that are sound containers but no models: opening them to use (file, model, vocabulary) must fail with a sentence, at once.
#include "core/generate/session.h"
#include "core/text/tokenizer.h"
#include "tests/support/golden.h"

#include <chrono>

namespace corral::generate {
namespace {

// What everybody does who wants to talk to a model.
Result<void> openModel(const std::filesystem::path& path)
{
    const auto file = gguf::File::open(path);
    if (!file) return std::unexpected(file.error());
    if (const auto model = LoadedModel::load(*file); !model) return std::unexpected(model.error());
    if (const auto tokenizer = text::Tokenizer::load(**file); !tokenizer) return std::unexpected(tokenizer.error());
    return {};
}

TEST(BadModels, AreRefusedWithASentence)
{
    CORRAL_NEEDS_SHARED("golden/bad");
    const auto manifest = test::readJson(test::sharedPath("golden/bad/manifest.json"));
    int count = 0;
    for (const auto& [name, entry] : manifest["bad"].items()) {
        if (entry["stage"] != "model") continue;
        ++count;
        const auto start = std::chrono::steady_clock::now();
        const auto opened = openModel(test::sharedPath("golden/bad/" + name));
        EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1)) << name;
        if (name == "model-bos-out-of-range.gguf" && opened) continue; // may be ignored instead
        ASSERT_FALSE(opened) << name << ": " << entry["error"];
        EXPECT_GT(opened.error().message.size(), 10u) << name;
        EXPECT_EQ(opened.error().message.find('\n'), std::string::npos) << name;
        RecordProperty(name, opened.error().message);
    }
    EXPECT_EQ(count, 16);
}

} // namespace
} // namespace corral::generate
