#pragma once
// What long work owes the person who waits for it: progress, a pause, and an end on request.
//
//   Job job;                                             // the waiting side keeps it
//   quantize::write(source, plan, options, job, [](const Progress& p) { ... });
//   job.pause(); job.resume(); job.cancel();              // from any thread
//
// The working side calls proceed() between pieces that take a few milliseconds each.
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>

namespace corral {

struct Progress {
    std::uint64_t done = 0, total = 0; // bytes of input, in the order they are worked on
    int step = 0, steps = 0;           // the tensor (file, chunk) at work, counted from 0
    std::string name;                  // its name
};
// Called on the worker's thread, at most about 30 times a second and once at the end of each step.
using ProgressFn = std::function<void(const Progress&)>;

class Job {
public:
    void pause();
    void resume();
    void cancel(); // also ends a pause
    bool cancelled() const;
    bool paused() const;
    // Waits while paused; false when the work shall end now with ErrorCode::Cancelled.
    bool proceed();
    // Stop is requested by cancel(): for work inside a piece that takes such a token.
    std::stop_token stopToken() const { return m_stop.get_token(); }

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_paused = false, m_cancelled = false;
    std::stop_source m_stop;
};

} // namespace corral
