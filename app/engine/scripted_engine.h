#pragma once
// An engine that plays scripted answers with believable timing: the whole window runs on it for design work, screenshots and tests
// (`--fake-engine`). It keeps the real engine's contract: a thread of its own, requests in order, cancel within one token.
#include "core/engine/engine.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace corral::app {

struct ScriptedAnswer {
    std::string text;           // Markdown, UTF-8
    std::optional<Error> error; // how the answer ends, if not well: after the text
};

struct Script {
    double loadSeconds = 0.8;
    std::function<double(const std::filesystem::path&)> loadSecondsOf; // for models that differ in that; empty: none
    double promptTokensPerSecond = 900; // 0: at once
    double tokensPerSecond = 60;        // 0: as fast as the thread can
    int contextLength = 8192;           // where the load request says 0
    std::function<std::optional<Error>(const std::filesystem::path&)> refuses; // loads that fail; empty: none
    std::function<generate::Placement(const generate::Offload& wish, int modelLayers)> placement; // empty: all on the processor
    std::function<ScriptedAnswer(const engine::ChatRequest&)> answers;         // empty: answerFor(last user message)

    // The shipped answers: chosen by a word of the question ("table", "think", "中文", "20000" ...), else by the question's turn.
    static ScriptedAnswer answerFor(const engine::ChatRequest& request);
    // No waiting anywhere.
    static Script instant();
};

class ScriptedEngine : public engine::Engine {
public:
    ScriptedEngine(Script script, std::function<void(const engine::Event&)> onEvent);
    ~ScriptedEngine() override;

    engine::RequestId submit(engine::Request request) override;
    void cancel(engine::RequestId id) override;

private:
    struct Job {
        engine::RequestId id = 0;
        engine::Request request;
        std::stop_source stop;
    };

    void work(std::stop_token quit);
    void perform(Job& job, std::stop_token quit);
    void load(const Job& job, const engine::LoadRequest& request);
    void chat(const Job& job, const engine::ChatRequest& request);
    // Sends the text piece by piece; false if it was cancelled or the context is full (Finished is sent then).
    void answer(const Job& job, int promptTokens, int cachedTokens, const ScriptedAnswer& answer, int maxTokens);
    // False if the job was cancelled meanwhile.
    bool wait(const Job& job, double seconds);
    template <class What> void send(const Job& job, What what) { m_onEvent({job.id, std::move(what)}); }

    const Script m_script;
    const std::function<void(const engine::Event&)> m_onEvent;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::deque<std::shared_ptr<Job>> m_queue; // guarded by m_mutex
    std::shared_ptr<Job> m_running;           // guarded by m_mutex
    engine::RequestId m_lastId = 0;           // guarded by m_mutex
    bool m_loaded = false;
    bool m_lost = false; // the card, by the last answer
    generate::Offload m_wish; // of the last load
    int m_contextLength = 0;
    std::jthread m_thread;
};

} // namespace corral::app
