// The conversation list and the model picker.
#include "core/engine/engine.h"
#include "tests/app/fixture.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>

using namespace corral;
using namespace corral::app;
using namespace corral::test;

TEST(ConversationListModel, ShowsNewestFirstByDay)
{
    TestApplication app;
    auto& list = app->conversations();
    QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::Fatal);
    const auto add = [&](const QString& title, int daysAgo) {
        ConversationRecord record;
        record.title = title;
        record.created = QDateTime::currentDateTimeUtc().addDays(-daysAgo);
        return app->store().addConversation(record);
    };
    add(QStringLiteral("old"), 100);
    const int week = add(QStringLiteral("this week"), 3);
    add(QStringLiteral("now"), 0);
    QStringList titles, groups;
    for (int row = 0; row < list.count(); ++row) {
        titles.append(list.data(list.index(row), ConversationListModel::TitleRole).toString());
        groups.append(list.data(list.index(row), ConversationListModel::GroupRole).toString());
    }
    EXPECT_EQ(titles, QStringList({"now", "this week", "old"}));
    EXPECT_EQ(groups[0], QStringLiteral("Today"));
    EXPECT_EQ(groups[1], QStringLiteral("Last 7 days"));
    EXPECT_TRUE(groups[2].contains(QString::number(QDate::currentDate().addDays(-100).year())));
    EXPECT_EQ(list.rowOf(week), 1);
    EXPECT_NE(list.neighbour(week, -1), 0);
    EXPECT_EQ(list.neighbour(week, 5), 0);

    MessageRecord message; // what is written to moves to the top
    message.conversation = week;
    message.content = QStringLiteral("again");
    app->store().addMessage(message);
    EXPECT_EQ(list.rowOf(week), 0);
    EXPECT_EQ(list.data(list.index(0), ConversationListModel::GroupRole).toString(), QStringLiteral("Today"));
}

TEST(ConversationListModel, SearchesRenamesAndDeletes)
{
    TestApplication app;
    ASSERT_TRUE(app.load());
    ASSERT_TRUE(app.ask(QStringLiteral("What is the capital of France?")));
    const int france = app->chat().conversationId();
    app->chat().newConversation();
    ASSERT_TRUE(app.ask(QStringLiteral("Show me a table")));
    auto& list = app->conversations();
    QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::Fatal);
    ASSERT_EQ(list.count(), 2);
    list.setSearch(QStringLiteral("capital of france"));
    ASSERT_EQ(list.count(), 1);
    EXPECT_EQ(list.data(list.index(0), ConversationListModel::ConversationIdRole).toInt(), france);
    EXPECT_FALSE(list.data(list.index(0), ConversationListModel::SnippetRole).toString().isEmpty());
    list.setSearch({});
    list.rename(france, QStringLiteral("  Renamed\n here "));
    EXPECT_EQ(list.data(list.index(list.rowOf(france)), ConversationListModel::TitleRole).toString(), QStringLiteral("Renamed here"));
    QSignalSpy removed(&list, &ConversationListModel::removed);
    list.remove(france);
    EXPECT_EQ(list.count(), 1);
    EXPECT_TRUE(list.canUndo());
    EXPECT_EQ(list.undoTitle(), QStringLiteral("Renamed here"));
    EXPECT_EQ(removed.count(), 1);
    list.undoRemove();
    EXPECT_EQ(list.count(), 2);
    EXPECT_FALSE(list.canUndo());
}

class ModelPicker : public ::testing::Test {
protected:
    ModelPicker()
    {
        QDir().mkpath(m_models);
        for (const char* name : {"beta.gguf", "Alpha.gguf", "big-00001-of-00002.gguf", "big-00002-of-00002.gguf", "mamba.gguf", "notes.txt"}) touch(name);
    }
    void touch(const char* name)
    {
        QFile file(m_models + u'/' + QString::fromLatin1(name));
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write("x");
    }
    static Result<engine::ModelInfo> inspect(const std::filesystem::path& path)
    {
        engine::ModelInfo info;
        info.name = path.stem() == "beta" ? "The Beta Model" : "";
        info.quantization = "Q8_0";
        info.architecture = path.stem() == "mamba" ? "mamba" : "llama";
        info.supported = info.architecture == "llama";
        info.fileBytes = 98'362'432;
        info.parameters = 134'515'008;
        if (path.stem() == "Alpha") return fail(ErrorCode::Format, "magic at offset 0");
        return info;
    }
    QStringList names(ModelPickerModel& model)
    {
        QStringList list;
        for (int row = 0; row < model.count(); ++row) list.append(model.data(model.index(row), ModelPickerModel::NameRole).toString());
        return list;
    }

    TempDir m_folder;
    const QString m_models = QString::fromStdString((m_folder / "models").string());
    SettingsFile m_settings{QString::fromStdString((m_folder / "settings.json").string())};
};

