#include "core/generate/generator.h"

#include "core/generate/stop_filter.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cmath>

namespace corral::generate {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// 5000 → "5,000"
std::string grouped(std::size_t number)
{
    std::string digits = std::to_string(number);
    for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
    return digits;
}

// What the first token adds to the prompt's text. At the very beginning of a text that is not its piece: there some vocabularies drop the
// space that their words begin with.
std::string firstPiece(const text::Tokenizer& tokenizer, std::span<const Token> prompt, Token token, bool showSpecial)
{
    if (prompt.front() == tokenizer.special().bos) prompt = prompt.subspan(1); // the text begins behind it
    const text::Tokenizer::Decode options{.removeSpecial = false, .unparseSpecial = showSpecial};
    std::vector<Token> tokens(prompt.begin(), prompt.end());
    const std::string before = tokenizer.decode(tokens, options);
    tokens.push_back(token);
    const std::string after = tokenizer.decode(tokens, options);
    return after.starts_with(before) ? after.substr(before.size()) : tokenizer.piece(token, showSpecial);
}

// Characters on their way out: bytes of tokens → whole characters → text without stop strings → the callback.
class TextOut {
public:
    TextOut(const std::vector<std::string>& stops, const GenerateCallbacks& callbacks) : m_filter(stops), m_callbacks(callbacks) {}

    // Returns false when a stop string was completed.
    bool push(std::string_view bytes)
    {
        ++m_tokens;
        emit(m_filter.push(m_characters.push(bytes)));
        return m_filter.matched().empty();
    }
    void finish()
    {
        std::string rest = m_filter.push(m_characters.flush());
        rest += m_filter.flush();
        emit(rest);
    }
    void countToken() { ++m_tokens; } // one without text
    const std::string& stopString() const { return m_filter.matched(); }

private:
    void emit(const std::string& text)
    {
        if (text.empty()) return;
        if (m_callbacks.onText) m_callbacks.onText(text, m_tokens);
        m_tokens = 0;
    }

    text::Utf8Stream m_characters;
    StopFilter m_filter;
    const GenerateCallbacks& m_callbacks;
    int m_tokens = 0; // since the last call of onText
};

} // namespace

Generator::Generator(std::unique_ptr<Session> session, std::shared_ptr<const text::Tokenizer> tokenizer)
    : m_session(std::move(session)), m_tokenizer(std::move(tokenizer)),
      m_vocabulary(vocabularyOf(m_tokenizer, m_session->model().vocabularySize()))
{
    assert(m_session->position() == 0);
}

void Generator::forget()
{
    m_session->truncate(0);
    m_cached.clear();
}

// m_session->decode, with m_cached kept in step whatever happens. Logits without any finite number are an error: no token could be chosen.
Result<std::span<const float>> Generator::decode(std::span<const Token> tokens, std::stop_token stop, const std::function<void(int)>& progress)
{
    auto logits = m_session->decode(tokens, Session::Logits::Last, std::move(stop), progress);
    const auto position = static_cast<std::size_t>(m_session->position());
    m_cached.insert(m_cached.end(), tokens.begin(), tokens.end());
    m_cached.resize(position);
    if (logits && std::ranges::none_of(*logits, [](float logit) { return std::isfinite(logit); })) {
        forget(); // the cache may hold what is no number, too
        return fail(ErrorCode::Format, "the model computed no numbers after {} tokens: its weights may be damaged", grouped(position));
    }
    return logits;
}

