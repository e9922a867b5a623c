// The library: own folders and copies of other programs' layouts, which must be the same afterwards, down to the times of their files.
#include "app/shelf/collect.h"
#include "app/shelf/facts_cache.h"
#include "app/shelf/known_sums.h"
#include "app/shelf/names.h"
#include "app/shelf/other_programs.h"
#include "app/shelf/check.h"
#include "app/shelf/rename.h"
#include "core/base/sha256.h"
#include "core/base/system_file.h"
#include "tests/app/fixture.h"
#include "tests/support/tiny_model.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTimer>

#include <fstream>
#include <map>
#include <thread>

using namespace corral;
using namespace corral::app;
using namespace corral::test;

namespace fs = std::filesystem;

namespace {

std::string digits(char c, std::size_t count) { return std::string(count, c); }

void writeText(const fs::path& file, const std::string& text)
{
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

void writeModel(const fs::path& file)
{
    fs::create_directories(file.parent_path());
    TinyModel().write(file);
}

std::string sumOf(const fs::path& file)
{
    Sha256 sum;
    sum.add(readBytes(file));
    return sum.hex();
}

// Everything that can be seen of a tree: names, kinds, link targets, times and contents.
std::map<std::string, std::string> pictureOf(const fs::path& root)
{
    std::map<std::string, std::string> picture;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        std::string what = std::to_string(fs::last_write_time(entry.path()).time_since_epoch().count());
        if (entry.is_symlink()) what += " → " + fs::read_symlink(entry.path()).string();
        else if (entry.is_regular_file()) what += " " + sumOf(entry.path());
        picture[entry.path().lexically_relative(root).string()] = what;
    }
    return picture;
}

void makeReadOnly(const fs::path& root)
{
    for (const auto& entry : fs::recursive_directory_iterator(root))
        if (!entry.is_symlink()) fs::permissions(entry.path(), fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write, fs::perm_options::remove);
}

// A home folder in which six programs keep models.
void makePrograms(const fs::path& home)
{
    const fs::path repository = home / ".cache/huggingface/hub/models--owner--name-GGUF";
    const std::string commit = digits('a', 40);
    writeText(repository / "refs/main", commit);
    writeModel(home / "blob");
    const std::string sum = sumOf(home / "blob");
    fs::create_directories(repository / "blobs");
    fs::copy_file(home / "blob", repository / "blobs" / sum);
    fs::create_directories(repository / "snapshots" / commit / "sub");
    fs::create_symlink(fs::path("../../../blobs") / sum, repository / "snapshots" / commit / "sub" / "name-Q8_0.gguf");
    writeModel(repository / "snapshots" / digits('b', 40) / "old-Q8_0.gguf"); // no ref names it

    const fs::path ollama = home / ".ollama/models";
    fs::create_directories(ollama / "blobs");
    fs::copy_file(home / "blob", ollama / "blobs" / ("sha256-" + sum));
    const auto manifest = [](const std::string& hex) {
        return R"({"schemaVersion":2,"layers":[{"mediaType":"application/vnd.ollama.image.license","digest":"sha256:)" + digits('0', 64) +
               R"("},{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:)" + hex + R"(","size":1}]})";
    };
    writeText(ollama / "manifests/registry.ollama.ai/library/tiny/1b", manifest(sum));
    writeText(ollama / "manifests/hf.co/owner/gone/latest", manifest(digits('c', 64)));
    writeText(ollama / "manifests/registry.ollama.ai/library/evil/1b", manifest("../../../../etc/passwd"));
    writeText(ollama / "manifests/registry.ollama.ai/library/broken/1b", "{\"layers\": [[[");
    fs::remove(home / "blob");

    writeModel(home / ".lmstudio/models/publisher/model/file-Q4_K_M.gguf");
    writeText(home / ".lmstudio/models/publisher/model/mmproj-model-f16.gguf", "GGUF");
    writeModel(home / ".local/share/Jan/data/files/janus.gguf");
    writeText(home / ".local/share/Jan/data/llamacpp/models/owner/janus/model.yml", "name: Janus\nmodel_path: files/janus.gguf\n");
    writeModel(home / ".local/share/nomic.ai/GPT4All/flat.gguf");
    writeModel(home / ".cache/llama.cpp/owner_name_file.gguf");
    writeText(home / ".cache/llama.cpp/owner_name_file.gguf.etag", "x");
}

