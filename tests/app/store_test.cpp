#include "app/store/migrations.h"
#include "app/store/store.h"
#include "tests/app/crash_writer.h"
#include "tests/app/fixture.h"

#include <QCoreApplication>
#include <QProcess>
#include <QSignalSpy>
#include <QSqlError>
#include <QSqlQuery>

#include <csignal>

using namespace corral;
using namespace corral::app;
using namespace corral::test;

static QString storeIn(const TempDir& folder) { return QString::fromStdString((folder / "store/conversations.sqlite").string()); }

static std::unique_ptr<Store> open(const TempDir& folder)
{
    auto store = Store::open(storeIn(folder));
    if (!store) throw std::runtime_error(store.error().message);
    return std::move(*store);
}

static MessageRecord newMessage(int conversation, int parent, MessageRecord::Role role, const QString& text)
{
    MessageRecord record;
    record.conversation = conversation;
    record.parent = parent;
    record.role = role;
    record.content = text;
    return record;
}

static int conversationWith(Store& store, const QString& title, const QStringList& texts)
{
    ConversationRecord record;
    record.title = title;
    const int id = store.addConversation(record);
    int parent = 0;
    for (const QString& text : texts) {
        parent = store.addMessage(newMessage(id, parent, parent % 2 ? MessageRecord::Role::Assistant : MessageRecord::Role::User, text));
    }
    return id;
}

TEST(Store, KeepsEverythingAcrossARestart)
{
    TempDir folder;
    int id = 0;
    {
        auto store = open(folder);
        ConversationRecord record;
        record.title = QStringLiteral("Title “with” quotes' and 中文");
        record.modelPath = QStringLiteral("/m/x.gguf");
        record.modelName = QStringLiteral("X");
        record.settings = {{QStringLiteral("temp"), 0.5}};
        id = store->addConversation(record);
        const int first = store->addMessage(newMessage(id, 0, MessageRecord::Role::User, QStringLiteral("question")));
        MessageRecord answer = newMessage(id, first, MessageRecord::Role::Assistant, QStringLiteral("العربية"));
        answer.timings = {{QStringLiteral("generatedTokens"), 7}};
        answer.modelName = QStringLiteral("X");
        store->setShownLeaf(id, store->addMessage(answer));
    }
    auto store = open(folder);
    const auto conversations = store->conversations();
    ASSERT_EQ(conversations.size(), 1);
    EXPECT_EQ(conversations[0].title, QStringLiteral("Title “with” quotes' and 中文"));
    EXPECT_EQ(conversations[0].modelName, QStringLiteral("X"));
    EXPECT_EQ(conversations[0].settings[QStringLiteral("temp")].toDouble(), 0.5);
    const auto messages = store->messages(id);
    ASSERT_EQ(messages.size(), 2);
    EXPECT_EQ(conversations[0].shownLeaf, messages[1].id);
    EXPECT_EQ(messages[1].content, QStringLiteral("العربية"));
    EXPECT_EQ(messages[1].timings[QStringLiteral("generatedTokens")].toInt(), 7);
    EXPECT_EQ(messages[1].parent, messages[0].id);
    EXPECT_EQ(store->schemaVersion(), newestSchema());
}

TEST(Store, NewestFirst)
{
    TempDir folder;
    auto store = open(folder);
    const int a = conversationWith(*store, QStringLiteral("a"), {});
    spinUntil([] { return false; }, 5);
    const int b = conversationWith(*store, QStringLiteral("b"), {});
    EXPECT_EQ(store->conversations()[0].id, b);
    spinUntil([] { return false; }, 5);
    store->addMessage(newMessage(a, 0, MessageRecord::Role::User, QStringLiteral("again")));
    EXPECT_EQ(store->conversations()[0].id, a);
}

