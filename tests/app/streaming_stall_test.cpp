// A 20,000-token answer at full speed: how long is the event loop held up? (ui/ measures the same with the window drawn.)
#include "tests/app/fixture.h"
#include "tests/app/stall_meter.h"

using namespace corral::app;
using namespace corral::test;

TEST(Streaming, TwentyThousandTokensNeverHoldUpTheEventLoop)
{
    Script script = Script::instant();
    script.contextLength = 65'536;
    script.tokensPerSecond = 4000; // faster than any model on a desktop
    TestApplication app(script);
    ASSERT_TRUE(app.load());

    StallMeter meter;
    app->chat().send(QStringLiteral("Write 20000 tokens"));
    ASSERT_TRUE(spinUntil([&] { return app->chat().state() == ChatController::Ready; }, 120'000));
    auto& model = *app->chat().messages();
    EXPECT_GE(cell(model, model.count() - 1, MessageListModel::TokensRole).toInt(), 15'000);
    EXPECT_LT(meter.longestMs(), 50.0);
    RecordProperty("longest_stall_us", int(meter.longestMs() * 1000));
}

TEST(Streaming, TheAnswerIsWrittenAtLeastOnceASecond)
{
    Script script = Script::instant();
    script.tokensPerSecond = 100;
    TestApplication app(script);
    ASSERT_TRUE(app.load());
    app->chat().send(QStringLiteral("Write 20000 tokens"));
    ASSERT_TRUE(spinUntil([&] { return app->chat().state() == ChatController::Answering; }));
    constexpr int kPatienceMs = 2000; // a second, and as much again for a busy machine
    for (int i = 0; i < 2; ++i) {
        const auto before = app->store().messages(app->chat().conversationId())[1].content.size();
        EXPECT_TRUE(spinUntil([&] { return app->store().messages(app->chat().conversationId())[1].content.size() > before; }, kPatienceMs));
    }
}
