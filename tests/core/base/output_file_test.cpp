#include "core/base/output_file.h"

#include "tests/support/golden.h"

#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <random>

#ifndef _WIN32
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace corral {
namespace {

using test::TempDir;
using testing::HasSubstr;
namespace fs = std::filesystem;

std::span<const std::byte> bytesOf(std::string_view text) { return std::as_bytes(std::span(text)); }

std::vector<std::byte> noise(std::size_t count)
{
    std::mt19937_64 random(7);
    std::vector<std::byte> bytes(count);
    for (auto& b : bytes) b = static_cast<std::byte>(random());
    return bytes;
}

void writeFile(const fs::path& path, std::span<const std::byte> bytes)
{
    std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

std::size_t entries(const fs::path& folder) { return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {})); }

TEST(OutputFile, AppearsOnlyWhenCommitted)
{
    const TempDir folder;
    auto out = OutputFile::create(folder / "model.gguf", 100);
    ASSERT_TRUE(out) << out.error().message;
    ASSERT_TRUE((*out)->append(bytesOf("hello ")));
    ASSERT_TRUE((*out)->append(bytesOf("world")));
    ASSERT_TRUE((*out)->appendZeros(3));
    ASSERT_TRUE((*out)->append(bytesOf("!")));
    EXPECT_EQ((*out)->size(), 15u);
    EXPECT_TRUE(fs::exists(folder / "model.gguf.part"));
    EXPECT_FALSE(fs::exists(folder / "model.gguf"));
    ASSERT_TRUE((*out)->commit());
    EXPECT_FALSE(fs::exists(folder / "model.gguf.part"));
    EXPECT_EQ(test::readText(folder / "model.gguf"), std::string("hello world\0\0\0!", 15));
}

TEST(OutputFile, LeavesNothingWithoutCommit)
{
    const TempDir folder;
    {
        auto out = OutputFile::create(folder / "x", 0);
        ASSERT_TRUE(out);
        ASSERT_TRUE((*out)->append(noise(1000)));
    }
    EXPECT_EQ(entries(folder.path()), 0u);
}

TEST(OutputFile, KeepsTheOldFileUntilTheNewOneIsWhole)
{
    const TempDir folder;
    writeFile(folder / "x", bytesOf("old"));
    writeFile(folder / "x.part", bytesOf("left by a crash, longer than what comes"));
    auto out = OutputFile::create(folder / "x", 3);
    ASSERT_TRUE(out) << out.error().message;
    ASSERT_TRUE((*out)->append(bytesOf("new")));
    EXPECT_EQ(test::readText(folder / "x"), "old");
    ASSERT_TRUE((*out)->commit());
    EXPECT_EQ(test::readText(folder / "x"), "new");
    EXPECT_EQ(entries(folder.path()), 1u);
}

TEST(OutputFile, SecondWriterIsRefused)
{
    const TempDir folder;
    auto first = OutputFile::create(folder / "x", 0);
    ASSERT_TRUE(first);
    const auto second = OutputFile::create(folder / "x", 0);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Io);
    EXPECT_THAT(second.error().message, HasSubstr("x.part is locked"));
    ASSERT_TRUE((*first)->append(bytesOf("first")));
    ASSERT_TRUE((*first)->commit());
    EXPECT_EQ(test::readText(folder / "x"), "first");
    EXPECT_TRUE(OutputFile::create(folder / "x", 0)) << "the lock ended with its writer";
}

TEST(OutputFile, CopiesRangesOfOtherFiles)
{
    const TempDir folder;
    const auto data = noise((5u << 20) + 4321);
    writeFile(folder / "in", data);
    const auto in = MappedFile::open(folder / "in");
    ASSERT_TRUE(in);
    auto out = OutputFile::create(folder / "out", data.size());
    ASSERT_TRUE(out);
    ASSERT_TRUE((*out)->append(bytesOf("abc")));
    ASSERT_TRUE((*out)->copyFrom(**in, 17, data.size() - 17));
    ASSERT_TRUE((*out)->copyFrom(**in, 0, 0));
    ASSERT_TRUE((*out)->append(bytesOf("z")));
    const auto beyond = (*out)->copyFrom(**in, data.size() - 1, 2);
    EXPECT_EQ(beyond.error().code, ErrorCode::Io);
    ASSERT_TRUE((*out)->commit());
    std::vector<std::byte> expected(bytesOf("abc").begin(), bytesOf("abc").end());
    expected.insert(expected.end(), data.begin() + 17, data.end());
    expected.push_back(std::byte('z'));
    EXPECT_EQ(test::readBytes(folder / "out"), expected);
}

