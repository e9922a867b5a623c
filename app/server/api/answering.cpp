#include "app/server/api/answering.h"

#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace corral::server {

namespace {

constexpr std::size_t kMostChoices = 256;  // of a request: each keeps its prompt and a sampler
constexpr int kMostWaiting = 1024;         // tasks without a slot, before one more request

class Answering : public std::enable_shared_from_this<Answering> {
public:
    Answering(engine::Service& service, CompletionRequest request, std::unique_ptr<Format> format, std::shared_ptr<Reply> reply)
        : m_service(service), m_request(std::move(request)), m_format(std::move(format)), m_reply(std::move(reply))
    {
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
    }

private:
    generate::Task taskFor(Choice& choice)
    {
        generate::Task task{.prompt = choice.prompt, .options = m_request.options, .callbacks = {}, .onEnd = {}, .slot = m_request.slot, .reuse = m_request.reuse};
        if (choice.index > 0 && task.options.sampling.seed != 0xFFFFFFFF) task.options.sampling.seed += static_cast<std::uint32_t>(choice.index); // alternatives differ
        const auto self = shared_from_this();
        task.callbacks.onPrompt = [self, &choice](int done, int, int cached) {
            choice.promptDone = done;
            choice.promptCached = cached;
            if (self->m_request.stream && self->m_request.returnProgress) self->tell(choice, self->m_format->progress(choice));
        };
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
        told = {choice.tokens.size(), choice.chosen.size()};
        return piece;
    }

    void text(Choice& choice, std::string_view utf8)
    {
        choice.text += utf8;
        if (m_request.stream) tell(choice, m_format->piece(choice, untold(choice, utf8)));
    }

    void ended(Choice& choice, generate::Outcome outcome)
    {
        choice.timings = outcome.timings;
        choice.outcome = std::move(outcome);
        if (m_failed) return;
        if (m_request.stream) {
            if (m_told[static_cast<std::size_t>(choice.index)].tokens < choice.tokens.size() && m_request.options.probabilities > 0)
                tell(choice, m_format->piece(choice, untold(choice, {}))); // of tokens without text
            tell(choice, m_format->end(choice));
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
            m_reply->send(error.status, dump(error.body()));
        }
        cancel();
    }

    void tell(const Choice& choice, const std::vector<Format::Event>& events)
    {
        if (m_failed || events.empty()) return;
        std::string out;
        if (!std::exchange(m_begun, true)) m_reply->beginEvents(m_request.pingSeconds);
        if (!std::exchange(m_told[static_cast<std::size_t>(choice.index)].begun, true))
            for (const Format::Event& event : m_format->begin(choice)) out += lines(event);
        for (const Format::Event& event : events) out += lines(event);
        m_reply->write(std::move(out));
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
    const CompletionRequest m_request;
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

ApiResult<void> beginAnswering(engine::Service& service, CompletionRequest request, std::vector<std::vector<generate::Token>> prompts, std::unique_ptr<Format> format,
                    std::shared_ptr<Reply> reply)
{
    if (prompts.size() * static_cast<std::size_t>(request.alternatives) > kMostChoices)
        return badRequest("{} prompts with {} answers each: at most {} answers in one request", prompts.size(), request.alternatives, kMostChoices);
    const auto context = static_cast<std::size_t>(service.contextLength());
    for (const auto& prompt : prompts)
        if (prompt.size() >= context)
            return std::unexpected(ApiError{400, "exceed_context_size_error", std::format("the prompt has {} tokens, the context holds {}", prompt.size(), context),
                                            {{"n_prompt_tokens", prompt.size()}, {"n_ctx", context}}});
    if (service.state().waiting > kMostWaiting) return std::unexpected(unavailable("too many requests are waiting"));
    std::make_shared<Answering>(service, std::move(request), std::move(format), std::move(reply))->start(std::move(prompts));
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

Json probabilitiesJson(std::span<const generate::ChosenToken> chosen, const text::Tokenizer& tokenizer)
{
    const auto item = [&](const generate::TokenProbability& p) {
        const std::string piece = tokenizer.piece(p.token, true);
        Json bytes = Json::array();
        for (const char c : piece) bytes.push_back(static_cast<unsigned char>(c));
        const float logprob = std::isfinite(p.logarithm) ? p.logarithm : std::numeric_limits<float>::lowest(); // JSON has no infinity
        return Json{{"id", p.token}, {"token", piece}, {"bytes", std::move(bytes)}, {"logprob", logprob}};
    };
    Json list = Json::array();
    for (const generate::ChosenToken& token : chosen) {
        Json entry = item(token.chosen);
        entry["top_logprobs"] = Json::array();
        for (const auto& p : token.most) entry["top_logprobs"].push_back(item(p));
        list.push_back(std::move(entry));
    }
    return list;
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