shelf::Environment environmentOf(const fs::path& home)
{
    return {home, [](const char*) { return std::string(); }};
}

const shelf::Model* withOrigin(const std::vector<shelf::Model>& models, shelf::Origin origin, const std::string& label = {})
{
    for (const auto& model : models)
        if (model.folder.origin == origin && (label.empty() || model.label == label)) return &model;
    return nullptr;
}

// A library of the window, with the real engine's reader.
class TestLibrary {
public:
    explicit TestLibrary(std::function<std::vector<shelf::Folder>()> others = {}) : m_settings(text("settings.json"))
    {
        LibraryIndex::Options options{.ownFolder = text("models"), .otherPrograms = std::move(others), .cacheFile = text("cache.json"), .sumsFile = text("sums.json"),
                                      .inspect = [this](const fs::path& path) {
                                          ++inspected;
                                          std::this_thread::sleep_for(inspectTime);
                                          return engine::inspect(path);
                                      }};
        m_index = std::make_unique<LibraryIndex>(m_settings, options);
        m_model = std::make_unique<LibraryModel>(*m_index);
    }

    fs::path path(const std::string& name) const { return m_folder / name; }
    QString text(const std::string& name) const { return QString::fromStdString(path(name).string()); }
    LibraryModel& operator*() { return *m_model; }
    LibraryModel* operator->() { return m_model.get(); }
    LibraryIndex& index() { return *m_index; }
    bool read()
    {
        m_index->refresh();
        return spinUntil([this] { return m_index->listed() && !m_index->reading(); });
    }
    QVariant at(int row, LibraryModel::Role role) const { return m_model->data(m_model->index(row), role); }
    QVariant of(const std::string& name, LibraryModel::Role role) const { return at(m_model->rowOf(text(name)), role); }

    std::atomic<int> inspected = 0;
    std::chrono::milliseconds inspectTime{0}; // set before it is read

private:
    TempDir m_folder;
    SettingsFile m_settings;
    std::unique_ptr<LibraryIndex> m_index;
    std::unique_ptr<LibraryModel> m_model;
};

// The trash of a test lies in a home of its own.
class Library : public testing::Test {
protected:
    Library() : m_before(qgetenv("XDG_DATA_HOME")) { qputenv("XDG_DATA_HOME", (m_data / "share").string().c_str()); }
    ~Library() override
    {
        if (m_before.isNull()) qunsetenv("XDG_DATA_HOME");
        else qputenv("XDG_DATA_HOME", m_before);
    }

private:
    TempDir m_data;
    QByteArray m_before;
};

} // namespace

TEST(ShelfNames, ShardsTypesAndWhatIsNoModel)
{
    const auto shard = shelf::shardName("a-b-00002-of-00010.gguf");
    ASSERT_TRUE(shard);
    EXPECT_EQ(shard->prefix, "a-b");
    EXPECT_EQ(shard->number, 2);
    EXPECT_EQ(shard->count, 10);
    EXPECT_EQ(shelf::shardFileName("a-b", 2, 10), "a-b-00002-of-00010.gguf");
    for (const char* name : {"a-00003-of-00002.gguf", "a-00000-of-00002.gguf", "a-0001-of-00002.gguf", "-00001-of-00002.gguf", "a-00001-of-00002", "a-0000a-of-00002.gguf", ""})
        EXPECT_FALSE(shelf::shardName(name)) << name;
    EXPECT_EQ(shelf::quantizationInName("SmolLM2-135M-Instruct.Q4_1.gguf"), "Q4_1");
    EXPECT_EQ(shelf::quantizationInName("x-iq3_xxs-00001-of-00002.gguf"), "IQ3_XXS");
    EXPECT_EQ(shelf::quantizationInName("Qwen3.gguf"), "");
    EXPECT_TRUE(shelf::isAttachment("mmproj-model-f16.gguf"));
    EXPECT_FALSE(shelf::isAttachment("model-f16.gguf"));
}

TEST(ShelfNames, WhatAFileMayNotBeCalled)
{
    for (const char* name : {"", ".hidden", "a/b", "..", "a\nb", " a", "a ", "a\\b", "C:x", "a\x7f"}) EXPECT_TRUE(shelf::nameProblem(name)) << name;
    EXPECT_TRUE(shelf::nameProblem(std::string(300, 'x')));
    for (const char* name : {"a", "model v2 (final)", "模型", "naïve"}) EXPECT_FALSE(shelf::nameProblem(name)) << name;
}

