// The whole way down with the real engine and the starter model, where it has been fetched: controller → engine → rows → store.
#include "core/engine/engine.h"
#include "tests/app/fixture.h"

#include <cmath>

using namespace corral;
using namespace corral::app;
using namespace corral::test;

TEST(StarterChat, TheRealEngineAnswersWithTheManifestsSettings)
{
    const auto model = starterModel();
    if (model.empty()) GTEST_SKIP() << "the starter model is not there (./test fetches it)";
    TempDir folder;
    const auto path = [&](const char* name) { return QString::fromStdString((folder / name).string()); };
    Application::Options options;
    options.engine = [](EngineHost::EventSink sink) { return engine::makeEngine(std::move(sink)); };
    options.inspect = engine::inspect;
    options.storeFile = path("conversations.sqlite");
    options.settingsFile = path("settings.json");
    options.tokensFile = path("tokens.json");
    options.starter.folder = path("models");
    auto made = Application::make(options);
    ASSERT_TRUE(made) << made.error().message;
    ChatController& chat = (*made)->chat();
    (*made)->settings().set(QStringLiteral("ngl"), 0); // drivers of graphics cards take memory of their own
    chat.loadModel(QUrl::fromLocalFile(QString::fromStdString(model.string())));
    ASSERT_TRUE(spinUntil([&] { return chat.state() == ChatController::Ready; }, 60'000)) << chat.errorText().toStdString();
    EXPECT_TRUE(chat.modelIsStarter());
    EXPECT_EQ(chat.modelName(), QStringLiteral("SmolLM2 135M Instruct"));
    EXPECT_EQ(chat.modelQuantization(), QStringLiteral("Q4_1"));
    EXPECT_EQ((*made)->settings().systemPrompt(), QStringLiteral("You are a helpful assistant."));
    // What was estimated is what it takes, as far as its buffers are in use: the weights are read ahead on a thread.
    auto& loaded = *qvariant_cast<LoadedMemory*>((*made)->initialProperties().value(QStringLiteral("loadedMemory")));
    constexpr double kNear = 20e6; // bytes
    EXPECT_TRUE(spinUntil([&] {
        loaded.measure();
        return loaded.known() && std::abs(double(loaded.measuredBytes()) - double(loaded.estimatedNowBytes())) < kNear;
    })) << loaded.measuredBytes() << " measured, " << loaded.estimatedNowBytes() << " estimated";
    RecordProperty("measured", std::to_string(loaded.measuredBytes()));
    RecordProperty("estimated", std::to_string(loaded.estimatedNowBytes()));
    (*made)->settings().set(QStringLiteral("temp"), 0.0);
    (*made)->settings().set(QStringLiteral("n_predict"), 40);

    const auto ask = [&](const QString& text) {
        chat.send(text);
        return spinUntil([&] { return chat.state() == ChatController::Ready || chat.state() == ChatController::Failed; }, 120'000);
    };
    ASSERT_TRUE(ask(QStringLiteral("What is the capital of France?")));
    const auto messages = (*made)->store().messages(chat.conversationId());
    ASSERT_EQ(messages.size(), 2);
    EXPECT_TRUE(messages[1].content.contains(QStringLiteral("Paris"))) << messages[1].content.toStdString();
    EXPECT_EQ(chat.cachedTokens(), 0);
    EXPECT_GT(chat.tokensPerSecond(), 0);
    const int used = chat.contextUsed();
    EXPECT_GT(used, 20);
    ASSERT_TRUE(ask(QStringLiteral("Thank you!")));
    EXPECT_GE(chat.cachedTokens(), used - 5) << "the next turn processes only what is new";
}
