#pragma once
// A job a person waits for at the terminal: its progress is one line on stderr with the time left, Ctrl-C cancels it.
//
//   WatchedJob watched;
//   auto done = measure(..., watched.job(), watched.progress());   // "chunk 3 of 11 · 27 % · 1:20 left"
//   watched.end();                                                 // wipes the line; also done by the destructor
#include "core/base/job.h"

#include <chrono>
#include <string>
#include <thread>

namespace corral::cli {

class WatchedJob {
public:
    // what: which words a step is called by: "chunk" gives "chunk 3 of 11"; empty: the progress's own name is shown instead.
    explicit WatchedJob(std::string what = {});
    ~WatchedJob();

    Job& job() { return m_job; }
    ProgressFn progress();
    void note(std::string text) { m_note = std::move(text); } // shown on the line from now on; on the worker's thread
    void end();

private:
    std::string m_what, m_note;
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
    Job m_job;
    std::jthread m_watcher; // a signal handler may not touch a mutex, so somebody looks for it
};

// "0:07", "12:30", "3:05:00"
std::string clockTime(double seconds);

} // namespace corral::cli
