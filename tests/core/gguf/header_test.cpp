// Headers alone: what the first bytes of a file tell, as they arrive over a network.
#include "core/gguf/file.h"

#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

namespace corral::gguf {
namespace {

using testing::HasSubstr;

std::span<const std::byte> beginning(const std::vector<std::byte>& bytes, std::size_t n) { return std::span(bytes).first(std::min(n, bytes.size())); }

TEST(GgufHeader, EveryPrefixAsksForMoreUntilTheHeaderIsWhole)
{
    const auto bytes = test::TinyModel{}.builder().build();
    const auto whole = File::parse(bytes);
    ASSERT_TRUE(whole);
    const std::size_t dataStart = (*whole)->shards().front().dataStart;
    std::size_t first = 0; // the shortest prefix that suffices
    for (std::size_t n = 0; n < dataStart; ++n) {
        // Blocks of exactly the right size, so that a read past the end is seen.
        const std::vector<std::byte> prefix(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
        const auto header = File::parseHeader(prefix, bytes.size());
        if (n == 0) { // nothing is no GGUF file, whatever its length
            EXPECT_FALSE(header);
            continue;
        }
        ASSERT_TRUE(header) << n << ": " << header.error().message;
        if (header->file) {
            if (first == 0) first = n;
            continue;
        }
        EXPECT_EQ(first, 0u) << n;
        EXPECT_GT(header->needed, n);
        EXPECT_LE(header->needed, dataStart);
    }
    EXPECT_GT(first, 0u);
    EXPECT_LT(dataStart - first, 32u) << "only the padding may be missing";
}

TEST(GgufHeader, TellsWhatTheWholeFileTells)
{
    const auto bytes = test::TinyModel{}.builder().build();
    const auto whole = File::parse(bytes);
    ASSERT_TRUE(whole);
    // As a client would: ask, get as much as is needed, ask again.
    std::uint64_t length = 16;
    std::shared_ptr<const File> file;
    for (int requests = 0; !file; ++requests) {
        ASSERT_LT(requests, 10000);
        const auto header = File::parseHeader(beginning(bytes, length), bytes.size());
        ASSERT_TRUE(header) << header.error().message;
        ASSERT_TRUE(header->file || header->needed > length);
        file = header->file;
        length = std::max(header->needed, 2 * length);
    }
    EXPECT_TRUE(file->headerOnly());
    EXPECT_FALSE((*whole)->headerOnly());
    EXPECT_EQ(file->totalBytes(), bytes.size());
    EXPECT_EQ(file->totalBytes(), (*whole)->totalBytes());
    ASSERT_EQ(file->keys().size(), (*whole)->keys().size());
    for (std::size_t i = 0; i < file->keys().size(); ++i) EXPECT_EQ(file->keys()[i].second.data, (*whole)->keys()[i].second.data) << file->keys()[i].first;
    ASSERT_EQ(file->tensors().size(), (*whole)->tensors().size());
    for (std::size_t i = 0; i < file->tensors().size(); ++i) {
        EXPECT_EQ(file->tensors()[i].name, (*whole)->tensors()[i].name);
        EXPECT_EQ(file->tensors()[i].offset, (*whole)->tensors()[i].offset);
        EXPECT_EQ(file->tensors()[i].bytes, (*whole)->tensors()[i].bytes);
    }
}

TEST(GgufHeader, RefusesWhatTheFileCannotHold)
{
    const auto bytes = test::TinyModel{}.builder().build();
    const auto whole = File::parse(bytes);
    ASSERT_TRUE(whole);
    const auto start = beginning(bytes, (*whole)->shards().front().dataStart);
    const auto cut = File::parseHeader(start, bytes.size() - 100);
    ASSERT_FALSE(cut);
    EXPECT_THAT(cut.error().message, HasSubstr("cut off"));
    const auto garbage = File::parseHeader(beginning({std::byte{'<'}, std::byte{'h'}, std::byte{'t'}, std::byte{'m'}, std::byte{'l'}}, 5), 1u << 30);
    ASSERT_FALSE(garbage) << "an error page is no model, however long";
    EXPECT_THAT(garbage.error().message, HasSubstr("not a GGUF file"));

    // A count beyond the file is an error at once, not a wish for more bytes.
    auto lying = bytes;
    for (std::size_t i = 8; i < 16; ++i) lying[i] = std::byte{0x0f};
    const auto header = File::parseHeader(beginning(lying, 4096), lying.size());
    if (header) { EXPECT_LE(header->needed, lying.size()); }
    const auto all = File::parseHeader(beginning(lying, lying.size()), lying.size());
    ASSERT_FALSE(all);
    EXPECT_THAT(all.error().message, HasSubstr("impossible tensor count"));
}

TEST(GgufHeader, ShardsJoin)
{
    const auto shard = [](std::uint16_t no, const std::string& tensor) {
        test::GgufBuilder b;
        if (no == 0) b.string("general.architecture", "llama");
        b.u16("split.no", no).u16("split.count", 2).i32("split.tensors.count", 2).tensorF32(tensor, {4, 2}, std::vector<float>(8, 1.f));
        return b.build();
    };
    const auto header = [](const std::vector<std::byte>& bytes) { return File::parseHeader(bytes, bytes.size())->file; };
    const auto a = header(shard(0, "a")), b = header(shard(1, "b"));
    ASSERT_TRUE(a && b);
    const auto set = File::joinHeaders(std::vector{a, b});
    ASSERT_TRUE(set) << set.error().message;
    EXPECT_TRUE((*set)->headerOnly());
    EXPECT_EQ((*set)->tensors().size(), 2u);
    EXPECT_EQ((*set)->tensor("b")->shard, 1);
    EXPECT_EQ((*set)->totalBytes(), a->totalBytes() + b->totalBytes());
    EXPECT_EQ((*set)->getString("general.architecture"), "llama");
    EXPECT_EQ(a->tensors().size(), 1u) << "the parts stay whole";
    EXPECT_FALSE(File::joinHeaders(std::vector{b, a})) << "in their order";
    EXPECT_FALSE(File::joinHeaders(std::vector{a}));
}

} // namespace
} // namespace corral::gguf
