#include "core/generate/generator.h"

#include <algorithm>
#include <cassert>

namespace corral::generate {

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

Result<void> Generator::recover(const LoadWatch& watch)
{
    m_cached.clear();
    return m_session->recover(watch);
}

// m_session->decode, with m_cached kept in step whatever happens.
Result<std::span<const float>> Generator::decode(std::span<const Token> tokens, std::stop_token stop, const std::function<void(int)>& progress)
{
    auto logits = m_session->decode(tokens, Session::Logits::Last, std::move(stop), progress);
    m_cached.insert(m_cached.end(), tokens.begin(), tokens.end());
    m_cached.resize(static_cast<std::size_t>(m_session->position()));
    return logits;
}

Result<Outcome> Generator::generate(std::span<const Token> prompt, const GenerateOptions& options, const GenerateCallbacks& callbacks,
                                    std::stop_token stop)
{
    auto begun = Answer::begin(prompt, options, callbacks, m_tokenizer, m_vocabulary, m_session->contextLength());
    if (!begun) return std::unexpected(begun.error());
    Answer& answer = **begun;

    // What the cache already holds of this prompt. The last token is always computed: its logits are wanted.
    const auto common = static_cast<std::size_t>(std::ranges::mismatch(m_cached, prompt).in1 - m_cached.begin());
    const std::size_t reused = std::min(common, prompt.size() - 1);
    m_session->truncate(static_cast<int>(reused));
    m_cached.resize(reused);
    answer.promptBegins(static_cast<int>(reused));

    auto logits = decode(prompt.subspan(reused), stop, [&](int done) { answer.promptAdvanced(static_cast<int>(reused) + done); });
    while (true) {
        if (!logits) {
            if (logits.error().code == ErrorCode::Cancelled) return answer.finish(FinishReason::Cancelled);
            return std::unexpected(logits.error());
        }
        if (stop.stop_requested()) return answer.finish(FinishReason::Cancelled);
        const auto ended = answer.choose(*logits);
        if (!ended) {
            forget(); // the cache may hold what is no number, too
            return std::unexpected(ended.error());
        }
        if (*ended) return answer.finish(**ended);
        const Token token = answer.next();
        logits = decode({&token, 1}, stop);
    }
}

} // namespace corral::generate
