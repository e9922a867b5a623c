// Every sentence of the window has its Chinese: the sources are read anew with lupdate into a copy of translations/corral_zh_CN.ts,
// and no entry of the copy may be unfinished or empty.
#include "tests/support/golden.h"

#include <cstdlib>
#include <regex>

namespace {

namespace fs = std::filesystem;

TEST(Translations, ChineseIsComplete)
{
    const std::string lupdate = CORRAL_LUPDATE;
    if (lupdate.empty() || !fs::exists(lupdate)) GTEST_SKIP() << "needs Qt's lupdate (package qt6-l10n-tools)";
    corral::test::TempDir dir;
    const fs::path copy = dir / "corral_zh_CN.ts";
    fs::copy_file(corral::test::sourcePath("translations/corral_zh_CN.ts"), copy);
    const std::string command = "'" + lupdate + "' -silent -no-obsolete -locations none -I '" + corral::test::sourcePath("").string() + "' '" + corral::test::sourcePath("app").string() + "' '"
                                + corral::test::sourcePath("ui").string() + "' -ts '" + copy.string() + "'";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;

    const std::string text = corral::test::readText(copy);
    static const std::regex message(R"(<message[^>]*>[\s\S]*?</message>)");
    int messages = 0;
    for (std::sregex_iterator it(text.begin(), text.end(), message), end; it != end; ++it, ++messages) {
        const std::string entry = it->str();
        const bool unfinished = entry.find("type=\"unfinished\"") != std::string::npos;
        const bool empty = entry.find("<translation></translation>") != std::string::npos || entry.find("<numerusform></numerusform>") != std::string::npos;
        EXPECT_FALSE(unfinished || empty) << "not translated:\n" << entry;
    }
    EXPECT_GT(messages, 50);
}

} // namespace
