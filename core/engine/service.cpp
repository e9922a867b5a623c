#include "core/engine/service.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <new>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

namespace corral::engine {

namespace {

constexpr auto kTriedAgain = std::chrono::seconds(30); // a recovery that failed: memory may be free by then

class SchedulerThread final : public Service {
public:
    SchedulerThread(ModelInfo info, std::shared_ptr<const text::Tokenizer> tokenizer, ChatPrompt prompt, std::unique_ptr<generate::Sequences> sequences,
                    std::unique_ptr<generate::Embedder> embedder, const ServiceOptions& options, std::string rerankTemplate)
        : m_info(std::move(info)), m_tokenizer(std::move(tokenizer)), m_prompt(std::move(prompt)), m_rerankTemplate(std::move(rerankTemplate)), m_slots(sequences->count()),
          m_contextLength(sequences->contextLength()), m_threads(sequences->threads()), m_onRecovery(options.onRecovery), m_scheduler(std::move(sequences), m_tokenizer, options.slotSimilarity),
          m_embedder(std::move(embedder)), m_counted{.slotStates = m_scheduler.slotStates()}, m_state(m_counted), m_placement(m_scheduler.sequences().placement()), m_thread([this](const std::stop_token& ending) { work(ending); })
    {
    }
    ~SchedulerThread() override
    {
        m_thread.request_stop();
        m_thread.join();
    }

    const ModelInfo& info() const override { return m_info; }
    const text::Tokenizer& tokenizer() const override { return *m_tokenizer; }
    const sample::Vocabulary& vocabulary() const override { return *m_scheduler.vocabulary(); }
    const ChatPrompt& chatPrompt() const override { return m_prompt; }
    const std::string& rerankTemplate() const override { return m_rerankTemplate; }
    int slotCount() const override { return m_slots; }
    int contextLength() const override { return m_contextLength; }
    int threads() const override { return m_threads; }
    generate::Placement placement() const override
    {
        const std::lock_guard lock(m_mutex);
        return m_placement;
    }
    bool ready() const override { return m_ready; }

    generate::TaskId submit(generate::Task task) override
    {
        const std::lock_guard lock(m_mutex);
        const generate::TaskId id = ++m_lastId;
        // A function that is kept must be copyable.
        m_inbox.push_back([this, id, held = std::make_shared<generate::Task>(std::move(task))] {
            held->onEnd = [this, onEnd = std::move(held->onEnd)](generate::TaskId ended, Result<generate::Outcome> outcome) {
                m_running.erase(ended);
                if (m_scheduler.lost()) m_ready = false; // whoever hears of it finds it so
                count(outcome);
                publish(); // whoever hears of the end finds it counted
                onEnd(ended, std::move(outcome));
            };
            m_running.insert(id);
            m_scheduler.submit(id, std::move(*held));
        });
        m_wake.notify_one();
        return id;
    }
    void cancel(generate::TaskId id) override
    {
        post([this, id] { m_scheduler.cancel(id); });
    }
    void endReasoning(generate::TaskId id, std::function<void(bool)> done) override
    {
        post([this, id, done = std::move(done)] { done(m_scheduler.endReasoning(id)); });
    }
    void changeSlot(int slot, SlotAction action, std::filesystem::path file, SlotChanges::OnEnd onEnd) override
    {
        post([this, slot, action, file = std::move(file), onEnd = std::move(onEnd)] {
            m_changes.add(slot, action, file, [this, onEnd](Result<SlotChange> changed) {
                publish();
                onEnd(std::move(changed));
            });
        });
    }
    std::optional<generate::Pooling> pooling() const override { return m_embedder ? std::optional(m_embedder->pooling()) : std::nullopt; }
    void embed(std::vector<std::vector<generate::Token>> texts, OnVectors onEnd, std::stop_token stop) override
    {
        auto job = std::make_shared<Embedding>(Embedding{.texts = std::move(texts), .vectors = {}, .onEnd = std::move(onEnd), .stop = std::move(stop)});
        post([this, job] { goOn(job); });
    }
    ServiceState state() const override
    {
        const std::lock_guard lock(m_mutex);
        return m_state;
    }

private:
    struct Embedding {
        std::vector<std::vector<generate::Token>> texts;
        std::vector<std::vector<float>> vectors;
        OnVectors onEnd;
        std::stop_token stop;
    };

