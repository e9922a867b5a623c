#include "app/cli/watched_job.h"

#include "app/cli/console.h"
#include "app/cli/interrupt.h"

#include <cmath>
#include <format>

namespace corral::cli {

WatchedJob::WatchedJob(std::string what) : m_what(std::move(what))
{
    catchInterrupts();
    m_watcher = std::jthread([this](const std::stop_token& stop) {
        constexpr auto kLook = std::chrono::milliseconds(20);
        while (!stop.stop_requested() && !interrupted()) std::this_thread::sleep_for(kLook);
        if (interrupted()) m_job.cancel();
    });
}

WatchedJob::~WatchedJob() { end(); }

void WatchedJob::end() { endProgress(); }

ProgressFn WatchedJob::progress()
{
    return [this](const Progress& p) {
        std::string line = m_what.empty() ? oneLine(p.name, 60) : std::format("{} {} of {}", m_what, std::min(p.step + 1, p.steps), p.steps);
        if (!m_note.empty()) line += " · " + m_note;
        if (p.total > 0) {
            const double share = static_cast<double>(p.done) / static_cast<double>(p.total);
            const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
            line += std::format(" · {:.0f} %", 100 * share);
            constexpr double kWorthGuessing = 1; // second; before it the speed is not known
            if (share > 0 && share < 1 && elapsed > kWorthGuessing) line += std::format(" · {} left", clockTime(elapsed / share - elapsed));
        }
        cli::progress(line);
    };
}

std::string clockTime(double seconds)
{
    const auto s = std::llround(std::min(std::max(seconds, 0.0), 1e9));
    if (s < 3600) return std::format("{}:{:02}", s / 60, s % 60);
    return std::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

} // namespace corral::cli
