#pragma once
// The loop of a conversation: prompt tokens in, text out. Owns a session and remembers which tokens its cache holds, so that the
// next prompt costs only what is new in it.
//
//   Generator generator(std::move(session), tokenizer);
//   auto outcome = generator.generate(prompt, {.sampling = params, .stop = {"\nUser:"}},
//                                     {.onText = [](std::string_view utf8, int tokens) { ... }}, stopToken);
//
// Nothing is ever cut off silently: a prompt that does not fit is ErrorCode::ContextFull with both numbers, and an answer that
// fills the context ends with FinishReason::ContextFull.
#include "core/generate/answer.h"
#include "core/generate/session.h"

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace corral::generate {

class Generator {
public:
    Generator(std::unique_ptr<Session> session, std::shared_ptr<const text::Tokenizer> tokenizer);

    // Errors: InvalidArgument (empty prompt, ids outside the vocabulary, bad sampling parameters), ContextFull, or what the session
    // reports. Being stopped is an outcome, not an error; at most one more token is computed.
    Result<Outcome> generate(std::span<const Token> prompt, const GenerateOptions& options, const GenerateCallbacks& callbacks = {},
                             std::stop_token stop = {});

    const Session& session() const { return *m_session; }
    const text::Tokenizer& tokenizer() const { return *m_tokenizer; }
    std::span<const Token> cachedTokens() const { return m_cached; }
    void forget(); // empties the cache
    Result<void> recover(const LoadWatch& watch = {}); // Session::recover()

private:
    Result<std::span<const float>> decode(std::span<const Token> tokens, std::stop_token stop, const std::function<void(int)>& progress = {});

    std::unique_ptr<Session> m_session;
    std::shared_ptr<const text::Tokenizer> m_tokenizer;
    std::shared_ptr<const sample::Vocabulary> m_vocabulary;
    std::vector<Token> m_cached; // what the session's cache holds: m_cached.size() == m_session->position()
};


} // namespace corral::generate