TEST(OutputFile, ManyBlocksOfOddSizes)
{
    const TempDir folder;
    const auto data = noise((12u << 20) + 99);
    for (const fs::path& where : {folder / "out", fs::path("/dev/shm") / folder.path().filename()}) { // with and without a way past the page cache
        if (!fs::is_directory(where.parent_path())) continue;
        auto out = OutputFile::create(where, data.size());
        ASSERT_TRUE(out);
        std::size_t at = 0;
        for (std::size_t step = 1; at < data.size(); step = step * 7 % 1500007) {
            const std::size_t now = std::min(step, data.size() - at);
            ASSERT_TRUE((*out)->append(std::span(data).subspan(at, now)));
            at += now;
            if (now == 7 * 7 * 7 * 7) {
                ASSERT_TRUE((*out)->flush()) << "and more after it";
            }
        }
        EXPECT_EQ((*out)->size(), data.size());
        ASSERT_TRUE((*out)->commit());
        EXPECT_TRUE(test::readBytes(where) == data);
        fs::remove(where);
    }
}

TEST(OutputFile, WholeBlocksAndAFewBytesAround)
{
    const TempDir folder;
    const auto data = noise((2u << 20) + 1);
    for (const std::size_t size : {std::size_t(0), std::size_t(1), std::size_t(4096), (std::size_t(1) << 20) - 1, std::size_t(1) << 20, std::size_t(2) << 20, data.size()}) {
        auto out = OutputFile::create(folder / "out", size);
        ASSERT_TRUE(out);
        ASSERT_TRUE((*out)->append(std::span(data).first(size)));
        const auto ok = (*out)->commit();
        ASSERT_TRUE(ok) << ok.error().message;
        EXPECT_TRUE(std::ranges::equal(test::readBytes(folder / "out"), std::span(data).first(size))) << size;
    }
}

TEST(OutputFile, GivenUpInTheMiddleLeavesNothing)
{
    const TempDir folder;
    const auto data = noise(3u << 20);
    auto out = OutputFile::create(folder / "out", 0);
    ASSERT_TRUE(out);
    for (int i = 0; i < 10; ++i) ASSERT_TRUE((*out)->append(data));
    out->reset();
    EXPECT_EQ(entries(folder.path()), 0u);
}

TEST(OutputFile, CopiesBetweenFileSystems)
{
    if (!fs::is_directory("/dev/shm")) GTEST_SKIP() << "no second file system";
    const TempDir folder;
    const auto data = noise((9u << 20) + 5);
    const fs::path elsewhere = fs::path("/dev/shm") / folder.path().filename();
    writeFile(elsewhere, data);
    const auto in = MappedFile::open(elsewhere);
    fs::remove(elsewhere); // the open file still has its bytes
    ASSERT_TRUE(in);
    auto out = OutputFile::create(folder / "out", data.size());
    ASSERT_TRUE(out);
    ASSERT_TRUE((*out)->copyFrom(**in, 3, data.size() - 3));
    ASSERT_TRUE((*out)->commit());
    const auto written = test::readBytes(folder / "out");
    EXPECT_TRUE(std::ranges::equal(written, std::span(data).subspan(3)));
}

TEST(OutputFile, AnInputThatShrankIsAnError)
{
    const TempDir folder;
    writeFile(folder / "in", noise(100000));
    const auto in = MappedFile::open(folder / "in");
    ASSERT_TRUE(in);
    fs::resize_file(folder / "in", 50000);
    auto out = OutputFile::create(folder / "out", 0);
    ASSERT_TRUE(out);
    const auto copied = (*out)->copyFrom(**in, 0, 100000);
    ASSERT_FALSE(copied);
    EXPECT_EQ(copied.error().code, ErrorCode::Io);
    EXPECT_THAT(copied.error().message, HasSubstr("the file ends before"));
    std::vector<std::byte> bytes(10);
    EXPECT_FALSE((*in)->read(49995, bytes));
    EXPECT_TRUE((*in)->read(49990, bytes));
}

TEST(OutputFile, CommitsSeveralTogether)
{
    const TempDir folder;
    auto a = OutputFile::create(folder / "a", 0), b = OutputFile::create(folder / "b", 0);
    ASSERT_TRUE(a && b);
    ASSERT_TRUE((*a)->append(bytesOf("1")) && (*b)->append(bytesOf("2")));
    fs::create_directories(folder / "b" / "in the way");
    OutputFile* const both[] = {a->get(), b->get()};
    EXPECT_FALSE(OutputFile::commitAll(both));
    EXPECT_FALSE(fs::exists(folder / "a")) << "all or none";
    fs::remove_all(folder / "b");

    a = OutputFile::create(folder / "a2", 0);
    b = OutputFile::create(folder / "b", 0);
    ASSERT_TRUE(a && b);
    ASSERT_TRUE((*a)->append(bytesOf("1")) && (*b)->append(bytesOf("2")));
    OutputFile* const again[] = {a->get(), b->get()};
    ASSERT_TRUE(OutputFile::commitAll(again));
    EXPECT_EQ(test::readText(folder / "a2") + test::readText(folder / "b"), "12");
}

