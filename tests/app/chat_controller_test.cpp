#include "tests/app/fixture.h"

#include <QSignalSpy>

using namespace corral;
using namespace corral::app;
using namespace corral::test;

static QStringList kinds(MessageListModel& model)
{
    QStringList list;
    for (int row = 0; row < model.count(); ++row) list.append(cell(model, row, MessageListModel::KindRole).toString());
    return list;
}

static int idAt(MessageListModel& model, int row) { return cell(model, row, MessageListModel::MessageIdRole).toInt(); }

TEST(ChatController, NothingCanBeSentWithoutAModel)
{
    TestApplication app;
    EXPECT_EQ(app->chat().state(), ChatController::NoModel);
    EXPECT_FALSE(app->chat().canSend());
    app->chat().send(QStringLiteral("hello"));
    EXPECT_EQ(app->chat().messages()->count(), 0);
    EXPECT_EQ(app->chat().conversationId(), 0);
}

TEST(ChatController, LoadingShowsProgressAndTheModelsName)
{
    Script script = Script::instant();
    script.loadSeconds = 0.4;
    TestApplication app(script);
    QSignalSpy progress(&app->chat(), &ChatController::loadProgressChanged);
    ASSERT_TRUE(app.load());
    EXPECT_GE(progress.count(), 4);
    EXPECT_LE(progress.count(), 20) << "gathered to about thirty a second";
    EXPECT_EQ(app->chat().modelName(), QStringLiteral("tiny"));
    EXPECT_EQ(app->chat().contextLength(), 8192);
    EXPECT_EQ(app->chat().modelDevice(), QStringLiteral("CPU, 2 thread(s)"));
}

TEST(ChatController, SendIsAnsweredAndStored)
{
    TestApplication app;
    ASSERT_TRUE(app.load());
    ASSERT_TRUE(app.ask(QStringLiteral("What is the capital of France?")));
    auto& model = *app->chat().messages();
    ASSERT_GE(model.count(), 3);
    EXPECT_EQ(cell(model, 0, MessageListModel::KindRole).toString(), QStringLiteral("user"));
    EXPECT_TRUE(cell(model, 1, MessageListModel::TextRole).toString().contains(QStringLiteral("Paris")));
    const int footer = model.count() - 1;
    EXPECT_EQ(cell(model, footer, MessageListModel::KindRole).toString(), QStringLiteral("footer"));
    EXPECT_FALSE(cell(model, footer, MessageListModel::OpenRole).toBool());
    EXPECT_GT(cell(model, footer, MessageListModel::TokensRole).toInt(), 20);
    EXPECT_GT(cell(model, footer, MessageListModel::TokensPerSecondRole).toDouble(), 0);
    EXPECT_GT(app->chat().contextUsed(), 20);
    EXPECT_EQ(app->chat().title(), QStringLiteral("What is the capital of France?"));

    const auto stored = app->store().messages(app->chat().conversationId());
    ASSERT_EQ(stored.size(), 2);
    EXPECT_EQ(stored[1].state, MessageRecord::State::Complete);
    EXPECT_EQ(stored[1].content, app->chat().messageText(idAt(model, footer)));
    EXPECT_EQ(stored[1].parent, stored[0].id);
}

TEST(ChatController, TheSecondTurnIsCached)
{
    TestApplication app;
    ASSERT_TRUE(app.load());
    ASSERT_TRUE(app.ask(QStringLiteral("What is the capital of France?")));
    EXPECT_EQ(app->chat().cachedTokens(), 0);
    ASSERT_TRUE(app.ask(QStringLiteral("And of Spain?")));
    EXPECT_GT(app->chat().cachedTokens(), 20);
    auto& model = *app->chat().messages();
    EXPECT_EQ(cell(model, model.count() - 1, MessageListModel::CachedTokensRole).toInt(), app->chat().cachedTokens());
}

TEST(ChatController, TheRequestHoldsSystemPromptHistoryAndSettings)
{
    std::vector<engine::ChatRequest> requests;
    Script script = Script::instant();
    script.answers = [&](const engine::ChatRequest& request) {
        requests.push_back(request);
        return ScriptedAnswer{"Answer " + std::to_string(requests.size()), {}};
    };
    TestApplication app(script);
    app->settings().set(QStringLiteral("system"), QStringLiteral("Be brief."));
    app->settings().set(QStringLiteral("temp"), 0.3);
    ASSERT_TRUE(app.load());
    ASSERT_TRUE(app.ask(QStringLiteral("one")));
    ASSERT_TRUE(app.ask(QStringLiteral("two")));
    ASSERT_EQ(requests.size(), 2u);
    EXPECT_EQ(requests[1].input.messages.dump(), R"([{"role":"system","content":"Be brief."},{"role":"user","content":"one"},)"
                                                 R"({"role":"assistant","content":"Answer 1"},{"role":"user","content":"two"}])");
    EXPECT_FLOAT_EQ(requests[1].sampling.temp, 0.3f);
    EXPECT_EQ(requests[1].maxTokens, -1);
}

