#pragma once
// The engine as a command uses it: one request at a time, waited for, with Ctrl-C turned into a cancel.
#include "core/engine/engine.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace corral::cli {

class EngineClient {
public:
    EngineClient();

    Result<engine::Loaded> load(const engine::LoadRequest& request);
    // The callbacks run on the caller's thread.
    Result<engine::Finished> ask(engine::Request request, const std::function<void(const engine::Text&)>& onText,
                                 const std::function<void(const engine::PromptProgress&)>& onPrompt = {});

private:
    engine::Event next(engine::RequestId current); // waits; passes Ctrl-C on

    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::deque<engine::Event> m_events;
    std::unique_ptr<engine::Engine> m_engine; // last: its thread uses what is above
};

} // namespace corral::cli
