#include "core/base/direct_reader.h"

#include "core/base/output_file.h"
#include "tests/support/golden.h"

#include <gmock/gmock.h>
#include <random>

namespace corral {
namespace {

TEST(DirectReader, ReadsWhatIsThereFromWhereverItLies)
{
    const test::TempDir folder;
    std::mt19937_64 random(3);
    std::vector<std::byte> data((3u << 20) + 777);
    for (auto& b : data) b = static_cast<std::byte>(random());
    auto out = OutputFile::create(folder / "in", data.size()); // past the page cache: mostly not in memory now
    ASSERT_TRUE(out && (*out)->append(data) && (*out)->commit());
    const auto file = MappedFile::open(folder / "in");
    ASSERT_TRUE(file);
    for (const bool warm : {false, true}) {
        if (warm) {
            EXPECT_EQ(test::readBytes(folder / "in"), data);
        }
        DirectReader reader(**file);
        for (const auto& [offset, count] : {std::pair<std::size_t, std::size_t>{0, 1}, {4095, 2}, {17, 5000}, {4096, 8192}, {1000, 2500000}, {data.size() - 1, 1},
                                            {data.size() - 5000, 5000}, {0, data.size()}, {data.size(), 0}}) {
            std::vector<std::byte> read(count);
            const auto ok = reader.read(offset, read);
            ASSERT_TRUE(ok) << ok.error().message;
            EXPECT_TRUE(std::ranges::equal(read, std::span(data).subspan(offset, count))) << offset << ' ' << count;
        }
        std::vector<std::byte> beyond(10);
        EXPECT_EQ(reader.read(data.size() - 9, beyond).error().code, ErrorCode::Io);
    }
}

TEST(DirectReader, AFileThatShrankIsAnError)
{
    const test::TempDir folder;
    auto out = OutputFile::create(folder / "in", 0);
    ASSERT_TRUE(out && (*out)->append(std::vector<std::byte>(3u << 20)) && (*out)->commit());
    const auto file = MappedFile::open(folder / "in");
    ASSERT_TRUE(file);
    std::filesystem::resize_file(folder / "in", 1u << 20);
    DirectReader reader(**file);
    std::vector<std::byte> read(4096);
    EXPECT_TRUE(reader.read((1u << 20) - 4096, read));
    const auto ok = reader.read((1u << 20) - 4095, read);
    ASSERT_FALSE(ok);
    EXPECT_THAT(ok.error().message, testing::HasSubstr("the file ends before"));
}

} // namespace
} // namespace corral