TEST(Shelf, OtherProgramsModelsAreFoundByTheirNames)
{
    TempDir home;
    makePrograms(home / "");
    const auto folders = shelf::otherPrograms(environmentOf(fs::canonical(home / "")));
    const auto models = shelf::collect(folders).models;
    const auto* huggingFace = withOrigin(models, shelf::Origin::HuggingFace);
    ASSERT_TRUE(huggingFace);
    EXPECT_EQ(huggingFace->label, "owner/name-GGUF");
    EXPECT_EQ(huggingFace->fileName(), "name-Q8_0.gguf");
    EXPECT_EQ(huggingFace->files.front().sha256, sumOf(huggingFace->path()));
    EXPECT_FALSE(huggingFace->own);
    const auto* ollama = withOrigin(models, shelf::Origin::Ollama, "tiny:1b");
    ASSERT_TRUE(ollama);
    EXPECT_EQ(ollama->files.front().sha256, sumOf(ollama->path()));
    const auto* gone = withOrigin(models, shelf::Origin::Ollama, "hf.co/owner/gone:latest");
    ASSERT_TRUE(gone);
    EXPECT_EQ(gone->missing.size(), 1u);
    EXPECT_FALSE(withOrigin(models, shelf::Origin::Ollama, "evil:1b"));
    const auto* studio = withOrigin(models, shelf::Origin::LmStudio);
    ASSERT_TRUE(studio);
    EXPECT_EQ(studio->label, "publisher/model");
    EXPECT_EQ(studio->fileName(), "file-Q4_K_M.gguf");
    const auto* jan = withOrigin(models, shelf::Origin::Jan);
    ASSERT_TRUE(jan);
    EXPECT_EQ(jan->label, "owner/janus");
    EXPECT_EQ(jan->fileName(), "janus.gguf");
    EXPECT_TRUE(withOrigin(models, shelf::Origin::Gpt4All));
    EXPECT_TRUE(withOrigin(models, shelf::Origin::LlamaCpp));
    EXPECT_EQ(models.size(), 7u);
}

TEST_F(Library, NothingIsEverWrittenIntoAnotherProgramsFolder)
{
    TempDir temporary;
    const fs::path home = fs::canonical(temporary / "");
    makePrograms(home);
    makeReadOnly(home);
    const auto before = pictureOf(home);

    TestLibrary library([&home] { return shelf::otherPrograms(environmentOf(home)); });
    fs::create_directories(library.path("models"));
    fs::create_directory_symlink(home / ".lmstudio/models", library.path("models") / "studio"); // also by another way
    ASSERT_TRUE(library.read());
    ASSERT_EQ(library->count(), 7);
    ModelDetails details(*library, library.index(), Workshop::real());
    QSignalSpy failed(&*library, &LibraryModel::failed);
    for (int row = 0; row < 7; ++row) {
        const QString path = library.at(row, LibraryModel::PathRole).toString();
        EXPECT_FALSE(library.at(row, LibraryModel::OwnRole).toBool()) << path.toStdString();
        library->select(path);
        EXPECT_TRUE(spinUntil([&] { return details.state() != ModelDetails::Reading; }));
        library->rename(path, QStringLiteral("mine"));
        library->moveToTrash(path);
        library->verify(path);
        EXPECT_TRUE(spinUntil([&] { return library->check() == LibraryModel::Right || library->check() == LibraryModel::Wrong; }));
        EXPECT_EQ(library->check(), library.at(row, LibraryModel::UsableRole).toBool() ? LibraryModel::Right : LibraryModel::Wrong) << library->checkText().toStdString();
    }
    EXPECT_EQ(failed.count(), 14) << "each of them was refused";
    ASSERT_TRUE(library.read());
    EXPECT_EQ(pictureOf(home), before);
}

TEST_F(Library, AProgramThatIsInstalledLaterIsForeignAtTheNextWalk)
{
    TempDir temporary;
    const fs::path home = fs::canonical(temporary / "");
    TestLibrary library([&home] { return shelf::otherPrograms(environmentOf(home)); });
    fs::create_directories(library.path("models"));
    fs::create_symlink(home / ".lmstudio/models", library.path("models") / "studio"); // leads nowhere yet
    ASSERT_TRUE(library.read());
    ASSERT_EQ(library->count(), 0);
    const std::size_t before = library.index().folders().size();
    writeModel(home / ".lmstudio/models/publisher/model/file-Q4_K_M.gguf");
    ASSERT_TRUE(library.read());
    EXPECT_EQ(library.index().folders().size(), before + 1);
    ASSERT_EQ(library->count(), 1);
    EXPECT_FALSE(library.at(0, LibraryModel::OwnRole).toBool());
}