Result<Outcome> Generator::generate(std::span<const Token> prompt, const GenerateOptions& options, const GenerateCallbacks& callbacks,
                                    std::stop_token stop)
{
    const auto start = Clock::now();
    const auto context = static_cast<std::size_t>(m_session->contextLength());
    if (prompt.empty()) return fail(ErrorCode::InvalidArgument, "the prompt is empty");
    const Token vocabularySize = std::min(m_vocabulary->size, m_tokenizer->size());
    for (const Token token : prompt)
        if (token < 0 || token >= vocabularySize)
            return fail(ErrorCode::InvalidArgument, "token id {} is outside the vocabulary of {} tokens", token, vocabularySize);
    if (prompt.size() > context)
        return fail(ErrorCode::ContextFull, "the prompt has {} tokens, the context holds {}", grouped(prompt.size()), grouped(context));
    if (prompt.size() == context && options.maxTokens != 0)
        return fail(ErrorCode::ContextFull, "the prompt has {} tokens and the context holds {}: no room for an answer", grouped(prompt.size()),
                    grouped(context));
    auto sampler = sample::Sampler::create(options.sampling, m_vocabulary);
    if (!sampler) return std::unexpected(sampler.error());
    for (const Token token : prompt) (*sampler)->accept(token, true);

    // What the cache already holds of this prompt. The last token is always computed: its logits are wanted.
    const auto common = static_cast<std::size_t>(std::ranges::mismatch(m_cached, prompt).in1 - m_cached.begin());
    const std::size_t reused = std::min(common, prompt.size() - 1);
    m_session->truncate(static_cast<int>(reused));
    m_cached.resize(reused);

    Outcome outcome;
    Timings& timings = outcome.timings;
    timings.promptTokens = static_cast<int>(prompt.size());
    timings.cachedTokens = static_cast<int>(reused);
    const auto cancelled = [&] {
        outcome.reason = FinishReason::Cancelled;
        return outcome;
    };

    const auto promptStart = Clock::now();
    auto logits = decode(prompt.subspan(reused), stop, [&](int done) {
        if (callbacks.onPrompt) callbacks.onPrompt(timings.cachedTokens + done, timings.promptTokens, timings.cachedTokens);
    });
    timings.promptSeconds = secondsSince(promptStart);
    if (!logits) {
        if (logits.error().code == ErrorCode::Cancelled) return cancelled();
        return std::unexpected(logits.error());
    }

    TextOut out(options.stop, callbacks);
    const auto generationStart = Clock::now();
    const auto finish = [&](FinishReason reason) {
        if (reason != FinishReason::StopString) out.finish();
        outcome.reason = reason;
        outcome.stopString = out.stopString();
        if (!outcome.stopString.empty()) outcome.reason = FinishReason::StopString; // completed by the last, repaired character
        timings.generationSeconds = secondsSince(generationStart);
        return outcome;
    };
    while (true) {
        if (stop.stop_requested()) return finish(FinishReason::Cancelled);
        if (options.maxTokens >= 0 && timings.generatedTokens >= options.maxTokens) return finish(FinishReason::MaxTokens);
        const Token token = (*sampler)->sample(*logits);
        (*sampler)->accept(token, false);
        outcome.tokens.push_back(token);
        if (timings.generatedTokens++ == 0) timings.firstTokenSeconds = secondsSince(start);

        const bool ends = m_tokenizer->isEndOfGeneration(token);
        if (ends && !options.showSpecial) out.countToken();
        else if (token >= m_tokenizer->size()) out.countToken(); // a row of the output matrix that no token has
        else if (!out.push(timings.generatedTokens == 1 ? firstPiece(*m_tokenizer, prompt, token, options.showSpecial)
                                                        : m_tokenizer->piece(token, options.showSpecial)))
            return finish(FinishReason::StopString);
        if (ends) return finish(FinishReason::EndOfText);
        if (options.maxTokens >= 0 && timings.generatedTokens >= options.maxTokens) return finish(FinishReason::MaxTokens);
        if (m_cached.size() >= context) return finish(FinishReason::ContextFull);

        logits = decode({&token, 1}, stop);
        if (!logits) {
            if (logits.error().code == ErrorCode::Cancelled) return finish(FinishReason::Cancelled);
            return std::unexpected(logits.error());
        }
    }
}

} // namespace corral::generate
