#include "core/engine/engine.h"

#include "core/engine/chat_prompt.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <new>
#include <thread>

namespace corral::engine {

namespace {

struct Job {
    RequestId id = 0;
    Request request;
    std::stop_source stop;
};

// What is loaded, all of it or nothing.
struct Model {
    std::shared_ptr<const generate::LoadedModel> loaded;
    std::shared_ptr<const text::Tokenizer> tokenizer;
    ChatPrompt prompt;
    std::unique_ptr<generate::Generator> generator;
};

class EngineThread final : public Engine {
public:
    explicit EngineThread(std::function<void(const Event&)> onEvent)
        : m_onEvent(std::move(onEvent)), m_thread([this](const std::stop_token& ending) { work(ending); })
    {
    }

    ~EngineThread() override
    {
        m_thread.request_stop();
        const std::lock_guard lock(m_mutex);
        m_queue.clear();
        m_running.request_stop();
    }

    RequestId submit(Request request) override
    {
        const std::lock_guard lock(m_mutex);
        m_queue.push_back({.id = ++m_lastId, .request = std::move(request), .stop = {}});
        m_wake.notify_one();
        return m_lastId;
    }

    void cancel(RequestId id) override
    {
        const std::lock_guard lock(m_mutex);
        if (id == m_runningId) m_running.request_stop();
        for (Job& job : m_queue)
            if (job.id == id) job.stop.request_stop(); // its turn will come, and say so
    }

private:
    void work(const std::stop_token& ending)
    {
        while (true) {
            Job job;
            {
                std::unique_lock lock(m_mutex);
                if (!m_wake.wait(lock, ending, [this] { return !m_queue.empty(); }) || ending.stop_requested()) return;
                job = std::move(m_queue.front());
                m_queue.pop_front();
                m_running = job.stop;
                m_runningId = job.id;
            }
            try {
                std::visit([&](const auto& request) { run(job, request); }, job.request);
            } catch (const std::bad_alloc&) {
                send(job, Failed{{ErrorCode::OutOfMemory, "not enough memory"}});
            } catch (const std::exception& e) { // of the standard library: a thread that could not be started, a text beyond its largest size
                send(job, Failed{{ErrorCode::Unsupported, std::format("not possible on this system: {}", e.what())}});
            }
            const std::lock_guard lock(m_mutex);
            m_runningId = 0;
        }
    }

    template <class T> void send(const Job& job, T what) { m_onEvent({.request = job.id, .what = std::move(what)}); }

    void run(const Job& job, const LoadRequest& request)
    {
        auto result = load(job, request);
        if (result) send(job, std::move(*result));
        else send(job, Failed{std::move(result.error())});
    }

    Result<Loaded> load(const Job& job, const LoadRequest& request)
    {
        // Each step maps or parses; the weights themselves are read when they are used.
        const auto step = [&](double fraction) -> Result<void> {
            if (job.stop.stop_requested()) return fail(ErrorCode::Cancelled, "loading was cancelled");
            send(job, LoadProgress{fraction});
            return {};
        };
        if (auto go = step(0); !go) return std::unexpected(go.error());
        auto file = gguf::File::open(request.model);
        if (!file) return std::unexpected(file.error());
        const auto named = [&](Error error) { return within(request.model.filename().string(), std::move(error)); };
        if (auto go = step(0.25); !go) return std::unexpected(go.error());
        auto loaded = generate::LoadedModel::load(*file);
        if (!loaded) return named(loaded.error());
        if (auto go = step(0.5); !go) return std::unexpected(go.error());
        auto tokenizer = text::Tokenizer::load(**file);
        if (!tokenizer) return named(tokenizer.error());
        auto prompt = ChatPrompt::load(**file, *tokenizer);
        if (auto go = step(0.75); !go) return std::unexpected(go.error());

        m_model.reset(); // its memory may be what the new one needs
        const auto copied = [&](double part) { send(job, LoadProgress{0.75 + 0.24 * part}); }; // to graphics cards
        auto session = generate::Session::create(*loaded, request.options, {.stop = job.stop.get_token(), .progress = copied});
        if (!session) return named(session.error());
        const generate::Session& s = **session;
        Loaded what{.info = describe(**file, request.model),
                    .contextLength = s.contextLength(),
                    .threads = s.threads(),
                    .weightBytes = (*loaded)->weightBytes(),
                    .cacheBytes = s.cacheBytes(),
                    .computeBytes = s.computeBytes(),
                    .placement = s.placement()};
        auto generator = std::make_unique<generate::Generator>(std::move(*session), *tokenizer);
        m_model = std::make_unique<Model>(Model{std::move(*loaded), std::move(*tokenizer), std::move(prompt), std::move(generator)});
        if (auto go = step(1); !go) {
            m_model.reset();
            return std::unexpected(go.error());
        }
        return what;
    }