TEST(ChatController, AMessageSentWhileLoadingWaits)
{
    Script script = Script::instant();
    script.loadSeconds = 0.2;
    TestApplication app(script);
    app->chat().loadModel(QUrl::fromLocalFile(app.path("models/tiny.gguf")));
    ASSERT_EQ(app->chat().state(), ChatController::Loading);
    app->chat().send(QStringLiteral("hello"));
    EXPECT_EQ(app->chat().messages()->count(), 1);
    EXPECT_FALSE(app->chat().canSend()) << "one message waits already";
    ASSERT_TRUE(spinUntil([&] { return app->chat().state() == ChatController::Ready && app->chat().messages()->count() > 2; }));
}

TEST(ChatController, StopKeepsThePartialText)
{
    Script script = Script::instant();
    script.tokensPerSecond = 200;
    TestApplication app(script);
    ASSERT_TRUE(app.load());
    app->chat().send(QStringLiteral("Write 20000 tokens"));
    ASSERT_TRUE(spinUntil([&] { return app->chat().state() == ChatController::Answering && app->chat().messages()->count() > 2; }));
    EXPECT_TRUE(app->chat().busy());
    app->chat().stop();
    EXPECT_EQ(app->chat().state(), ChatController::Stopping);
    ASSERT_TRUE(app.waitForAnswer());
    EXPECT_EQ(app->chat().state(), ChatController::Ready);
    const auto stored = app->store().messages(app->chat().conversationId());
    EXPECT_EQ(stored[1].state, MessageRecord::State::Stopped);
    EXPECT_FALSE(stored[1].content.isEmpty());
    EXPECT_LT(stored[1].content.size(), 20'000);
    auto& model = *app->chat().messages();
    EXPECT_EQ(cell(model, model.count() - 1, MessageListModel::NoteRole).toString(), QStringLiteral("Stopped"));
}

TEST(ChatController, RegenerateMakesABranchAndBranchesAreKept)
{
    int number = 0;
    Script script = Script::instant();
    script.answers = [&](const engine::ChatRequest&) { return ScriptedAnswer{"Answer " + std::to_string(++number), {}}; };
    TestApplication app(script);
    QAbstractItemModelTester tester(app->chat().messages(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    ASSERT_TRUE(app.load());
    ASSERT_TRUE(app.ask(QStringLiteral("question")));
    auto& model = *app->chat().messages();
    app->chat().regenerate(idAt(model, 1));
    ASSERT_TRUE(app.waitForAnswer());
    EXPECT_EQ(kinds(model), QStringList({"user", "text", "footer"}));
    EXPECT_EQ(cell(model, 1, MessageListModel::TextRole).toString().trimmed(), QStringLiteral("Answer 2"));
    EXPECT_EQ(cell(model, 2, MessageListModel::BranchIndexRole).toInt(), 2);
    EXPECT_EQ(cell(model, 2, MessageListModel::BranchCountRole).toInt(), 2);

    ASSERT_TRUE(app.ask(QStringLiteral("more")));
    EXPECT_EQ(model.count(), 6);
    app->chat().selectBranch(idAt(model, 1), -1);
    EXPECT_EQ(kinds(model), QStringList({"user", "text", "footer"}));
    EXPECT_EQ(cell(model, 1, MessageListModel::TextRole).toString().trimmed(), QStringLiteral("Answer 1"));
    EXPECT_EQ(cell(model, 2, MessageListModel::BranchIndexRole).toInt(), 1);
    app->chat().selectBranch(idAt(model, 1), -1);
    EXPECT_EQ(cell(model, 1, MessageListModel::TextRole).toString().trimmed(), QStringLiteral("Answer 1")) << "there is nothing before the first";
    app->chat().selectBranch(idAt(model, 1), +1);
    EXPECT_EQ(model.count(), 6) << "the later turns of that branch are back";
}

TEST(ChatController, EditMakesLaterTurnsAnotherBranch)
{
    TestApplication app;
    QAbstractItemModelTester tester(app->chat().messages(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    ASSERT_TRUE(app.load());
    ASSERT_TRUE(app.ask(QStringLiteral("one")));
    ASSERT_TRUE(app.ask(QStringLiteral("two")));
    auto& model = *app->chat().messages();
    const int before = model.count();
    const int first = idAt(model, 0);
    app->chat().edit(first, QStringLiteral("ONE"));
    ASSERT_TRUE(app.waitForAnswer());
    EXPECT_LT(model.count(), before);
    EXPECT_EQ(cell(model, 0, MessageListModel::TextRole).toString(), QStringLiteral("ONE"));
    EXPECT_EQ(cell(model, 0, MessageListModel::BranchIndexRole).toInt(), 2);
    app->chat().selectBranch(idAt(model, 0), -1);
    EXPECT_EQ(model.count(), before);
    EXPECT_EQ(idAt(model, 0), first);
    EXPECT_EQ(app->store().messages(app->chat().conversationId()).size(), 6);
}

TEST(ChatController, TheShownBranchIsRememberedWithTheConversation)
{
    int number = 0;
    Script script = Script::instant();
    script.answers = [&](const engine::ChatRequest&) { return ScriptedAnswer{"Answer " + std::to_string(++number), {}}; };
    TestApplication app(script);
    ASSERT_TRUE(app.load());
    ASSERT_TRUE(app.ask(QStringLiteral("question")));
    auto& model = *app->chat().messages();
    app->chat().regenerate(idAt(model, 0));
    ASSERT_TRUE(app.waitForAnswer());
    app->chat().selectBranch(idAt(model, 1), -1);
    const int id = app->chat().conversationId();
    app->chat().newConversation();
    EXPECT_EQ(model.count(), 0);
    EXPECT_EQ(app->chat().title(), QString());
    app->chat().open(id);
    EXPECT_EQ(cell(model, 1, MessageListModel::TextRole).toString().trimmed(), QStringLiteral("Answer 1"));
}

TEST(ChatController, AFullContextIsRefusedWithNumbersAndALargerOneHelps)
{
    Script script = Script::instant();
    script.contextLength = 64;
    TestApplication app(script);
    ASSERT_TRUE(app.load());
    const QString longText = QStringLiteral("many words ").repeated(400);
    ASSERT_TRUE(app.ask(longText));
    ASSERT_EQ(app->chat().state(), ChatController::Failed);
    EXPECT_TRUE(app->chat().errorText().contains(QStringLiteral("64"))) << app->chat().errorText().toStdString();
    EXPECT_EQ(app->chat().errorHelp(), QStringLiteral("Use a larger context"));
    EXPECT_FALSE(app->chat().loadFailed());
    auto& model = *app->chat().messages();
    EXPECT_EQ(kinds(model), QStringList({"user", "error", "footer"}));
    EXPECT_EQ(cell(model, 1, MessageListModel::HelpTextRole).toString(), QStringLiteral("Use a larger context"));
    EXPECT_EQ(app->store().messages(app->chat().conversationId())[0].content, longText.trimmed()) << "nothing is cut off";

    app->chat().help();
    ASSERT_TRUE(spinUntil([&] { return app->chat().state() == ChatController::Ready && !app->chat().busy() && model.count() > 2; }));
    EXPECT_EQ(app->chat().contextLength(), 2048);
    EXPECT_FALSE(kinds(model).contains(QStringLiteral("error")));
    EXPECT_EQ(cell(model, model.count() - 1, MessageListModel::BranchCountRole).toInt(), 1) << "the empty failure is no branch";
}

TEST(ChatController, AContextThatFillsWhileAnsweringEndsTheAnswerHonestly)
{
    Script script = Script::instant();
    script.contextLength = 100;
    TestApplication app(script);
    ASSERT_TRUE(app.load());
    ASSERT_TRUE(app.ask(QStringLiteral("Write 20000 tokens")));
    EXPECT_EQ(app->chat().state(), ChatController::Failed);
    EXPECT_EQ(app->chat().contextUsed(), 100);
    const auto stored = app->store().messages(app->chat().conversationId());
    EXPECT_EQ(stored[1].state, MessageRecord::State::ContextFull);
    EXPECT_FALSE(stored[1].content.isEmpty());
    EXPECT_TRUE(app->chat().canSend()) << "a failed answer is not the end";
}

TEST(ChatController, AFailedAnswerCanBeTriedAgain)
{
    int number = 0;
    Script script = Script::instant();
    script.answers = [&](const engine::ChatRequest&) {
        return ++number == 1 ? ScriptedAnswer{"half", Error{ErrorCode::Io, "device error"}} : ScriptedAnswer{"whole", {}};
    };
    TestApplication app(script);
    QAbstractItemModelTester tester(app->chat().messages(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    ASSERT_TRUE(app.load());
    ASSERT_TRUE(app.ask(QStringLiteral("question")));
    ASSERT_EQ(app->chat().state(), ChatController::Failed);
    auto& model = *app->chat().messages();
    EXPECT_EQ(kinds(model), QStringList({"user", "text", "error", "footer"}));
    EXPECT_EQ(app->chat().errorDetail(), QStringLiteral("device error"));
    app->chat().retry();
    ASSERT_TRUE(app.waitForAnswer());
    EXPECT_EQ(app->chat().state(), ChatController::Ready);
    EXPECT_EQ(cell(model, 1, MessageListModel::TextRole).toString().trimmed(), QStringLiteral("whole"));
    EXPECT_EQ(cell(model, 2, MessageListModel::BranchCountRole).toInt(), 2) << "what was half written is kept as a branch";
}

TEST(ChatController, AFailedLoadSaysWhyAndAnotherModelHelps)
{
    Script script = Script::instant();
    script.refuses = [](const std::filesystem::path& path) -> std::optional<Error> {
        if (path.filename() == "bad.gguf") return Error{ErrorCode::Format, "magic at offset 0"};
        return std::nullopt;
    };
    TestApplication app(script);
    app->chat().loadModel(QUrl::fromLocalFile(app.path("models/bad.gguf")));
    ASSERT_TRUE(spinUntil([&] { return app->chat().state() == ChatController::Failed; }));
    EXPECT_TRUE(app->chat().loadFailed());
    EXPECT_TRUE(app->chat().errorText().contains(QStringLiteral("bad")));
    EXPECT_EQ(app->chat().errorHelp(), QStringLiteral("Choose another model"));
    QSignalSpy chooses(&app->chat(), &ChatController::chooseModel);
    app->chat().help();
    EXPECT_EQ(chooses.count(), 1);
    ASSERT_TRUE(app.load());
    EXPECT_EQ(app->chat().errorText(), QString());
}

TEST(ChatController, LoadingCanBeCancelled)
{
    Script script = Script::instant();
    script.loadSeconds = 20;
    TestApplication app(script);
    app->chat().loadModel(QUrl::fromLocalFile(app.path("models/tiny.gguf")));
    app->chat().cancelLoading();
    ASSERT_TRUE(spinUntil([&] { return app->chat().state() == ChatController::NoModel; }));
    EXPECT_TRUE(app->chat().modelUrl().isEmpty());
}

TEST(ChatController, AnotherConversationStopsTheAnswerAndItsTextIsKept)
{
    Script script = Script::instant();
    script.tokensPerSecond = 300;
    TestApplication app(script);
    ASSERT_TRUE(app.load());
    app->chat().send(QStringLiteral("Write 20000 tokens"));
    ASSERT_TRUE(spinUntil([&] { return app->chat().messages()->count() > 2; }));
    const int first = app->chat().conversationId();
    app->chat().newConversation();
    EXPECT_EQ(app->chat().messages()->count(), 0);
    ASSERT_TRUE(spinUntil([&] { return app->chat().state() == ChatController::Ready; }));
    EXPECT_EQ(app->store().messages(first)[1].state, MessageRecord::State::Stopped);
    app->chat().open(first);
    EXPECT_GT(app->chat().messages()->count(), 2);
}

TEST(ChatController, DeletingTheOpenConversationAndUndo)
{
    TestApplication app;
    ASSERT_TRUE(app.load());
    ASSERT_TRUE(app.ask(QStringLiteral("keep me")));
    const int id = app->chat().conversationId();
    app->conversations().remove(id);
    EXPECT_EQ(app->chat().conversationId(), 0);
    EXPECT_EQ(app->conversations().count(), 0);
    app->conversations().undoRemove();
    EXPECT_EQ(app->chat().conversationId(), id);
    EXPECT_GT(app->chat().messages()->count(), 2);
    EXPECT_EQ(app->conversations().count(), 1);
}

TEST(ChatController, DraftsBelongToTheirConversation)
{
    TestApplication app;
    ASSERT_TRUE(app.load());
    ASSERT_TRUE(app.ask(QStringLiteral("one")));
    const int id = app->chat().conversationId();
    app->chat().setDraft(QStringLiteral("half a thought"));
    app->chat().newConversation();
    EXPECT_EQ(app->chat().draft(), QString());
    app->chat().open(id);
    EXPECT_EQ(app->chat().draft(), QStringLiteral("half a thought"));
    ASSERT_TRUE(app.ask(QStringLiteral("two")));
    EXPECT_EQ(app->chat().draft(), QString()) << "sent, so gone";
}

TEST(ChatController, AConversationCanBeExportedAsMarkdown)
{
    Script script = Script::instant();
    script.answers = [](const engine::ChatRequest&) { return ScriptedAnswer{"*Yes.*", {}}; };
    TestApplication app(script);
    ASSERT_TRUE(app.load());
    ASSERT_TRUE(app.ask(QStringLiteral("Really?")));
    EXPECT_EQ(app->chat().conversationText(), QStringLiteral("# Really?\n\n**You**\n\nReally?\n\n**tiny**\n\n*Yes.*\n"));
}
