// The terminal's program carries no pixels and becomes the window's program beside it when the window is to be shown.
#include "tests/cli/program.h"
#include "tests/support/golden.h"

#include <gmock/gmock.h>

#include <fstream>

namespace corral::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

TEST(TerminalProgram, LoadsNoPixels)
{
#ifndef __linux__
    GTEST_SKIP() << "reads ldd's list";
#endif
    const auto libraries = runProgram("ldd", {CORRAL_PROGRAM});
    ASSERT_EQ(libraries.status, 0) << libraries.error;
    EXPECT_THAT(libraries.out, HasSubstr("libstdc++"));
    for (const char* library : {"Gui", "Widgets", "Qml", "Quick", "libX11", "libEGL", "libGL", "wayland"}) EXPECT_THAT(libraries.out, Not(HasSubstr(library)));
}

#ifdef CORRAL_WINDOW
class WindowProgram : public testing::Test {
protected:
    void SetUp() override { fs::copy_file(CORRAL_PROGRAM, dir / "corral"); }
    Ran run(const std::vector<std::string>& arguments) { return runProgram((dir / "corral").string(), arguments); }
    TempDir dir;
};

TEST_F(WindowProgram, ThatIsMissingIsSaid)
{
    const auto ran = run({"./model.gguf"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_THAT(ran.error, HasSubstr("the window cannot be shown"));
    EXPECT_THAT(ran.error, HasSubstr("corral-window"));
    EXPECT_EQ(std::ranges::count(ran.error, '\n'), 1) << ran.error;
    EXPECT_EQ(run({"--version"}).status, 0) << "everything else works";
}

TEST_F(WindowProgram, GetsTheArgumentsAndGivesTheStatus)
{
    const fs::path window = dir / "corral-window";
    std::ofstream(window) << "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 7\n";
    fs::permissions(window, fs::perms::owner_all);
    const auto ran = run({"--screenshots", "a folder", "--scheme=dark", "-qwindowtitle", "x"});
    EXPECT_EQ(ran.status, 7);
    EXPECT_THAT(ran.lines(), testing::ElementsAre("--screenshots", "a folder", "--scheme=dark", "-qwindowtitle", "x"));
    EXPECT_THAT(run({"models/a b.gguf"}).lines(), testing::ElementsAre("models/a b.gguf"));
    EXPECT_THAT(run({"--version"}).out, HasSubstr("corral")) << "is the terminal's";
}

TEST_F(WindowProgram, IsFoundThroughLinks)
{
    const TempDir elsewhere;
    fs::create_symlink(dir / "corral", elsewhere / "corral");
    const fs::path window = dir / "corral-window";
    std::ofstream(window) << "#!/bin/sh\necho shown\n";
    fs::permissions(window, fs::perms::owner_all);
    EXPECT_EQ(runProgram((elsewhere / "corral").string(), {"./model.gguf"}).out, "shown\n");
}
#endif

} // namespace
} // namespace corral::test