    // One text; the rest has its turn after a step.
    void goOn(const std::shared_ptr<Embedding>& job)
    {
        if (job->vectors.size() == job->texts.size()) return job->onEnd(std::move(job->vectors));
        if (m_ending) return job->onEnd(fail(ErrorCode::Cancelled, "the service is ending"));
        if (job->stop.stop_requested()) return job->onEnd(fail(ErrorCode::Cancelled, "nobody waits for it any more"));
        if (!m_embedder) return job->onEnd(fail(ErrorCode::Unsupported, "this service was opened without embeddings"));
        auto vector = m_embedder->embed(job->texts[job->vectors.size()], m_thread.get_stop_token());
        if (!vector) return job->onEnd(std::unexpected(vector.error()));
        job->vectors.push_back(std::move(*vector));
        post([this, job] { goOn(job); });
    }

    void post(std::function<void()> job)
    {
        const std::lock_guard lock(m_mutex);
        m_inbox.push_back(std::move(job));
        m_wake.notify_one();
    }

    void work(const std::stop_token& ending)
    {
        std::vector<std::function<void()>> jobs;
        while (!ending.stop_requested()) {
            {
                std::unique_lock lock(m_mutex);
                const auto called = [this] { return !m_inbox.empty(); };
                if (m_scheduler.idle() && m_scheduler.lost()) m_wake.wait_until(lock, ending, m_triedAgainAt, called);
                else if (m_scheduler.idle()) m_wake.wait(lock, ending, called);
                jobs.swap(m_inbox);
            }
            for (const auto& job : jobs) job();
            jobs.clear();
            if (!m_scheduler.idle() && !ending.stop_requested()) step();
            if (m_scheduler.idle() && m_scheduler.lost() && !ending.stop_requested() && std::chrono::steady_clock::now() >= m_triedAgainAt) recover(ending);
            publish();
        }
        m_ending = true;
        m_changes.cancel();
        runInbox(); // their ends are owed too
        const auto running = m_running;
        for (const generate::TaskId id : running) m_scheduler.cancel(id);
        runInbox(); // what waited for their slots
    }

    void runInbox()
    {
        std::vector<std::function<void()>> jobs;
        for (;;) {
            {
                const std::lock_guard lock(m_mutex);
                jobs.swap(m_inbox);
            }
            if (jobs.empty()) return;
            for (const auto& job : jobs) job();
            jobs.clear();
        }
    }

    void recover(const std::stop_token& ending)
    {
        const auto tell = [this](Recovery what) {
            if (m_onRecovery) m_onRecovery(what);
        };
        m_ready = false;
        publish();
        if (!std::exchange(m_lossTold, true)) tell({.stage = Recovery::Lost, .error = *m_scheduler.sequences().loss()});
        const auto recovered = bounded([&] {
            return m_scheduler.recover({.stop = ending, .progress = [&](double part) { tell({.stage = Recovery::Copying, .progress = part}); }});
        });
        if (!recovered) {
            m_triedAgainAt = std::chrono::steady_clock::now() + kTriedAgain;
            if (recovered.error().code == ErrorCode::Cancelled) return;
            m_scheduler.failAll(recovered.error());
            if (m_scheduler.lost()) return tell({.stage = Recovery::Failed, .error = recovered.error()});
        }
        m_lossTold = false;
        {
            const std::lock_guard lock(m_mutex);
            m_placement = m_scheduler.sequences().placement();
        }
        m_ready = true;
        tell({.stage = Recovery::Recovered});
    }

    static Result<void> bounded(const std::function<Result<void>()>& work)
    {
        try {
            return work();
        } catch (const std::bad_alloc&) {
            return fail(ErrorCode::OutOfMemory, "not enough memory");
        }
    }

    void step()
    {
        for (const generate::SlotState& slot : m_scheduler.slotStates()) m_counted.busySlotSteps += slot.task != 0;
        ++m_counted.steps;
        const auto stepped = bounded([&]() -> Result<void> {
            m_scheduler.step();
            return {};
        });
        if (!stepped) m_scheduler.failAll(stepped.error());
    }

