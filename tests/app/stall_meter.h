#pragma once
// The longest time between two turns of the event loop, in ms: what a person would feel as a stall. Counted is the thread's own work and
// whatever it waits for (disk, locks); time in which it was ready but other programs had the processors is left out, so that a busy
// machine does not fail the test (Linux says how much that was; elsewhere nothing is left out).
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <algorithm>
#include <fstream>

namespace corral::test {

class StallMeter {
public:
    StallMeter()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { turn(); });
        m_clock.start();
        m_waited = waitedForProcessorMs();
        m_timer.start(2);
    }
    double longestMs() const { return m_longest; }

private:
    void turn()
    {
        const double wall = double(m_clock.nsecsElapsed()) / 1e6, waited = waitedForProcessorMs();
        m_longest = std::max(m_longest, (wall - m_wall) - (waited - m_waited));
        m_wall = wall;
        m_waited = waited;
    }
    static double waitedForProcessorMs()
    {
        std::ifstream file("/proc/thread-self/schedstat");
        double ran = 0, waited = 0; // ns
        file >> ran >> waited;
        return waited / 1e6;
    }

    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_wall = 0, m_waited = 0, m_longest = 0;
};

} // namespace corral::test
