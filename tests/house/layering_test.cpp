// The house rules that a machine can check: which room may include which, and that ARCHITECTURE.md speaks of folders that exist.
#include "tests/support/golden.h"

#include <algorithm>
#include <map>
#include <regex>
#include <set>

namespace {

namespace fs = std::filesystem;

// Room → rooms it may include directly; what lies below an allowed room is allowed too. A room is the first folder below core/, app/ or ui/;
// "app" and "ui" as a whole stand for all of their rooms. The same table stands in ARCHITECTURE.md.
const std::map<std::string, std::set<std::string>> kEdges = {
    {"core/base", {}},
    {"core/quant", {"core/base"}},
    {"core/gguf", {"core/quant"}},
    {"core/tensor", {"core/gguf"}},
    {"core/graph", {"core/tensor"}},
    {"core/model", {"core/graph"}},
    {"core/backend", {"core/graph"}},
    {"core/text", {"core/gguf"}},
    {"core/sample", {"core/base"}},
    {"core/generate", {"core/model", "core/backend", "core/text", "core/sample"}},
    {"core/engine", {"core/generate"}},
    {"core/quantize", {"core/gguf"}},
    {"core/convert", {"core/quantize", "core/text"}},
    {"core/measure", {"core/generate", "core/quantize"}},
    {"core/memory", {"core/generate"}},
    {"core/hub", {"core/gguf"}},
    {"app", {"core/engine", "core/quantize", "core/convert", "core/measure", "core/memory", "core/hub"}},
    {"ui", {"app"}},
};

std::string roomOf(const std::string& path)
{
    if (path.starts_with("app/")) return "app";
    if (path.starts_with("ui/")) return "ui";
    if (!path.starts_with("core/")) return {};
    return path.substr(0, path.find('/', 5));
}

std::set<std::string> reachable(const std::string& room)
{
    std::set<std::string> found{room};
    std::vector<std::string> queue{room};
    while (!queue.empty()) {
        const auto it = kEdges.find(queue.back());
        queue.pop_back();
        if (it == kEdges.end()) continue;
        for (const auto& next : it->second)
            if (found.insert(next).second) queue.push_back(next);
    }
    return found;
}

std::vector<fs::path> sources(const std::string& folder)
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(corral::test::sourcePath(folder)))
        if (entry.is_regular_file() && (entry.path().extension() == ".h" || entry.path().extension() == ".cpp")) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<std::string> includesOf(const fs::path& file)
{
    static const std::regex line(R"re((?:^|\n)[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"])re");
    const std::string text = corral::test::readText(file);
    std::vector<std::string> found;
    for (std::sregex_iterator it(text.begin(), text.end(), line), end; it != end; ++it) found.push_back((*it)[1]);
    return found;
}

TEST(Layering, EveryIncludeFollowsAnAllowedEdge)
{
    const fs::path root = corral::test::sourcePath("");
    int checked = 0;
    for (const char* house : {"core", "app", "ui"}) {
        for (const auto& file : sources(house)) {
            const std::string path = fs::relative(file, root).generic_string();
            if (path.starts_with("app/main/")) continue; // main stands above ui
            const std::string room = roomOf(path);
            ASSERT_TRUE(kEdges.contains(room)) << path << " lies in a room that the table does not know";
            const auto allowed = reachable(room);
            for (const auto& include : includesOf(file)) {
                const std::string target = roomOf(include);
                if (target.empty()) continue;
                EXPECT_TRUE(allowed.contains(target)) << path << " includes " << include << ": " << room << " may not include " << target;
                ++checked;
            }
        }
    }
    EXPECT_GT(checked, 100);
}

TEST(Layering, CoreKnowsNoQt)
{
    static const std::regex qt(R"(^(Q[A-Z].*|Qt[A-Z].*/.*|K[A-Z].*/.*))");
    const std::string hub = corral::test::sourcePath("core/hub").generic_string() + "/"; // networks: no pixels, no QML
    static const std::regex pixels(R"(^(QQml.*|QQuick.*|QtQml/.*|QtQuick/.*|QGui.*|QWidget.*|K[A-Z].*/.*))");
    for (const auto& file : sources("core")) {
        const std::regex& foreign = file.generic_string().starts_with(hub) ? pixels : qt;
        for (const auto& include : includesOf(file)) EXPECT_FALSE(std::regex_match(include, foreign)) << file << " includes " << include;
    }
}

TEST(Layering, AppKnowsNoPixels)
{
    static const std::regex pixels(R"(^(QQuick.*|QtQuick/.*|QWidget|QtWidgets/.*|Kirigami.*))");
    const fs::path root = corral::test::sourcePath("");
    for (const auto& file : sources("app")) {
        if (fs::relative(file, root).generic_string().starts_with("app/main/")) continue;
        for (const auto& include : includesOf(file)) EXPECT_FALSE(std::regex_match(include, pixels)) << file << " includes " << include;
    }
}

// The command line and what it needs are also built without Qt; the server runs where there is no display.
TEST(Layering, TheCommandLineAndTheServerKnowTheirLimits)
{
    static const std::regex qt(R"(^(Q[A-Z].*|Qt[A-Z].*/.*|K[A-Z].*/.*))"), pixels(R"(^(QQml.*|QtQml/.*|QGui.*|QtGui/.*|QImage|QColor|QFont|QPixmap|K[A-Z].*/.*))");
    static const std::regex qtRooms(R"(^(app/(?!cli/|shelf/|server/server_options\.h)|ui/|core/hub/).*)");
    static const std::regex otherRooms(R"(^(app/(?!server/|shelf/)|ui/|core/hub/).*)");
    const std::string options = corral::test::sourcePath("app/server/server_options.h").generic_string();
    const auto expectNone = [](const fs::path& file, const std::regex& foreign) {
        for (const auto& include : includesOf(file)) EXPECT_FALSE(std::regex_match(include, foreign)) << file << " includes " << include;
    };
    for (const char* folder : {"app/cli", "app/shelf"})
        for (const auto& file : sources(folder)) expectNone(file, qt), expectNone(file, qtRooms);
    for (const auto& file : sources("app/server")) {
        expectNone(file, pixels);
        expectNone(file, otherRooms);
        if (file.generic_string() == options) expectNone(file, qt);
    }
}

TEST(Layering, NoOtherEngineAnywhere)
{
    static const std::regex engine(R"((ggml|llama)[^/]*\.h$)");
    for (const char* house : {"core", "app", "ui"})
        for (const auto& file : sources(house))
            for (const auto& include : includesOf(file))
                EXPECT_FALSE(std::regex_search(include, engine) && !include.starts_with("core/")) << file << " includes " << include;
}

TEST(Architecture, NamesOnlyFoldersThatExist)
{
    static const std::regex name(R"(`((?:core|app|ui|tests|resources|translations|installer|cmake)/[A-Za-z0-9_./-]*)`)");
    const std::string text = corral::test::readText(corral::test::sourcePath("ARCHITECTURE.md"));
    int found = 0;
    for (std::sregex_iterator it(text.begin(), text.end(), name), end; it != end; ++it, ++found)
        EXPECT_TRUE(fs::exists(corral::test::sourcePath((*it)[1]))) << "ARCHITECTURE.md names " << (*it)[1];
    EXPECT_GT(found, 20);
}

TEST(Architecture, EveryRoomHasAReadme)
{
    for (const char* house : {"core", "app", "ui"})
        for (const auto& entry : fs::directory_iterator(corral::test::sourcePath(house)))
            if (entry.is_directory()) { EXPECT_TRUE(fs::exists(entry.path() / "README.md")) << entry.path() << " has no README.md"; }
}

} // namespace
