#include "app/server/api/answering.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <random>

namespace corral::server {

namespace {

constexpr std::size_t kMostChoices = 256;  // of a request: each keeps its prompt and a sampler
constexpr int kMostWaiting = 1024;         // tasks without a slot, before one more request

class Answering : public std::enable_shared_from_this<Answering> {
public:
    Answering(const Call& call, CompletionRequest request, std::unique_ptr<Format> format)
        : m_service(call.service), m_running(call.running), m_request(std::move(request)), m_format(std::move(format)), m_reply(call.reply)
    {
    }
    ~Answering()
    {
        if (m_request.reasoningControl) m_running->remove(m_format->id());
    }

    void start(std::vector<std::vector<generate::Token>> prompts)
    {
        for (auto& prompt : prompts)
            for (int k = 0; k < m_request.alternatives; ++k) {
                Choice& choice = m_choices.emplace_back();
                choice.index = static_cast<int>(m_choices.size()) - 1;
                choice.prompt = prompt;
            }
        m_open = m_choices.size();
        m_told.resize(m_choices.size());
        m_reply->onGone([weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->cancel();
        });
        for (Choice& choice : m_choices) // before any task can call back
            if (choice.prompt.empty()) ended(choice, generate::Outcome{}); // nothing in, nothing out
        for (Choice& choice : m_choices) {
            const std::lock_guard lock(m_mutex);
            if (choice.prompt.empty() || m_gone) continue;
            m_tasks.push_back(m_service.submit(taskFor(choice)));
            m_reply->workedOnBy(m_tasks.back());
        }
        const std::lock_guard lock(m_mutex);
        if (m_request.reasoningControl) m_running->add(m_format->id(), m_tasks);
    }

private:
    generate::Task taskFor(Choice& choice)
    {
        generate::Task task{.prompt = choice.prompt, .options = m_request.options, .callbacks = {}, .onEnd = {}, .slot = m_request.slot, .reuse = m_request.reuse, .note = m_settings};
        if (choice.index > 0 && task.options.sampling.seed != 0xFFFFFFFF) task.options.sampling.seed += static_cast<std::uint32_t>(choice.index); // alternatives differ
        const auto self = shared_from_this();
        task.callbacks.onPrompt = [self, &choice](int done, int, int cached) {
            choice.promptDone = done;
            choice.promptCached = cached;
            if (self->m_request.stream && self->m_request.returnProgress) self->tell(choice, [&] { return self->m_format->progress(choice); });
        };
        if (m_request.stream && (m_request.timingsPerToken || m_request.returnProgress))
            task.callbacks.onTimings = [&choice](const generate::Timings& timings) { choice.timings = timings; };
        task.callbacks.onToken = [self, &choice](const generate::ChosenToken& token) {
            choice.tokens.push_back(token.chosen.token);
            if (self->m_request.options.probabilities > 0) choice.chosen.push_back(token);
        };
        task.callbacks.onText = [self, &choice](std::string_view utf8, int) { self->text(choice, utf8); };
        task.onEnd = [self, &choice](generate::TaskId, Result<generate::Outcome> outcome) {
            if (outcome) self->ended(choice, std::move(*outcome));
            else self->failed(fromEngine(outcome.error()));
        };
        return task;
    }

    void cancel()
    {
        const std::lock_guard lock(m_mutex);
        m_gone = true;
        for (const generate::TaskId id : m_tasks) m_service.cancel(id);
        m_tasks.clear();
    }

    // ---- on the service's thread

    Piece untold(const Choice& choice, std::string_view utf8)
    {
        Told& told = m_told[static_cast<std::size_t>(choice.index)];
        Piece piece{.text = utf8, .tokens = std::span(choice.tokens).subspan(told.tokens), .chosen = std::span(choice.chosen).subspan(told.chosen)};
        told.tokens = choice.tokens.size();
        told.chosen = choice.chosen.size();
        return piece;
    }

    void text(Choice& choice, std::string_view utf8)
    {
        choice.text += utf8;
        if (m_request.stream) tell(choice, [&] { return timed(choice, m_format->piece(choice, untold(choice, utf8))); });
    }

    void ended(Choice& choice, generate::Outcome outcome)
    {
        choice.timings = outcome.timings;
        choice.outcome = std::move(outcome);
        if (m_failed) return;
        if (m_request.stream) {
            if (m_told[static_cast<std::size_t>(choice.index)].tokens < choice.tokens.size() && m_request.options.probabilities > 0)
                tell(choice, [&] { return timed(choice, m_format->piece(choice, untold(choice, {}))); }); // of tokens without text
            tell(choice, [&] { return m_format->end(choice); });
        }
        if (--m_open > 0) return;
        if (!m_request.stream) return m_reply->send(200, dump(m_format->whole(m_choices)));
        std::string rest;
        for (const Format::Event& event : m_format->finish(m_choices)) rest += lines(event);
        rest += m_format->last();
        if (!rest.empty()) m_reply->write(std::move(rest));
        m_reply->end();
    }

    void failed(const ApiError& error)
    {
        if (std::exchange(m_failed, true)) return;
        if (m_begun) {
            m_reply->write(lines(m_format->failed(error)));
            m_reply->end();
        } else {
            m_reply->send(error.status, dump(m_format->failed(error).data));
        }
        cancel();
    }

