#include "app/engine/scripted_engine.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

namespace corral::app {

using namespace engine;
using Clock = std::chrono::steady_clock;

constexpr int kLayers = 30; // of every model

static double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// The next piece of about a token's size: whole UTF-8 characters, a word with the space before it, at most 12 bytes.
static std::string_view nextPiece(std::string_view text)
{
    std::size_t end = 0;
    while (end < text.size()) {
        std::size_t next = end + 1;
        while (next < text.size() && (text[next] & 0xC0) == 0x80) ++next;
        const bool wide = next - end > 1;
        end = next;
        if (end >= 12 || wide || end == text.size()) break;
        const char following = text[end];
        if (following == ' ' || following == '\n' || text[end - 1] == '\n' || (following & 0x80)) break;
    }
    return text.substr(0, end);
}

static int countTokens(std::string_view text)
{
    int tokens = 0;
    for (; !text.empty(); ++tokens) text.remove_prefix(nextPiece(text).size());
    return tokens;
}

Script Script::instant()
{
    Script script;
    script.loadSeconds = script.promptTokensPerSecond = script.tokensPerSecond = 0;
    return script;
}

ScriptedEngine::ScriptedEngine(Script script, std::function<void(const Event&)> onEvent)
    : m_script(std::move(script)), m_onEvent(std::move(onEvent)), m_thread([this](std::stop_token quit) { work(quit); })
{
}

ScriptedEngine::~ScriptedEngine()
{
    {
        const std::lock_guard lock(m_mutex);
        m_queue.clear();
        if (m_running) m_running->stop.request_stop();
    }
    m_thread.request_stop();
    m_wake.notify_all();
}

RequestId ScriptedEngine::submit(Request request)
{
    auto job = std::make_shared<Job>();
    job->request = std::move(request);
    RequestId id = 0;
    {
        const std::lock_guard lock(m_mutex);
        id = job->id = ++m_lastId;
        m_queue.push_back(std::move(job));
    }
    m_wake.notify_all();
    return id;
}

void ScriptedEngine::cancel(RequestId id)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_running && m_running->id == id) m_running->stop.request_stop();
        for (auto& job : m_queue) {
            if (job->id == id) job->stop.request_stop();
        }
    }
    m_wake.notify_all();
}

void ScriptedEngine::work(std::stop_token quit)
{
    while (!quit.stop_requested()) {
        std::shared_ptr<Job> job;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, quit, [this] { return !m_queue.empty(); })) return;
            job = m_running = m_queue.front();
            m_queue.pop_front();
        }
        perform(*job, quit);
        const std::lock_guard lock(m_mutex);
        m_running.reset();
    }
}

void ScriptedEngine::perform(Job& job, std::stop_token quit)
{
    const std::stop_callback onQuit(quit, [&job] { job.stop.request_stop(); });
    if (const auto* request = std::get_if<LoadRequest>(&job.request)) {
        load(job, *request);
    } else if (const auto* request = std::get_if<ChatRequest>(&job.request)) {
        chat(job, *request);
    } else if (const auto* request = std::get_if<CompletionRequest>(&job.request)) {
        const int promptTokens = countTokens(request->prompt);
        answer(job, promptTokens, 0, {.text = "and so the story goes on.", .error = {}}, request->maxTokens);
    } else {
        m_loaded = false;
        send(job, Unloaded{});
    }
}

void ScriptedEngine::load(const Job& job, const LoadRequest& request)
{
    m_loaded = false;
    constexpr int kSteps = 20;
    const double seconds = m_script.loadSecondsOf ? m_script.loadSecondsOf(request.model) : m_script.loadSeconds;
    for (int step = 0; step < kSteps; ++step) {
        send(job, LoadProgress{double(step) / kSteps});
        if (!wait(job, seconds / kSteps)) return send(job, Failed{{ErrorCode::Cancelled, "loading was cancelled"}});
    }
    if (m_script.refuses) {
        if (auto error = m_script.refuses(request.model)) return send(job, Failed{std::move(*error)});
    }
    m_loaded = true;
    m_lost = false;
    m_wish = request.options.offload;
    m_contextLength = request.options.contextLength > 0 ? request.options.contextLength : m_script.contextLength;
    Loaded loaded;
    loaded.info.path = request.model;
    loaded.info.name = request.model.stem().string();
    loaded.info.architecture = "llama";
    loaded.info.quantization = "Q4_1";
    loaded.info.sizeLabel = "135M";
    loaded.info.parameters = 134'515'008;
    loaded.info.fileBytes = 98'362'432;
    loaded.info.trainingContext = 8192;
    loaded.info.layers = kLayers;
    loaded.info.hasChatTemplate = loaded.info.supported = true;
    loaded.contextLength = m_contextLength;
    loaded.threads = request.options.threads > 0 ? request.options.threads : 2;
    loaded.weightBytes = loaded.info.fileBytes;
    loaded.cacheBytes = std::uint64_t(m_contextLength) * 23'040;
    loaded.computeBytes = 24 << 20;
    loaded.placement.modelLayers = loaded.info.layers + 1;
    if (m_script.placement) loaded.placement = m_script.placement(request.options.offload, loaded.placement.modelLayers);
    send(job, std::move(loaded));
}

