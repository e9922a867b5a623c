// The fuzzer's entry over the corpus and over seeded mutations of it, so that every compiler and sanitizer sees it.
#include "tests/fuzz/gguf_corpus.h"
#include "tests/support/golden.h"

#include <cstdlib>
#include <fstream>
#include <random>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace corral::test {
namespace {

// Each run gets its own block of exactly the right size, so that a read past the end is seen.
void run(const std::vector<std::byte>& input)
{
    const std::vector<std::byte> bytes(input.begin(), input.end());
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::vector<std::byte> mutated(std::vector<std::byte> bytes, std::mt19937& random)
{
    const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
    const std::uint64_t edges[] = {0,          1,          31,         0x7f,       0xff,        0x7fff,           0xffff,
                                   0x7fffffff, 0x80000000, 0xffffffff, 1ull << 32, ~0ull >> 1, (~0ull >> 1) + 1, ~0ull};
    for (std::size_t changes = 1 + below(4); changes > 0 && !bytes.empty(); --changes) {
        const std::size_t at = below(bytes.size());
        switch (below(5)) {
        case 0: bytes[at] = static_cast<std::byte>(below(256)); break;
        case 1: bytes[at] ^= static_cast<std::byte>(1u << below(8)); break;
        case 2: bytes.resize(at); break;
        case 3: { // an edge value where a count, length, dimension or offset may be
            const std::uint64_t value = edges[below(std::size(edges))];
            const std::size_t width = below(2) ? 8 : 4;
            for (std::size_t i = 0; i < width && at + i < bytes.size(); ++i) bytes[at + i] = static_cast<std::byte>(value >> (8 * i));
            break;
        }
        case 4: { // repeat a piece: duplicate keys and tensors
            const std::size_t length = std::min(bytes.size() - at, 1 + below(64));
            const std::vector<std::byte> piece(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin() + static_cast<std::ptrdiff_t>(at + length));
            bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size())), piece.begin(), piece.end());
            break;
        }
        }
    }
    return bytes;
}

TEST(GgufFuzz, CorpusIsTheGeneratedOne)
{
    const auto folder = sourcePath("tests/fuzz/corpus/gguf");
    const char* rewrite = std::getenv("CORRAL_WRITE_CORPUS");
    for (const auto& [name, bytes] : ggufCorpus()) {
        if (rewrite) {
            std::ofstream out(std::filesystem::path(rewrite) / name, std::ios::binary);
            out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
            ASSERT_TRUE(out.flush()) << name;
        }
        EXPECT_EQ(readBytes(folder / name), bytes) << name << ": write the corpus again";
    }
}

TEST(GgufFuzz, Corpus)
{
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(sourcePath("tests/fuzz/corpus/gguf"))) {
        run(readBytes(entry.path()));
        ++files;
    }
    EXPECT_GE(files, 11);
}

TEST(GgufFuzz, SeededMutations)
{
    const auto corpus = ggufCorpus();
    std::mt19937 random(20260101);
    for (int i = 0; i < 50000; ++i) run(mutated(corpus[static_cast<std::size_t>(i) % corpus.size()].second, random));
}

TEST(GgufFuzz, MutationsOfGoldenFiles)
{
    CORRAL_NEEDS_SHARED("golden/bad");
    std::vector<std::vector<std::byte>> seeds;
    for (const auto& entry : std::filesystem::directory_iterator(sharedPath("golden/bad")))
        if (entry.path().extension() == ".gguf") seeds.push_back(readBytes(entry.path()));
    ASSERT_FALSE(seeds.empty());
    std::mt19937 random(7);
    for (int i = 0; i < 10000; ++i) run(mutated(seeds[static_cast<std::size_t>(i) % seeds.size()], random));
}

} // namespace
} // namespace corral::test