    void run(const Job& job, const UnloadRequest&)
    {
        m_model.reset();
        send(job, Unloaded{});
    }

    void run(const Job& job, const ChatRequest& request)
    {
        if (!begins(job)) return;
        auto prompt = m_model->prompt.render(request.input);
        if (!prompt) return send(job, Failed{std::move(prompt.error())});
        generate::GenerateOptions options{.sampling = request.sampling, .maxTokens = request.maxTokens, .stop = request.stop};
        options.stop.insert(options.stop.end(), prompt->stop.begin(), prompt->stop.end());
        answer(job, prompt->tokens, options, prompt->opened);
    }

    void run(const Job& job, const CompletionRequest& request)
    {
        if (!begins(job)) return;
        const auto tokens = m_model->tokenizer->encode(request.prompt, {.addSpecial = request.addSpecial, .parseSpecial = request.parseSpecial});
        answer(job, tokens, {.sampling = request.sampling, .maxTokens = request.maxTokens, .stop = request.stop}, {});
    }

    // Whether there is a model to answer with; else the job has ended.
    bool begins(const Job& job)
    {
        if (job.stop.stop_requested()) {
            sendCancelled(job);
            return false;
        }
        if (!m_model) {
            send(job, Failed{{ErrorCode::NotFound, "no model is loaded"}});
            return false;
        }
        const generate::Session& session = m_model->generator->session();
        if (!session.loss()) return true;
        const auto recovered = m_model->generator->recover({.stop = job.stop.get_token(), .progress = {}});
        if (recovered) send(job, Recovered{.placement = session.placement(), .cacheBytes = session.cacheBytes(), .computeBytes = session.computeBytes()});
        else if (recovered.error().code == ErrorCode::Cancelled) sendCancelled(job);
        else send(job, Failed{recovered.error()});
        return recovered.has_value();
    }

    // Before its turn came: nothing was rendered, tokenized or computed.
    void sendCancelled(const Job& job) { send(job, finished(FinishReason::Cancelled, {})); }

    Finished finished(FinishReason reason, const Timings& timings) const
    {
        if (!m_model) return {.reason = reason, .timings = timings};
        const generate::Session& session = m_model->generator->session();
        return {.reason = reason, .timings = timings, .contextUsed = session.position(), .contextLength = session.contextLength()};
    }

    void answer(const Job& job, std::span<const text::Token> prompt, const generate::GenerateOptions& options, const std::string& opened)
    {
        bool first = true;
        const auto onPrompt = [&](int done, int total, int cached) { send(job, PromptProgress{done, total, cached}); };
        const auto onText = [&](std::string_view utf8, int tokens) {
            if (std::exchange(first, false) && !opened.empty()) send(job, Text{.utf8 = opened, .tokens = 0});
            send(job, Text{.utf8 = std::string(utf8), .tokens = tokens});
        };
        auto outcome = m_model->generator->generate(prompt, options, {.onPrompt = onPrompt, .onText = onText}, job.stop.get_token());
        if (!outcome) return send(job, Failed{std::move(outcome.error())});
        send(job, finished(outcome->reason, outcome->timings));
    }

    std::function<void(const Event&)> m_onEvent;
    std::unique_ptr<Model> m_model; // touched by the engine thread only

    std::mutex m_mutex; // guards what follows
    std::condition_variable_any m_wake;
    std::deque<Job> m_queue;
    std::stop_source m_running; // of the job in work
    RequestId m_runningId = 0, m_lastId = 0;

    std::jthread m_thread; // last: it uses everything above
};

} // namespace

std::unique_ptr<Engine> makeEngine(std::function<void(const Event&)> onEvent) { return std::make_unique<EngineThread>(std::move(onEvent)); }

} // namespace corral::engine