TEST(OutputFile, RefusesWhatCannotBe)
{
    const TempDir folder;
    const auto missing = OutputFile::create(folder / "no such folder" / "x", 0);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::Io);
    EXPECT_THAT(missing.error().message, HasSubstr("no such folder"));
    EXPECT_EQ(OutputFile::create(folder.path(), 0).error().code, ErrorCode::InvalidArgument) << "a folder";

    const auto huge = OutputFile::create(folder / "x", std::uint64_t(1) << 60);
    ASSERT_FALSE(huge);
    EXPECT_EQ(huge.error().code, ErrorCode::Io);
    EXPECT_THAT(huge.error().message, HasSubstr("1152921504606846976 bytes are needed"));
    EXPECT_EQ(entries(folder.path()), 0u);
}

#ifndef _WIN32

TEST(OutputFile, DevicesAreNotReplacedAndLinksFollowed)
{
    const TempDir folder;
    EXPECT_EQ(OutputFile::create("/dev/null", 0).error().code, ErrorCode::InvalidArgument);
    writeFile(folder / "target", bytesOf("old"));
    fs::create_symlink(folder / "target", folder / "link");
    auto out = OutputFile::create(folder / "link", 0);
    ASSERT_TRUE(out && (*out)->append(bytesOf("new")) && (*out)->commit());
    EXPECT_TRUE(fs::is_symlink(folder / "link"));
    EXPECT_EQ(test::readText(folder / "target"), "new");

    fs::create_symlink(folder / "target", folder / "trap.part");
    EXPECT_FALSE(OutputFile::create(folder / "trap", 0)) << "a link where the temporary file would be is not written through";
    EXPECT_EQ(test::readText(folder / "target"), "new");
}

// In a process of its own, because limits and rights cannot be given back. 0: all was as expected.
template <class Fn> int inChild(Fn&& fn)
{
    const pid_t child = fork();
    if (child == 0) _exit(fn());
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

TEST(OutputFile, FullDiskIsOneErrorAndLeavesNothing)
{
    const TempDir folder;
    writeFile(folder / "in", noise(300000));
    const int result = inChild([&] {
        std::signal(SIGXFSZ, SIG_IGN); // the write then fails like one on a full disk
        const rlimit limit{200000, 200000};
        setrlimit(RLIMIT_FSIZE, &limit);
        const auto in = MappedFile::open(folder / "in");
        for (const bool copy : {false, true}) {
            auto out = OutputFile::create(folder / "out", 0);
            if (!in || !out) return 1;
            auto ok = copy ? (*out)->copyFrom(**in, 0, 300000) : (*out)->append(noise(300000));
            if (ok) ok = (*out)->commit();
            if (ok || ok.error().code != ErrorCode::Io || !ok.error().message.contains("out: cannot write: File too large")) return copy ? 2 : 3;
        }
        return fs::exists(folder / "out.part") || fs::exists(folder / "out") ? 4 : 0;
    });
    EXPECT_EQ(result, 0);
}

TEST(OutputFile, FullDiskInTheMiddleOfMuchIsTold)
{
    const TempDir folder;
    const int result = inChild([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{5u << 20, 5u << 20};
        setrlimit(RLIMIT_FSIZE, &limit);
        auto out = OutputFile::create(folder / "out", 0);
        const auto data = noise(1u << 20);
        Result<void> ok;
        int appended = 0;
        while (ok && appended < 100) {
            ok = (*out)->append(data);
            ++appended;
        }
        if (ok) return 1;
        return appended > 4 && appended < 30 && ok.error().message.contains("File too large") ? 0 : 2;
    });
    EXPECT_EQ(result, 0);
    EXPECT_EQ(entries(folder.path()), 0u);
}

TEST(OutputFile, FolderWithoutPermissionIsNamed)
{
    const TempDir folder;
    fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec);
    const int result = inChild([&] {
        if (geteuid() == 0 && seteuid(65534) != 0) return 1;
        const auto out = OutputFile::create(folder / "out", 0);
        if (out) return 2;
        return out.error().code == ErrorCode::Io && out.error().message.contains("out.part: cannot create: Permission denied") ? 0 : 3;
    });
    EXPECT_EQ(result, 0);
    fs::permissions(folder.path(), fs::perms::owner_all);
}

#endif

} // namespace
} // namespace corral