TEST_F(ModelPicker, ShowsTheFolderAndReadsTheHeaders)
{
    ModelPickerModel model(m_settings, m_models, StarterManifest::load(), &inspect);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    EXPECT_EQ(names(model), QStringList({"Alpha", "beta", "big-00001-of-00002", "mamba"})) << "names of files at once, later shards hidden";
    EXPECT_TRUE(model.reading());
    ASSERT_TRUE(spinUntil([&] { return !model.reading(); }));
    EXPECT_EQ(names(model)[1], QStringLiteral("The Beta Model"));
    const auto value = [&](int row, int role) { return model.data(model.index(row), role); };
    EXPECT_EQ(value(1, ModelPickerModel::SizeTextRole).toString(), QStringLiteral("98.4 MB"));
    EXPECT_EQ(value(1, ModelPickerModel::SizeDetailRole).toString(), QStringLiteral("93.8 MiB"));
    EXPECT_EQ(value(1, ModelPickerModel::ParametersRole).toString(), QStringLiteral("135 million"));
    EXPECT_TRUE(value(1, ModelPickerModel::UsableRole).toBool());
    EXPECT_FALSE(value(0, ModelPickerModel::UsableRole).toBool());
    EXPECT_TRUE(value(3, ModelPickerModel::ProblemRole).toString().contains(QStringLiteral("mamba")));
    model.setSearch(QStringLiteral("BETA"));
    EXPECT_EQ(names(model), QStringList{"The Beta Model"});
}

TEST_F(ModelPicker, RecentOnesComeFirstAndTheLatestIsPreferred)
{
    ModelPickerModel model(m_settings, m_models, StarterManifest::load(), &inspect);
    ASSERT_TRUE(spinUntil([&] { return !model.reading(); }));
    EXPECT_EQ(model.preferred(), QString());
    model.setCurrent(m_models + QStringLiteral("/mamba.gguf"));
    model.setCurrent(m_models + QStringLiteral("/beta.gguf"));
    EXPECT_EQ(names(model), QStringList({"The Beta Model", "mamba", "Alpha", "big-00001-of-00002"}));
    EXPECT_EQ(model.data(model.index(0), ModelPickerModel::SectionRole).toString(), QStringLiteral("Recent"));
    EXPECT_TRUE(model.data(model.index(0), ModelPickerModel::CurrentRole).toBool());
    EXPECT_EQ(model.preferred(), m_models + QStringLiteral("/beta.gguf"));
    model.forget(0);
    EXPECT_EQ(names(model)[0], QStringLiteral("mamba"));
    QFile::remove(m_models + QStringLiteral("/mamba.gguf"));
    EXPECT_TRUE(spinUntil([&] { return model.count() == 3; })) << "the folder is watched";
}

TEST_F(ModelPicker, OpensGgufFilesAndRefusesOthersWithAReason)
{
    ModelPickerModel model(m_settings, m_models, StarterManifest::load(), &inspect);
    ASSERT_TRUE(spinUntil([&] { return !model.reading(); }));
    QSignalSpy chosen(&model, &ModelPickerModel::chosen), refused(&model, &ModelPickerModel::refused);
    model.openFile(QUrl::fromLocalFile(m_models + QStringLiteral("/beta.gguf")));
    EXPECT_EQ(chosen.count(), 1);
    model.openFile(QUrl::fromLocalFile(m_models + QStringLiteral("/notes.txt")));
    model.openFile(QUrl::fromLocalFile(m_models + QStringLiteral("/missing.gguf")));
    model.openFile(QUrl(QStringLiteral("https://example.org/x.gguf")));
    model.choose(0); // Alpha is damaged
    EXPECT_EQ(chosen.count(), 1);
    ASSERT_EQ(refused.count(), 4);
    EXPECT_TRUE(refused[0][0].toString().contains(QStringLiteral("notes.txt")));
    EXPECT_TRUE(refused[3][0].toString().contains(QStringLiteral("damaged")));
}

TEST(Application, OpensTheModelUsedLastElseTheStarter)
{
    TestApplication app;
    QDir().mkpath(app.path("models"));
    QFile file(app.path("models/tiny.gguf"));
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.close();
    app->models().openFile(QUrl::fromLocalFile(app.path("models/tiny.gguf")));
    ASSERT_TRUE(spinUntil([&] { return app->chat().state() == ChatController::Ready; }));
    app->chat().unloadModel();
    app->begin();
    ASSERT_TRUE(spinUntil([&] { return app->chat().state() == ChatController::Ready; }));
    EXPECT_EQ(app->chat().modelName(), QStringLiteral("tiny"));
    EXPECT_EQ(app->starter().state(), StarterFetcher::Missing) << "a model is there: nothing is downloaded";
}
