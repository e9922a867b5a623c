// corral list, rm and verify on a folder of the test's own.
#include "app/cli/console.h"
#include "tests/cli/program.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <cstdlib>
#include <fstream>

using namespace corral;
using namespace corral::test;

namespace {

class LibraryCommands : public testing::Test {
protected:
    LibraryCommands()
    {
        for (const char* name : {"HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}) { // nothing of the user's
            const char* value = std::getenv(name);
            m_before.emplace_back(name, value ? std::optional<std::string>(value) : std::nullopt);
            ::setenv(name, (m_folder / name).c_str(), 1);
        }
        std::filesystem::create_directories(m_folder / "models");
        TinyModel().write(m_folder / "models/tiny-Q8_0.gguf");
        TinyModel().write(m_folder / "models/half-00002-of-00002.gguf");
    }
    ~LibraryCommands() override
    {
        for (const auto& [name, value] : m_before) {
            if (value) ::setenv(name.c_str(), value->c_str(), 1);
            else ::unsetenv(name.c_str());
        }
    }
    std::string models() const { return (m_folder / "models").string(); }

    TempDir m_folder;

private:
    std::vector<std::pair<std::string, std::optional<std::string>>> m_before;
};

} // namespace

TEST_F(LibraryCommands, ListTellsWhatIsThereAndWhatIsMissing)
{
    const Ran text = test::corral({"list", "--folder", models()});
    EXPECT_EQ(text.status, 0) << text.error;
    EXPECT_NE(text.out.find("tiny-Q8_0.gguf"), std::string::npos) << text.out;
    EXPECT_NE(text.out.find("missing: half-00001-of-00002.gguf"), std::string::npos) << text.out;
    EXPECT_NE(text.out.find("2 models"), std::string::npos);
    const Ran json = test::corral({"list", "--json", "--folder", models()});
    const auto all = cli::parseJson(json.out);
    ASSERT_TRUE(all && all->is_array() && all->size() == 2) << json.out;
    EXPECT_EQ((*all)[0]["missing"].size(), 1u);
    EXPECT_EQ((*all)[1]["architecture"], "llama");
    EXPECT_TRUE((*all)[1]["own"].get<bool>());
    EXPECT_EQ((*all)[1]["bytes"], std::filesystem::file_size(m_folder / "models/tiny-Q8_0.gguf"));
}

TEST_F(LibraryCommands, VerifyNotesTheSumAndSeesADifference)
{
    const auto file = m_folder / "models/tiny-Q8_0.gguf";
    const Ran first = test::corral({"verify", file.string()});
    EXPECT_EQ(first.status, 0) << first.out << first.error;
    EXPECT_NE(first.out.find("noted for the next time"), std::string::npos) << first.out;
    EXPECT_NE(test::corral({"verify", file.string()}).out.find("first verified"), std::string::npos);
    const auto time = std::filesystem::last_write_time(file);
    {
        std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekp(-50, std::ios::end);
        bytes.put('\x77');
    }
    std::filesystem::last_write_time(file, time);
    const Ran bad = test::corral({"verify", "--json", file.string()});
    EXPECT_EQ(bad.status, 1);
    const auto line = cli::parseJson(bad.out);
    ASSERT_TRUE(line) << bad.out;
    EXPECT_FALSE((*line)["ok"].get<bool>());
    EXPECT_NE((*line)["problem"].get<std::string>().find("SHA-256"), std::string::npos);
    EXPECT_EQ(test::corral({"verify", "half", "--folder", models()}).status, 1);
    EXPECT_EQ(test::corral({"verify"}).status, 2);
}

TEST_F(LibraryCommands, RmKnowsModelsByNameAndAsksForOne)
{
    EXPECT_EQ(test::corral({"rm"}).status, 2);
    const Ran unknown = test::corral({"rm", "tinny", "--folder", models()});
    EXPECT_TRUE(unknown.status == 1 || unknown.status == 2) << unknown.error; // 2: a build without a trash
    const Ran dry = test::corral({"rm", "--dry-run", "tiny-Q8_0", "--folder", models()});
    EXPECT_EQ(dry.status, 0) << dry.error;
    EXPECT_EQ(dry.lines(), std::vector<std::string>{(m_folder / "models/tiny-Q8_0.gguf").string()});
    EXPECT_TRUE(std::filesystem::exists(m_folder / "models/tiny-Q8_0.gguf"));
    const Ran gone = test::corral({"rm", "--delete", "tiny-Q8_0", "--folder", models()});
    EXPECT_EQ(gone.status, 0) << gone.error;
    EXPECT_FALSE(std::filesystem::exists(m_folder / "models/tiny-Q8_0.gguf"));
    EXPECT_TRUE(std::filesystem::exists(m_folder / "models/half-00002-of-00002.gguf"));
}

TEST_F(LibraryCommands, RmRefusesAnotherProgramsModelsAlsoInAFolderThatIsNamed)
{
    const auto studio = m_folder / "HOME/.lmstudio/models";
    const auto file = studio / "publisher/model/theirs-Q8_0.gguf";
    std::filesystem::create_directories(file.parent_path());
    TinyModel().write(file);
    std::filesystem::create_directory_symlink(studio, m_folder / "models/link");
    const auto bytes = readBytes(file);
    for (const std::string& folder : {studio.string(), file.parent_path().string(), (m_folder / "HOME/.lmstudio").string(), models()}) {
        const Ran refused = test::corral({"rm", "--delete", "--folder", folder, "theirs-Q8_0"});
        EXPECT_EQ(refused.status, 1) << folder << refused.out << refused.error;
        EXPECT_NE(refused.error.find("belongs to another program"), std::string::npos) << folder << refused.error;
        EXPECT_TRUE(refused.out.empty()) << refused.out;
        ASSERT_TRUE(std::filesystem::exists(file)) << folder;
    }
    EXPECT_EQ(readBytes(file), bytes);
    EXPECT_TRUE(std::filesystem::is_symlink(m_folder / "models/link"));
}