TEST_F(Library, ShardsAreOneRowAndMissingOnesAreNamed)
{
    TestLibrary library;
    for (const char* name : {"whole-00001-of-00002.gguf", "whole-00002-of-00002.gguf", "torn-00002-of-00003.gguf"}) writeModel(library.path("models") / name);
    writeModel(library.path("models/deep/er/single.gguf"));
    writeText(library.path("models/broken.gguf"), "GGUF, but not really");
    fs::create_directory_symlink("..", library.path("models/deep/loop"));
    fs::create_directory_symlink(library.path("models"), library.path("models/deep/again"));
    fs::create_symlink(library.path("nowhere"), library.path("models/dangling.gguf"));
    ASSERT_TRUE(library.read());
    QAbstractItemModelTester tester(&*library, QAbstractItemModelTester::FailureReportingMode::Fatal);
    ASSERT_EQ(library->count(), 4);
    EXPECT_EQ(library.of("models/whole-00001-of-00002.gguf", LibraryModel::FilesRole).toInt(), 2);
    const auto missing = library.of("models/torn-00002-of-00003.gguf", LibraryModel::MissingRole).toStringList();
    EXPECT_EQ(missing, QStringList({"torn-00001-of-00003.gguf", "torn-00003-of-00003.gguf"}));
    EXPECT_FALSE(library.of("models/torn-00002-of-00003.gguf", LibraryModel::UsableRole).toBool());
    EXPECT_EQ(library.of("models/torn-00002-of-00003.gguf", LibraryModel::ArchitectureRole).toString(), QStringLiteral("llama"));
    EXPECT_FALSE(library.of("models/broken.gguf", LibraryModel::UsableRole).toBool());
    EXPECT_FALSE(library.of("models/broken.gguf", LibraryModel::ProblemRole).toString().isEmpty());
    EXPECT_TRUE(library.of("models/deep/er/single.gguf", LibraryModel::UsableRole).toBool());
    library->setSearch(QStringLiteral("llama TORN"));
    EXPECT_EQ(library->count(), 1);
}

TEST_F(Library, HeadersAreReadOnceAndAgainWhenAFileChanges)
{
    TestLibrary library;
    writeModel(library.path("models/a.gguf"));
    writeModel(library.path("models/b.gguf"));
    ASSERT_TRUE(library.read());
    EXPECT_EQ(library.inspected, 2);
    ASSERT_TRUE(library.read());
    EXPECT_EQ(library.inspected, 2);
    fs::last_write_time(library.path("models/b.gguf"), fs::file_time_type::clock::now() - std::chrono::hours(1));
    ASSERT_TRUE(library.read());
    EXPECT_EQ(library.inspected, 3);
    // A cache that was tampered with is only slower. (A walk that the watcher began may end now and put its own cache over it.)
    for (int i = 0; i < 5 && library.inspected == 3; ++i) {
        writeText(library.path("cache.json"), "{\"form\": 1, \"models\": [1, {\"a\": null}]}");
        ASSERT_TRUE(library.read());
    }
    EXPECT_EQ(library.inspected, 5);
    EXPECT_EQ(library->count(), 2);
}

TEST_F(Library, FoldersAreWatched)
{
    TestLibrary library;
    writeModel(library.path("models/a.gguf"));
    ASSERT_TRUE(library.read());
    writeModel(library.path("models/b.gguf"));
    EXPECT_TRUE(spinUntil([&] { return library->count() == 2; }));
    fs::create_directories(library.path("other"));
    writeModel(library.path("other/c.gguf"));
    library->addFolder(QUrl::fromLocalFile(library.text("other")));
    EXPECT_TRUE(spinUntil([&] { return library->count() == 3; }));
    EXPECT_EQ(library.of("other/c.gguf", LibraryModel::OriginRole).toString(), library.text("other"));
    library->removeFolder(library.text("other"));
    EXPECT_TRUE(spinUntil([&] { return library->count() == 2; }));
    EXPECT_TRUE(fs::exists(library.path("other/c.gguf")));
}