void ScriptedEngine::chat(const Job& job, const ChatRequest& request)
{
    constexpr int kTokensPerHeader = 4; // what a template writes around a message
    int promptTokens = kTokensPerHeader;
    int cachedTokens = 0;
    for (const auto& message : request.input.messages) {
        if (message.value("role", "") == "user") cachedTokens = promptTokens > kTokensPerHeader * 4 ? promptTokens : 0;
        promptTokens += countTokens(message.value("content", "")) + kTokensPerHeader;
    }
    answer(job, promptTokens, cachedTokens, m_script.answers ? m_script.answers(request) : Script::answerFor(request), request.maxTokens);
}

void ScriptedEngine::answer(const Job& job, int promptTokens, int cachedTokens, const ScriptedAnswer& answer, int maxTokens)
{
    if (!m_loaded) return send(job, Failed{{ErrorCode::InvalidArgument, "no model is loaded"}});
    if (promptTokens >= m_contextLength) {
        return send(job, Failed{{ErrorCode::ContextFull,
                                 std::format("the prompt has {} tokens, the context holds {}", promptTokens, m_contextLength)}});
    }
    if (std::exchange(m_lost, false) && m_script.placement) send(job, Recovered{.placement = m_script.placement(m_wish, kLayers + 1)});
    const auto start = Clock::now();
    Finished finished;
    finished.contextLength = m_contextLength;
    finished.timings.promptTokens = promptTokens;
    finished.timings.cachedTokens = cachedTokens;
    const auto finish = [&](FinishReason reason) {
        finished.reason = reason;
        finished.contextUsed = promptTokens + finished.timings.generatedTokens;
        send(job, finished);
    };

    constexpr int kBatch = 64;
    for (int done = cachedTokens; done < promptTokens; done = std::min(done + kBatch, promptTokens)) {
        send(job, PromptProgress{done, promptTokens, cachedTokens});
        const int now = std::min(kBatch, promptTokens - done);
        if (!wait(job, m_script.promptTokensPerSecond > 0 ? now / m_script.promptTokensPerSecond : 0)) return finish(FinishReason::Cancelled);
    }
    send(job, PromptProgress{promptTokens, promptTokens, cachedTokens});
    finished.timings.promptSeconds = secondsSince(start);

    const auto generationStart = Clock::now();
    for (std::string_view rest = answer.text; !rest.empty();) {
        if (!wait(job, m_script.tokensPerSecond > 0 ? 1 / m_script.tokensPerSecond : 0)) return finish(FinishReason::Cancelled);
        if (maxTokens >= 0 && finished.timings.generatedTokens >= maxTokens) return finish(FinishReason::MaxTokens);
        if (promptTokens + finished.timings.generatedTokens >= m_contextLength) return finish(FinishReason::ContextFull);
        const std::string_view piece = nextPiece(rest);
        rest.remove_prefix(piece.size());
        if (++finished.timings.generatedTokens == 1) finished.timings.firstTokenSeconds = secondsSince(start);
        finished.timings.generationSeconds = secondsSince(generationStart);
        send(job, Text{std::string(piece), 1});
    }
    if (answer.error) {
        m_lost = answer.error->code == ErrorCode::Device;
        return send(job, Failed{*answer.error});
    }
    finish(FinishReason::EndOfText);
}

bool ScriptedEngine::wait(const Job& job, double seconds)
{
    if (seconds > 0) {
        std::unique_lock lock(m_mutex);
        m_wake.wait_for(lock, job.stop.get_token(), std::chrono::duration<double>(seconds), [] { return false; });
    }
    return !job.stop.stop_requested();
}

} // namespace corral::app