TEST(Store, DeletionCanBeTakenBackUntilItIsPurged)
{
    TempDir folder;
    auto store = open(folder);
    const int id = conversationWith(*store, QStringLiteral("a"), {QStringLiteral("needle in here")});
    store->remove(id);
    EXPECT_TRUE(store->conversations().isEmpty());
    EXPECT_TRUE(store->search(QStringLiteral("needle")).isEmpty());
    store->restore(id);
    EXPECT_EQ(store->conversations().size(), 1);
    EXPECT_EQ(store->messages(id).size(), 1);
    store->remove(id);
    store.reset();
    store = open(folder); // a new start purges
    store->restore(id);
    EXPECT_TRUE(store->conversations().isEmpty());
    EXPECT_TRUE(store->messages(id).isEmpty());
}

TEST(Store, SearchesTitlesAndTexts)
{
    TempDir folder;
    auto store = open(folder);
    const int boat = conversationWith(*store, QStringLiteral("Names for a boat"), {QStringLiteral("A name please"), QStringLiteral("How about Halcyon?")});
    const int china = conversationWith(*store, QStringLiteral("杭州"), {QStringLiteral("西湖是这座城市最有名的景点"), QStringLiteral("100% \"quoted\" AND (strange) text*")});
    const auto found = [&](const QString& text) {
        QList<int> ids;
        for (const auto& record : store->search(text)) ids.append(record.id);
        return ids;
    };
    EXPECT_EQ(found(QStringLiteral("halcyon")), QList<int>{boat});
    EXPECT_EQ(found(QStringLiteral("BOAT")), QList<int>{boat});
    EXPECT_EQ(found(QStringLiteral("有名的景点")), QList<int>{china});
    EXPECT_EQ(found(QStringLiteral("西湖")), QList<int>{china}) << "two characters, too short for the index";
    EXPECT_EQ(found(QStringLiteral("\"quoted\" AND (")), QList<int>{china}) << "nothing in it is an operator";
    EXPECT_EQ(found(QStringLiteral("100%")), QList<int>{china});
    EXPECT_TRUE(found(QStringLiteral("nothing of the kind")).isEmpty());
    EXPECT_EQ(found(QString()).size(), 2);
    EXPECT_TRUE(store->search(QStringLiteral("Halcyon"))[0].snippet.contains(QStringLiteral("Halcyon")));
}

TEST(Store, AnAnswerIsFoundAfterItsEndNotBefore)
{
    TempDir folder;
    auto store = open(folder);
    const int id = conversationWith(*store, QStringLiteral("t"), {});
    MessageRecord answer = newMessage(id, 0, MessageRecord::Role::Assistant, {});
    answer.state = MessageRecord::State::Streaming;
    answer.id = store->addMessage(answer);
    answer.content = QStringLiteral("a kingfisher");
    store->updateMessage(answer);
    answer.state = MessageRecord::State::Complete;
    store->updateMessage(answer);
    ASSERT_EQ(store->search(QStringLiteral("kingfisher")).size(), 1);
    answer.content = QStringLiteral("a cormorant");
    store->updateMessage(answer);
    EXPECT_TRUE(store->search(QStringLiteral("kingfisher")).isEmpty());
    EXPECT_EQ(store->search(QStringLiteral("cormorant")).size(), 1);
}

TEST(Store, AnOlderSchemaIsBroughtUpToDateWithItsData)
{
    TempDir folder;
    const QString file = QString::fromStdString((folder / "old.sqlite").string());
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("old"));
        database.setDatabaseName(file);
        ASSERT_TRUE(database.open());
        ASSERT_TRUE(migrate(database, 1));
        EXPECT_EQ(schemaOf(database), 1);
        QSqlQuery query(database);
        ASSERT_TRUE(query.exec(QStringLiteral("INSERT INTO conversations (title, created, updated) VALUES ('old one', 1, 1)")));
        ASSERT_TRUE(query.exec(QStringLiteral("INSERT INTO messages (conversation, role, content, created) VALUES (1, 'user', 'written long ago', 1)")));
        database.close();
    }
    QSqlDatabase::removeDatabase(QStringLiteral("old"));
    auto store = Store::open(file);
    ASSERT_TRUE(store) << store.error().message;
    EXPECT_EQ((*store)->schemaVersion(), newestSchema());
    EXPECT_EQ((*store)->search(QStringLiteral("long ago")).size(), 1) << "the index holds what was there before it";
}

