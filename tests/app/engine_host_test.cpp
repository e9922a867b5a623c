#include "tests/app/fixture.h"

using namespace corral;
using namespace corral::app;
using namespace corral::test;

static EngineHost::Factory scripted(const Script& script)
{
    return [script](EngineHost::EventSink sink) { return std::make_unique<ScriptedEngine>(script, std::move(sink)); };
}

static engine::ChatRequest question(const std::string& text)
{
    engine::ChatRequest request;
    request.input.messages.push_back({{"role", "user"}, {"content", text}});
    return request;
}

TEST(EngineHost, GathersTextToAboutThirtySignalsASecond)
{
    Script script = Script::instant();
    script.tokensPerSecond = 1000;
    std::string whole;
    for (int i = 0; i < 500; ++i) whole += "word ";
    script.answers = [&](const engine::ChatRequest&) { return ScriptedAnswer{whole, {}}; };
    EngineHost host(scripted(script));
    QString text;
    int signalCount = 0, tokens = 0;
    bool finished = false;
    QObject::connect(&host, &EngineHost::text, &host, [&](quint64, const QString& more, int count) {
        text += more;
        tokens += count;
        ++signalCount;
    });
    QObject::connect(&host, &EngineHost::finished, &host, [&] { finished = true; });
    host.submit(engine::LoadRequest{.model = "x.gguf"});
    QElapsedTimer clock;
    clock.start();
    host.submit(question("go"));
    ASSERT_TRUE(spinUntil([&] { return finished; }));
    EXPECT_EQ(text.toStdString(), whole);
    EXPECT_GE(tokens, 400);
    const double seconds = double(clock.elapsed()) / 1000;
    EXPECT_LE(signalCount, int(seconds * 32) + 2) << "in " << seconds << " s";
}

TEST(EngineHost, KeepsTheOrderOfEvents)
{
    EngineHost host(scripted(Script::instant()));
    QStringList order;
    QObject::connect(&host, &EngineHost::loaded, &host, [&] { order.append(QStringLiteral("loaded")); });
    QObject::connect(&host, &EngineHost::promptProgress, &host, [&] { order.append(QStringLiteral("prompt")); });
    QObject::connect(&host, &EngineHost::text, &host, [&] { order.append(QStringLiteral("text")); });
    QObject::connect(&host, &EngineHost::finished, &host, [&] { order.append(QStringLiteral("finished")); });
    QObject::connect(&host, &EngineHost::unloaded, &host, [&] { order.append(QStringLiteral("unloaded")); });
    host.submit(engine::LoadRequest{.model = "x.gguf"});
    host.submit(question("What is the capital of France?"));
    host.submit(engine::UnloadRequest{});
    ASSERT_TRUE(spinUntil([&] { return order.contains(QStringLiteral("unloaded")); }));
    order.removeDuplicates();
    EXPECT_EQ(order, QStringList({"loaded", "prompt", "text", "finished", "unloaded"}));
}

TEST(EngineHost, CancelEndsARequestQuickly)
{
    Script script = Script::instant();
    script.tokensPerSecond = 5;
    EngineHost host(scripted(script));
    bool cancelled = false;
    QObject::connect(&host, &EngineHost::finished, &host,
                     [&](quint64, const engine::Finished& what) { cancelled = what.reason == engine::FinishReason::Cancelled; });
    host.submit(engine::LoadRequest{.model = "x.gguf"});
    const auto id = host.submit(question("Write 20000 tokens"));
    host.cancel(id);
    EXPECT_TRUE(spinUntil([&] { return cancelled; }, 1000));
}

TEST(EngineHost, GoesAwayInTheMiddleOfAnAnswer)
{
    Script script = Script::instant();
    script.tokensPerSecond = 100;
    QElapsedTimer clock;
    {
        EngineHost host(scripted(script));
        host.submit(engine::LoadRequest{.model = "x.gguf"});
        host.submit(question("Write 20000 tokens"));
        spinUntil([] { return false; }, 50);
        clock.start();
    }
    EXPECT_LT(clock.elapsed(), 500);
}
