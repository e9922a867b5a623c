// A 20,000-token answer at full speed: how long is the event loop held up? (ui/ measures the same with the window drawn.)
#include "tests/app/fixture.h"

using namespace corral::app;
using namespace corral::test;

TEST(Streaming, TwentyThousandTokensNeverHoldUpTheEventLoop)
{
    Script script = Script::instant();
    script.contextLength = 65'536;
    script.tokensPerSecond = 4000; // faster than any model on a desktop
    TestApplication app(script);
    ASSERT_TRUE(app.load());

    QElapsedTimer clock;
    clock.start();
    qint64 last = 0, longest = 0;
    QTimer ticks;
    ticks.setTimerType(Qt::PreciseTimer);
    ticks.setInterval(2);
    QObject::connect(&ticks, &QTimer::timeout, &ticks, [&] {
        const qint64 now = clock.nsecsElapsed();
        longest = std::max(longest, now - std::exchange(last, now));
    });
    last = clock.nsecsElapsed();
    ticks.start();
    app->chat().send(QStringLiteral("Write 20000 tokens"));
    ASSERT_TRUE(spinUntil([&] { return app->chat().state() == ChatController::Ready; }, 120'000));
    ticks.stop();

    auto& model = *app->chat().messages();
    EXPECT_GE(cell(model, model.count() - 1, MessageListModel::TokensRole).toInt(), 15'000);
    EXPECT_LT(double(longest) / 1e6, 50.0) << "ms";
    RecordProperty("longest_stall_us", int(longest / 1000));
}

TEST(Streaming, TheAnswerIsWrittenAtLeastOnceASecond)
{
    Script script = Script::instant();
    script.tokensPerSecond = 100;
    TestApplication app(script);
    ASSERT_TRUE(app.load());
    app->chat().send(QStringLiteral("Write 20000 tokens"));
    ASSERT_TRUE(spinUntil([&] { return app->chat().state() == ChatController::Answering; }));
    for (int i = 0; i < 2; ++i) {
        const auto before = app->store().messages(app->chat().conversationId())[1].content.size();
        EXPECT_TRUE(spinUntil([&] { return app->store().messages(app->chat().conversationId())[1].content.size() > before; }, 1000));
    }
}