TEST(Store, ANewerSchemaIsRefused)
{
    TempDir folder;
    const QString file = QString::fromStdString((folder / "new.sqlite").string());
    { ASSERT_TRUE(Store::open(file)); }
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("new"));
        database.setDatabaseName(file);
        ASSERT_TRUE(database.open());
        ASSERT_TRUE(QSqlQuery(database).exec(QStringLiteral("PRAGMA user_version = 99")));
        database.close();
    }
    QSqlDatabase::removeDatabase(QStringLiteral("new"));
    auto store = Store::open(file);
    ASSERT_FALSE(store);
    EXPECT_NE(store.error().message.find("99"), std::string::npos) << store.error().message;
}

TEST(Store, AFolderThatCannotBeWrittenIsAnError)
{
    EXPECT_FALSE(Store::open(QStringLiteral("/proc/nowhere/conversations.sqlite")));
}

TEST(Store, WritesAreQuick)
{
    TempDir folder;
    auto store = open(folder);
    const int id = conversationWith(*store, QStringLiteral("t"), {});
    MessageRecord answer = newMessage(id, 0, MessageRecord::Role::Assistant, {});
    answer.state = MessageRecord::State::Streaming;
    answer.id = store->addMessage(answer);
    answer.content = QStringLiteral("word ").repeated(20'000); // a 20,000-token answer, written as a whole each time
    QElapsedTimer clock;
    QList<qint64> times;
    for (int i = 0; i < 50; ++i) {
        clock.start();
        store->updateMessage(answer);
        times.append(clock.nsecsElapsed());
    }
    std::ranges::sort(times);
    EXPECT_LT(double(times[25]) / 1e6, 5.0) << "ms, median";
    RecordProperty("median_us", int(times[25] / 1000));
}

int corral::test::runCrashWriter(const char* folder)
{
    auto store = Store::open(QString::fromLocal8Bit(folder) + QStringLiteral("/conversations.sqlite"));
    if (!store) return 1;
    ConversationRecord record;
    record.title = QStringLiteral("crash");
    const int id = (*store)->addConversation(record);
    MessageRecord answer = newMessage(id, (*store)->addMessage(newMessage(id, 0, MessageRecord::Role::User, QStringLiteral("go"))), MessageRecord::Role::Assistant, {});
    answer.state = MessageRecord::State::Streaming;
    answer.id = (*store)->addMessage(answer);
    for (int i = 0;; ++i) { // forever: the test kills this process
        answer.content += QStringLiteral("word%1 ").arg(i);
        (*store)->updateMessage(answer);
        if (i == 200) {
            std::puts("streaming");
            std::fflush(stdout);
        }
    }
}

TEST(Store, SurvivesBeingKilledInTheMiddleOfAnAnswer)
{
    TempDir folder;
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(),
                {QString::fromUtf8(kCrashWriterOption.data(), qsizetype(kCrashWriterOption.size())), QString::fromStdString(folder.path().string())});
    ASSERT_TRUE(child.waitForStarted());
    ASSERT_TRUE(child.waitForReadyRead(20'000));
    ::kill(pid_t(child.processId()), SIGKILL);
    ASSERT_TRUE(child.waitForFinished());
    ASSERT_EQ(child.exitStatus(), QProcess::CrashExit);

    auto store = Store::open(QString::fromStdString((folder / "conversations.sqlite").string()));
    ASSERT_TRUE(store) << store.error().message;
    const auto conversations = (*store)->conversations();
    ASSERT_EQ(conversations.size(), 1);
    const auto messages = (*store)->messages(conversations[0].id);
    ASSERT_EQ(messages.size(), 2);
    EXPECT_EQ(messages[1].state, MessageRecord::State::Interrupted);
    EXPECT_TRUE(messages[1].content.contains(QStringLiteral("word199 "))) << "what was written before is there";
    EXPECT_EQ((*store)->search(QStringLiteral("word150")).size(), 1) << "and is found";
}
