// The fuzzer's entry over the corpus and over seeded mutations of it, so that every compiler and sanitizer sees it.
#include "tests/support/golden.h"
#include "tests/support/http_mutation.h"

#include <gtest/gtest.h>

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace corral::test {
namespace {

void run(const std::string& bytes) { LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()); }

std::vector<std::string> corpus()
{
    std::vector<std::string> texts;
    for (const auto& entry : std::filesystem::directory_iterator(sourcePath("tests/fuzz/corpus/http"))) texts.push_back(readText(entry.path()));
    std::ranges::sort(texts); // the folder's order is not the same everywhere
    return texts;
}

TEST(HttpFuzz, Corpus)
{
    const auto texts = corpus();
    EXPECT_GE(texts.size(), 8u);
    for (const std::string& text : texts) run(text);
}

TEST(HttpFuzz, SeededMutations)
{
    const auto texts = corpus();
    std::mt19937 random(20261123);
    for (std::size_t i = 0; i < 100'000; ++i) run(mutated(texts[i % texts.size()], texts, random));
}

} // namespace
} // namespace corral::test