    // make() gives the events: after those of the choice's beginning, if it has not begun.
    template <class Make> void tell(const Choice& choice, Make&& make)
    {
        if (m_failed) return;
        std::vector<Format::Event> events;
        if (!std::exchange(m_told[static_cast<std::size_t>(choice.index)].begun, true)) events = m_format->begin(choice);
        std::ranges::move(make(), std::back_inserter(events));
        if (events.empty()) return;
        if (!std::exchange(m_begun, true)) m_reply->beginEvents(m_request.pingSeconds);
        std::string out;
        for (const Format::Event& event : events) out += lines(event);
        m_reply->write(std::move(out));
    }

    // Named events are those of protocols that know no timings.
    std::vector<Format::Event> timed(const Choice& choice, std::vector<Format::Event> events) const
    {
        if (m_request.timingsPerToken)
            for (Format::Event& event : events)
                if (event.name.empty()) event.data["timings"] = timingsJson(choice.timings);
        return events;
    }

    static std::string lines(const Format::Event& event)
    {
        return (event.name.empty() ? std::string() : "event: " + event.name + "\n") + "data: " + dump(event.data) + "\n\n";
    }

    struct Told {
        std::size_t tokens = 0, chosen = 0;
        bool begun = false;
    };

    engine::Service& m_service;
    const std::shared_ptr<RunningAnswers> m_running;
    const CompletionRequest m_request;
    const std::shared_ptr<const std::string> m_settings = std::make_shared<const std::string>(dump(settings(m_request))); // for /slots
    const std::unique_ptr<Format> m_format;
    const std::shared_ptr<Reply> m_reply;
    std::vector<Choice> m_choices; // of fixed size once tasks run
    std::vector<Told> m_told;      // by choice
    std::size_t m_open = 0;        // choices without an end
    bool m_begun = false, m_failed = false;

    std::mutex m_mutex; // guards what follows
    bool m_gone = false;
    std::vector<generate::TaskId> m_tasks;
};

} // namespace

ApiResult<void> beginAnswering(const Call& call, CompletionRequest request, std::vector<std::vector<generate::Token>> prompts, std::unique_ptr<Format> format)
{
    if (prompts.size() * static_cast<std::size_t>(request.alternatives) > kMostChoices)
        return badRequest("{} prompts with {} answers each: at most {} answers in one request", prompts.size(), request.alternatives, kMostChoices);
    const auto context = static_cast<std::size_t>(call.service.contextLength());
    for (const auto& prompt : prompts)
        if (prompt.size() >= context)
            return std::unexpected(ApiError{400, "exceed_context_size_error", std::format("the prompt has {} tokens, the context holds {}", prompt.size(), context),
                                            {{"n_prompt_tokens", prompt.size()}, {"n_ctx", context}}});
    if (call.service.state().waiting > kMostWaiting) return std::unexpected(unavailable("too many requests are waiting"));
    std::make_shared<Answering>(call, std::move(request), std::move(format))->start(std::move(prompts));
    return {};
}

Json timingsJson(const generate::Timings& t)
{
    const auto each = [](double seconds, int n) { return n > 0 ? 1000 * seconds / n : 0.0; };
    const auto rate = [](double seconds, int n) { return seconds > 0 ? n / seconds : 0.0; };
    const int computed = t.promptTokens - t.cachedTokens;
    return {{"cache_n", t.cachedTokens},
            {"prompt_n", computed},
            {"prompt_ms", 1000 * t.promptSeconds},
            {"prompt_per_token_ms", each(t.promptSeconds, computed)},
            {"prompt_per_second", rate(t.promptSeconds, computed)},
            {"predicted_n", t.generatedTokens},
            {"predicted_ms", 1000 * t.generationSeconds},
            {"predicted_per_token_ms", each(t.generationSeconds, t.generatedTokens)},
            {"predicted_per_second", rate(t.generationSeconds, t.generatedTokens)}};
}

Json probabilitiesJson(std::span<const generate::ChosenToken> chosen, const text::Tokenizer& tokenizer, bool afterSampling)
{
    const auto item = [&](const generate::TokenProbability& p) {
        const std::string piece = tokenizer.piece(p.token, true);
        Json bytes = Json::array();
        for (const char c : piece) bytes.push_back(static_cast<unsigned char>(c));
        Json one{{"id", p.token}, {"token", piece}, {"bytes", std::move(bytes)}};
        if (afterSampling) one["prob"] = std::exp(p.logarithm);
        else one["logprob"] = std::isfinite(p.logarithm) ? p.logarithm : std::numeric_limits<float>::lowest(); // JSON has no infinity
        return one;
    };
    Json list = Json::array();
    for (const generate::ChosenToken& token : chosen) {
        Json entry = item(token.chosen);
        Json& most = entry[afterSampling ? "top_probs" : "top_logprobs"] = Json::array();
        for (const auto& p : token.most) most.push_back(item(p));
        list.push_back(std::move(entry));
    }
    return list;
}

Json progressJson(const Choice& choice)
{
    return {{"total", choice.prompt.size()}, {"cache", choice.promptCached}, {"processed", choice.promptDone}, {"time_ms", 1000 * choice.timings.promptSeconds}};
}

std::string randomId(std::string_view prefix)
{
    constexpr std::string_view kLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static thread_local std::random_device random;
    std::uniform_int_distribution<std::size_t> any(0, kLetters.size() - 1);
    std::string id(prefix);
    for (int i = 0; i < 32; ++i) id += kLetters[any(random)];
    return id;
}

std::int64_t unixNow() { return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

} // namespace corral::server