    void count(const Result<generate::Outcome>& outcome)
    {
        ++m_counted.tasks;
        if (!outcome) return;
        const generate::Timings& t = outcome->timings;
        m_counted.promptTokens += static_cast<std::uint64_t>(t.promptTokens - t.cachedTokens);
        m_counted.cachedTokens += static_cast<std::uint64_t>(t.cachedTokens);
        m_counted.generatedTokens += static_cast<std::uint64_t>(t.generatedTokens);
        m_counted.longestContext = std::max(m_counted.longestContext, static_cast<std::uint64_t>(t.promptTokens + t.generatedTokens));
        m_counted.promptSeconds += t.promptSeconds;
        m_counted.generationSeconds += t.generationSeconds;
    }

    void publish()
    {
        m_counted.slotStates = m_scheduler.slotStates();
        m_counted.waiting = m_scheduler.waiting();
        const std::lock_guard lock(m_mutex);
        m_state = m_counted;
    }

    const ModelInfo m_info;
    const std::shared_ptr<const text::Tokenizer> m_tokenizer;
    const ChatPrompt m_prompt;
    const std::string m_rerankTemplate;
    const int m_slots, m_contextLength, m_threads;
    const std::function<void(const Recovery&)> m_onRecovery;
    std::atomic<bool> m_ready = true;

    generate::Scheduler m_scheduler;        // touched by the thread only, as are these
    const std::unique_ptr<generate::Embedder> m_embedder;
    SlotChanges m_changes{m_scheduler, [this](std::function<void()> job) { post(std::move(job)); }};
    bool m_ending = false, m_lossTold = false;
    std::chrono::steady_clock::time_point m_triedAgainAt; // a recovery that failed
    std::set<generate::TaskId> m_running;   // have not ended
    ServiceState m_counted;

    mutable std::mutex m_mutex; // guards what follows
    std::condition_variable_any m_wake;
    std::vector<std::function<void()>> m_inbox;
    generate::TaskId m_lastId = 0;
    ServiceState m_state;
    generate::Placement m_placement;

    std::jthread m_thread; // last: it uses everything above
};

} // namespace

Result<std::unique_ptr<Service>> Service::open(const std::filesystem::path& path, const ServiceOptions& options, const OpenWatch& watch)
{
    const auto step = [&](double fraction) -> Result<void> {
        if (watch.stop.stop_requested()) return fail(ErrorCode::Cancelled, "loading was cancelled");
        if (watch.progress) watch.progress(fraction);
        return {};
    };
    if (auto go = step(0); !go) return std::unexpected(go.error());
    const auto file = gguf::File::open(path);
    if (!file) return std::unexpected(file.error());
    const auto named = [&](const Error& error) { return within(path.filename().string(), error); };
    if (auto go = step(0.25); !go) return std::unexpected(go.error());
    auto loaded = generate::LoadedModel::load(*file);
    if (!loaded) return named(loaded.error());
    if (auto go = step(0.5); !go) return std::unexpected(go.error());
    auto tokenizer = text::Tokenizer::load(**file);
    if (!tokenizer) return named(tokenizer.error());
    if (auto go = step(0.75); !go) return std::unexpected(go.error());
    const auto copied = [&](double part) { // to graphics cards
        if (watch.progress) watch.progress(0.75 + 0.24 * part);
    };
    auto sequences = generate::Sequences::create(*loaded, options.session, options.slotCount, {.stop = watch.stop, .progress = copied});
    if (!sequences) return named(sequences.error());
    std::unique_ptr<generate::Embedder> embedder;
    if (options.embeddings) {
        generate::SessionOptions beside = options.session;
        beside.offload.layers = 0; // weights lie on a card once: for the slots
        auto created = generate::Embedder::create(std::move(*loaded), std::move(beside), *options.embeddings);
        if (!created) return named(created.error());
        embedder = std::move(*created);
    }
    auto prompt = options.chatTemplate.empty() ? Result<ChatPrompt>(ChatPrompt::load(**file, *tokenizer)) : ChatPrompt::parse(options.chatTemplate, *tokenizer);
    if (!prompt) return std::unexpected(within("chat template", prompt.error()).error());
    if (auto go = step(1); !go) return std::unexpected(go.error());
    try {
        return std::make_unique<SchedulerThread>(describe(**file, path), std::move(*tokenizer), std::move(*prompt), std::move(*sequences), std::move(embedder), options,
                                                 (*file)->getString("tokenizer.chat_template.rerank").value_or(""));
    } catch (const std::system_error& e) {
        return fail(ErrorCode::OutOfMemory, "a thread could not be started: {}", e.code().message());
    }
}

} // namespace corral::engine