TEST_F(Library, ADownloadThatKeepsWritingNeitherStarvesNorDrivesTheWalks)
{
    TestLibrary library;
    writeModel(library.path("models/a.gguf"));
    ASSERT_TRUE(library.read());
    QTimer download; // more often than any burst ends
    QObject::connect(&download, &QTimer::timeout, [&] {
        writeText(library.path("models/next"), "{}");
        fs::rename(library.path("models/next"), library.path("models/c.gguf.part.json"));
    });
    download.start(50);
    library.inspectTime = std::chrono::milliseconds(400);
    for (const char* name : {"b1", "b2", "b3"}) writeModel(library.path("models") / (std::string(name) + ".gguf"));
    QSignalSpy walks(&library.index(), &LibraryIndex::foldersChanged);
    ASSERT_TRUE(spinUntil([&] { return library->count() == 4 && !library.index().reading(); }, 5'000)) << "it is walked all the same";
    EXPECT_EQ(library.inspected, 4) << "once each";
    EXPECT_EQ(walks.count(), 1) << "changes did not end the reading of headers";
    spinUntil([] { return false; }, 1'000);
    EXPECT_EQ(walks.count(), 1) << "there is a pause between walks";
    EXPECT_TRUE(spinUntil([&] { return walks.count() == 2; }, 5'000)) << "what came during a walk is not forgotten";
}

TEST_F(Library, RenamesAllFilesOrNone)
{
    TestLibrary library;
    writeModel(library.path("models/old-00001-of-00002.gguf"));
    writeModel(library.path("models/old-00002-of-00002.gguf"));
    writeModel(library.path("models/taken-00002-of-00002.gguf"));
    ASSERT_TRUE(library.read());
    QSignalSpy failed(&*library, &LibraryModel::failed), renamed(&*library, &LibraryModel::renamed);
    const QString path = library.text("models/old-00001-of-00002.gguf");
    EXPECT_EQ(library->nameToEdit(path), QStringLiteral("old"));
    for (const char* name : {"", "../up", "a/b", ".hidden", "taken"}) {
        failed.clear();
        library->rename(path, QString::fromLatin1(name));
        EXPECT_TRUE(spinUntil([&] { return failed.count() == 1; })) << name;
        EXPECT_TRUE(fs::exists(library.path("models/old-00001-of-00002.gguf")) && fs::exists(library.path("models/old-00002-of-00002.gguf"))) << name;
    }
    library->select(path);
    library->rename(path, QStringLiteral("新的 name"));
    ASSERT_TRUE(spinUntil([&] { return renamed.count() == 1; }));
    EXPECT_TRUE(fs::exists(library.path("models/新的 name-00001-of-00002.gguf")));
    EXPECT_TRUE(fs::exists(library.path("models/新的 name-00002-of-00002.gguf")));
    EXPECT_EQ(library->selected(), library.text("models/新的 name-00001-of-00002.gguf"));
    ASSERT_TRUE(library.read());
    EXPECT_EQ(library->selected(), library.text("models/新的 name-00001-of-00002.gguf"));
    EXPECT_EQ(library->count(), 2);
}

TEST_F(Library, TrashTakesAllFilesAndGivesThemBack)
{
    TestLibrary library;
    writeModel(library.path("models/x-00001-of-00002.gguf"));
    writeModel(library.path("models/x-00002-of-00002.gguf"));
    writeModel(library.path("models/stays.gguf"));
    ASSERT_TRUE(library.read());
    const auto before = pictureOf(library.path("models"));
    QSignalSpy trashed(&*library, &LibraryModel::trashed), failed(&*library, &LibraryModel::failed);
    library->moveToTrash(library.text("models/x-00001-of-00002.gguf"));
    ASSERT_TRUE(spinUntil([&] { return trashed.count() + failed.count() == 1; }));
    ASSERT_EQ(failed.count(), 0) << failed.front().front().toString().toStdString();
    ASSERT_TRUE(library.read());
    EXPECT_EQ(library->count(), 1);
    EXPECT_FALSE(fs::exists(library.path("models/x-00001-of-00002.gguf")) || fs::exists(library.path("models/x-00002-of-00002.gguf")));
    ASSERT_TRUE(library->canUndo());
    library->undoTrash();
    EXPECT_TRUE(spinUntil([&] { return library->count() == 2; }));
    EXPECT_EQ(pictureOf(library.path("models")), before);
    EXPECT_FALSE(library->canUndo());
}

TEST_F(Library, VerifyingKnowsTheSumOrNotesIt)
{
    TestLibrary library;
    writeModel(library.path("models/hub.gguf"));
    writeModel(library.path("models/own.gguf"));
    const fs::path sums = library.path("sums.json"), hub = library.path("models/hub.gguf"), own = library.path("models/own.gguf");
    const std::string right = sumOf(hub);
    ASSERT_TRUE(shelf::KnownSums::record(sums, hub, {.bytes = fs::file_size(hub), .sha256 = right, .source = "hf:owner/name"}));
    ASSERT_TRUE(library.read());
    const auto verify = [&](const fs::path& path) {
        library->select(QString::fromStdString(path.string()));
        library->verify(library->selected());
        EXPECT_TRUE(spinUntil([&] { return library->check() == LibraryModel::Right || library->check() == LibraryModel::Wrong; }));
        return library->check();
    };
    EXPECT_EQ(verify(hub), LibraryModel::Right);
    EXPECT_TRUE(library->checkText().contains(QStringLiteral("published")));
    EXPECT_EQ(verify(own), LibraryModel::Right);
    EXPECT_TRUE(library->checkText().contains(QStringLiteral("noted")));

    for (const fs::path& path : {hub, own}) { // one byte of the weights goes bad, unseen by size and time
        const auto time = fs::last_write_time(path);
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(-100, std::ios::end);
        file.put('\x55');
        file.close();
        fs::last_write_time(path, time);
        EXPECT_EQ(verify(path), LibraryModel::Wrong) << path;
        EXPECT_TRUE(library->checkText().contains(QStringLiteral("SHA-256")));
    }
}

TEST_F(Library, AVerdictIsOfTheFilesThatWereChecked)
{
    TestLibrary library;
    const fs::path a = library.path("models/a.gguf");
    writeModel(a);
    ASSERT_TRUE(library.read());
    const auto check = [&](const char* name) { return library.of(name, LibraryModel::CheckRole).toInt(); };
    library->verify(library.text("models/a.gguf"));
    ASSERT_TRUE(spinUntil([&] { return check("models/a.gguf") == LibraryModel::Right; }));

    QSignalSpy renamed(&*library, &LibraryModel::renamed);
    library->rename(library.text("models/a.gguf"), QStringLiteral("b"));
    ASSERT_TRUE(spinUntil([&] { return renamed.count() == 1; }));
    ASSERT_TRUE(library.read());
    EXPECT_EQ(check("models/b.gguf"), LibraryModel::Right) << "the same bytes";

    writeModel(library.path("new")); // of the same size
    fs::rename(library.path("new"), library.path("models/b.gguf"));
    ASSERT_TRUE(library.read());
    EXPECT_EQ(check("models/b.gguf"), LibraryModel::Unchecked);
    library->verify(library.text("models/b.gguf"));
    ASSERT_TRUE(spinUntil([&] { return check("models/b.gguf") == LibraryModel::Right; }));
    fs::rename(library.path("models/b.gguf"), library.path("kept"));
    ASSERT_TRUE(library.read());
    writeModel(library.path("models/b.gguf"));
    ASSERT_TRUE(library.read());
    EXPECT_EQ(check("models/b.gguf"), LibraryModel::Unchecked) << "another one under the name of one that was gone";
}

TEST_F(Library, RenamingEndsACheckAtWork)
{
    TestLibrary library;
    writeModel(library.path("models/a.gguf"));
    fs::resize_file(library.path("models/a.gguf"), std::uint64_t(2) << 30); // sparse: takes a while to read, and no room
    ASSERT_TRUE(library.read());
    QSignalSpy renamed(&*library, &LibraryModel::renamed);
    library->verify(library.text("models/a.gguf"));
    ASSERT_EQ(library.of("models/a.gguf", LibraryModel::CheckRole).toInt(), LibraryModel::Checking);
    library->rename(library.text("models/a.gguf"), QStringLiteral("b"));
    ASSERT_TRUE(spinUntil([&] { return renamed.count() == 1; }));
    ASSERT_TRUE(library.read());
    EXPECT_EQ(library.of("models/b.gguf", LibraryModel::CheckRole).toInt(), LibraryModel::Unchecked);
}

TEST_F(Library, FilesThatWereReplacedAreNotTouched)
{
    TestLibrary library;
    const fs::path a = library.path("models/a.gguf");
    writeModel(a);
    ASSERT_TRUE(library.read());
    QSignalSpy failed(&*library, &LibraryModel::failed);
    for (const bool trash : {true, false}) {
        writeModel(library.path("new")); // of the same size; nothing was told to the library yet when the verb is called
        fs::rename(library.path("new"), a);
        if (trash) library->moveToTrash(library.text("models/a.gguf"));
        else library->rename(library.text("models/a.gguf"), QStringLiteral("b"));
        ASSERT_TRUE(spinUntil([&] { return failed.count() == 1; }));
        EXPECT_TRUE(failed.takeFirst().front().toString().contains(QStringLiteral("changed a moment ago")));
        EXPECT_TRUE(fs::exists(a));
        ASSERT_TRUE(library.read());
    }
    EXPECT_FALSE(library->canUndo());
}

#ifndef _WIN32 // names are always text there
TEST_F(Library, NamesThatAreNoTextAreLeftAlone)
{
    TestLibrary library;
    const fs::path odd = library.path("models/odd\xff.gguf");
    writeModel(odd);
    ASSERT_TRUE(library.read());
    ASSERT_EQ(library->count(), 1);
    const QString path = library.at(0, LibraryModel::PathRole).toString();
    QSignalSpy failed(&*library, &LibraryModel::failed);
    library->moveToTrash(path);
    library->rename(path, QStringLiteral("b"));
    EXPECT_EQ(failed.count(), 2);
    EXPECT_FALSE(app::moveToTrash({odd}));
    EXPECT_TRUE(fs::exists(odd));
}
#endif

TEST(ShelfRename, NeverOverAFileThatCameInBetween)
{
    TempDir folder;
    shelf::Model model{.own = true};
    for (const char* name : {"a-00001-of-00002.gguf", "a-00002-of-00002.gguf"}) {
        writeModel(folder / name);
        model.files.push_back(*shelf::lookAt(folder / name));
    }
    const auto moves = shelf::planRename(model, "b");
    ASSERT_TRUE(moves);
    writeText(folder / "b-00002-of-00002.gguf", "somebody else's");
    const auto before = pictureOf(folder / "");
    EXPECT_FALSE(shelf::carryOut(*moves));
    EXPECT_EQ(pictureOf(folder / ""), before);
}

TEST(KnownSums, WritersAtOnceLoseNothing)
{
    TempDir folder;
    const fs::path file = folder / "sums.json";
    constexpr int kThreads = 4, kEach = 10;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < kThreads; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < kEach; ++i) EXPECT_TRUE(shelf::KnownSums::record(file, std::format("/{}/{}", t, i), {.bytes = 1, .sha256 = "x", .source = "hf:a/b"}));
            });
    }
    const auto sums = shelf::KnownSums::load(file);
    for (int t = 0; t < kThreads; ++t)
        for (int i = 0; i < kEach; ++i) EXPECT_TRUE(sums.find({.path = std::format("/{}/{}", t, i), .bytes = 1})) << t << " " << i;
}

TEST(KnownSums, WaitsForAnotherProcess)
{
    TempDir folder;
    const int other = system_file::openLocked(folder / "sums.json.lock", system_file::Content::Kept); // flock is of the open file: as from another process
    ASSERT_GE(other, 0);
    std::atomic<bool> released = false;
    std::jthread holder([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        released = true;
        system_file::close(other);
    });
    EXPECT_TRUE(shelf::KnownSums::record(folder / "sums.json", "/a", {.bytes = 1, .sha256 = "x", .source = {}}));
    EXPECT_TRUE(released);
}

TEST(KnownSums, WhatCannotBeReadIsNotOverwritten)
{
    TempDir folder;
    const fs::path file = folder / "sums.json";
    writeText(file, "{\"files\": {\"/a\": ");
    ASSERT_TRUE(shelf::KnownSums::record(file, "/b", {.bytes = 1, .sha256 = "x", .source = {}}));
    EXPECT_EQ(fs::file_size(folder / "sums.json.damaged"), 17u);
    EXPECT_TRUE(shelf::KnownSums::load(file).find({.path = "/b", .bytes = 1}));

    fs::remove(file);
    fs::create_directory(file); // can never be read
    EXPECT_FALSE(shelf::KnownSums::record(file, "/c", {.bytes = 1, .sha256 = "x", .source = {}}));
    EXPECT_TRUE(fs::is_directory(file));
}

TEST(KnownSums, PublishedOnesAreNotDowngraded)
{
    TempDir folder;
    const fs::path sumsFile = folder / "sums.json";
    shelf::Model model;
    for (const char* name : {"a-00001-of-00003.gguf", "a-00002-of-00003.gguf", "a-00003-of-00003.gguf"}) {
        writeModel(folder / name);
        model.files.push_back(*shelf::lookAt(folder / name));
    }
    model.files[1].sha256 = sumOf(model.files[1].path); // the store tells it
    ASSERT_TRUE(shelf::KnownSums::record(sumsFile, model.path(), {.bytes = model.files[0].bytes, .sha256 = sumOf(model.path()), .source = "hf:a/b"}));
    Job job;
    const auto verdict = shelf::check(model, shelf::KnownSums::load(sumsFile), job);
    ASSERT_TRUE(verdict);
    ASSERT_TRUE(shelf::note(model, *verdict, sumsFile));
    const auto sums = shelf::KnownSums::load(sumsFile);
    ASSERT_TRUE(sums.find(model.files[0]));
    EXPECT_TRUE(sums.find(model.files[0])->fromHub());
    EXPECT_FALSE(sums.find(model.files[1]));
    ASSERT_TRUE(sums.find(model.files[2]));
    EXPECT_FALSE(sums.find(model.files[2])->fromHub());
}

TEST_F(Library, DetailsTellAllThereIs)
{
    TestLibrary library;
    writeModel(library.path("models/tiny.gguf"));
    ASSERT_TRUE(library.read());
    ModelDetails details(*library, library.index(), Workshop::real());
    library->select(library.text("models/tiny.gguf"));
    ASSERT_TRUE(spinUntil([&] { return details.state() == ModelDetails::Ready; }));
    QAbstractItemModelTester tester(details.metadata(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_GT(details.metadata()->count(), 10);
    EXPECT_GT(details.tensors()->count(), 10);
    EXPECT_TRUE(details.chatTemplate().contains(QStringLiteral("message")) || details.chatTemplate().contains(QStringLiteral("m.role")));
    EXPECT_TRUE(details.example().contains(QStringLiteral("[user]What is the capital of France?"))) << details.example().toStdString();
    EXPECT_TRUE(details.example().endsWith(QStringLiteral("[assistant]")));
    const int all = details.metadata()->count();
    details.metadata()->setSearch(QStringLiteral("chat_template"));
    ASSERT_EQ(details.metadata()->count(), 1);
    EXPECT_EQ(details.metadata()->wholeValue(0), details.chatTemplate());
    details.metadata()->setSearch({});
    EXPECT_EQ(details.metadata()->count(), all);
    QStringList labels;
    QHash<QString, QString> values;
    for (const QVariant& row : details.overview()) {
        labels.append(row.toMap()[QStringLiteral("label")].toString());
        values[labels.back()] = row.toMap()[QStringLiteral("value")].toString();
    }
    EXPECT_EQ(values[QStringLiteral("Width")], QStringLiteral("32")); // TinyModel's
    EXPECT_TRUE(labels.contains(QStringLiteral("Layers")) && labels.contains(QStringLiteral("Parameters")) && labels.contains(QStringLiteral("Folder")));
}

TEST_F(Library, FiveThousandFilesInTwoSecondsWarm)
{
    TestLibrary library;
    constexpr int kFiles = 5'000, kFolders = 50, kMostMs = 2'000;
    GgufBuilder small;
    small.string("general.architecture", "llama").string("general.name", "Small").u32("llama.block_count", 1);
    const auto bytes = small.build();
    for (int i = 0; i < kFiles; ++i) {
        const fs::path file = library.path("models") / std::format("folder {}", i % kFolders) / std::format("model {}-Q8_0.gguf", i);
        if (i < kFolders) fs::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
    }
    library.index().refresh();
    ASSERT_TRUE(spinUntil([&] { return library.index().listed() && !library.index().reading(); }, 60'000));
    ASSERT_EQ(library.inspected, kFiles);
    QElapsedTimer clock;
    clock.start();
    ASSERT_TRUE(library.read());
    const auto ms = clock.elapsed();
    EXPECT_EQ(library.inspected, kFiles) << "the cache knew them";
    EXPECT_EQ(library->count(), kFiles);
    EXPECT_LT(ms, kMostMs);
    RecordProperty("warm_ms", int(ms));
    std::printf("5,000 files, warm: %lld ms\n", static_cast<long long>(ms));
}
