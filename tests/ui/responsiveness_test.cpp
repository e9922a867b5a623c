// The window stays answering: the longest time the GUI thread is busy in one go while a 20,000-token answer streams in, and while
// 10,000 messages are scrolled. Measured offscreen with software rendering, painting included. The limit is on the thread's processor
// time, which a machine busy with other things does not stretch; the wall time is printed beside it.
#include "tests/ui/bench.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QQmlApplicationEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

namespace corral::ui {
namespace {

using app::ChatController;

constexpr double kLongestStallMs = 50;

double threadMs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

// Gaps between the ticks of a 2 ms timer.
class StallMeter
{
public:
    StallMeter()
    {
        QObject::connect(&m_timer, &QTimer::timeout, [this] {
            const double cpu = threadMs(), wall = double(m_clock.nsecsElapsed()) / 1e6;
            cpuGaps.push_back(cpu - m_cpu);
            wallGaps.push_back(wall - m_wall);
            m_cpu = cpu;
            m_wall = wall;
        });
        m_timer.setTimerType(Qt::PreciseTimer);
        m_clock.start();
        m_cpu = threadMs();
        m_timer.start(2);
    }
    void stop() { m_timer.stop(); }

    std::vector<double> cpuGaps, wallGaps; // ms

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_cpu = 0, m_wall = 0;
};

double longest(const std::vector<double>& gaps) { return *std::ranges::max_element(gaps); }

double quantile(std::vector<double> gaps, double share)
{
    std::ranges::sort(gaps);
    return gaps[std::size_t(share * double(gaps.size() - 1))];
}

class Responsiveness : public testing::Test
{
protected:
    void open(double tokensPerSecond)
    {
        bench.start(tokensPerSecond);
        Bench::prepareEngine(engine);
        engine.setInitialProperties(bench.properties());
        engine.loadFromModule("Corral.Ui", "Main");
        ASSERT_FALSE(engine.rootObjects().isEmpty());
        window = qobject_cast<QQuickWindow*>(engine.rootObjects().constFirst());
        window->resize(1280, 800);
        window->show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(window));
        chat().loadModel(bench.model(QStringLiteral("small")));
        ASSERT_TRUE(QTest::qWaitFor([this] { return chat().state() == ChatController::Ready; }));
    }
    ChatController& chat() { return bench.application().chat(); }
    QQuickItem* messages() { return window->findChild<QQuickItem*>(QStringLiteral("messages")); }

    // The longest stall (ms of processor time) while the answer streams in.
    void stream(const QString& question, double& stall)
    {
        StallMeter meter;
        chat().send(question);
        ASSERT_TRUE(QTest::qWaitFor([this] { return chat().state() == ChatController::Answering; }, 20'000));
        ASSERT_TRUE(QTest::qWaitFor([this] { return chat().state() == ChatController::Ready; }, 180'000));
        QTest::qWait(200);
        meter.stop();
        stall = longest(meter.cpuGaps);
        std::printf("%s: rows %d, ticks %zu, longest stall %.1f ms processor (%.1f ms wall), 99.9 %% of ticks under %.1f ms\n", qPrintable(question),
                    chat().messages()->count(), meter.cpuGaps.size(), stall, longest(meter.wallGaps), quantile(meter.cpuGaps, 0.999));
    }

    Bench bench;
    QQmlApplicationEngine engine;
    QQuickWindow* window = nullptr;
};

TEST_F(Responsiveness, StreamingTwentyThousandTokens)
{
    open(2000);
    chat().send(QStringLiteral("hello")); // the first answer also pays for loading definitions and fonts
    ASSERT_TRUE(QTest::qWaitFor([this] { return chat().state() == ChatController::Ready && chat().messages()->count() > 2; }, 20'000));
    QTest::qWait(300);
    // Neighbours on the same cores and caches stretch even processor time, they never shorten it: the best of three counts.
    double best = 1e9;
    for (int attempt = 0; attempt < 3 && best >= kLongestStallMs; ++attempt) {
        if (attempt > 0) chat().newConversation();
        double stall = 1e9;
        ASSERT_NO_FATAL_FAILURE(stream(QStringLiteral("Write 20000 tokens"), stall));
        best = std::min(best, stall);
        EXPECT_GT(chat().messages()->count(), 20);
    }
    EXPECT_LT(best, kLongestStallMs);
}

TEST_F(Responsiveness, ScrollingTenThousandMessages)
{
    open(0);
    const int id = bench.conversation(QStringLiteral("long"), 10'000);
    chat().open(id);
    // Older messages come in piece by piece.
    int rows = 0;
    ASSERT_TRUE(QTest::qWaitFor(
        [&] {
            const bool still = rows == chat().messages()->count();
            rows = chat().messages()->count();
            QTest::qWait(200);
            return still;
        },
        60'000));
    ASSERT_GE(rows, 10'000);
    QQuickItem* list = messages();
    ASSERT_TRUE(list);
    const auto number = [list](const char* name) { return list->property(name).toReal(); };
    EXPECT_LT(number("originY") + number("contentHeight") - number("contentY") - list->height(), 30) // it opened at the end, and stays there
        << number("originY") << " " << number("contentHeight") << " " << number("contentY") << " " << list->height();

    StallMeter meter;
    constexpr int kSteps = 300;
    for (int step = 0; step < kSteps; ++step) { // 80 pixels a frame upwards, about two screens a second
        list->setProperty("contentY", list->property("contentY").toReal() - 80);
        QTest::qWait(16);
    }
    meter.stop();
    std::printf("scrolling %d rows: median tick %.1f ms, longest %.1f ms processor (%.1f ms wall)\n", rows, quantile(meter.cpuGaps, 0.5),
                longest(meter.cpuGaps), longest(meter.wallGaps));
    EXPECT_LT(longest(meter.cpuGaps), kLongestStallMs);
}

} // namespace
} // namespace corral::ui

int main(int argc, char** argv)
{
    corral::ui::Bench::prepareProcess();
    QApplication application(argc, argv);
    corral::ui::Bench::prepareApplication();
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
