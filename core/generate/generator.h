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
#include "core/generate/session.h"
#include "core/sample/sampler.h"
#include "core/text/tokenizer.h"

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace corral::generate {

struct Timings {
    int promptTokens = 0;         // of the whole prompt
    int cachedTokens = 0;         // of them, reused from the turn before
    int generatedTokens = 0;      // sampled, the one that ended the answer included
    double promptSeconds = 0;     // for the promptTokens - cachedTokens that were computed
    double generationSeconds = 0; // from the end of the prompt to the end of the answer
    double firstTokenSeconds = 0; // from the request's start to its first token
};

enum class FinishReason { EndOfText, StopString, MaxTokens, ContextFull, Cancelled };

struct GenerateOptions {
    sample::Params sampling;
    int maxTokens = -1;            // -1: until the model ends or the context is full; 0: only the prompt
    std::vector<std::string> stop; // never part of the text
    bool showSpecial = false;      // render control tokens as their text instead of leaving them out
};

struct GenerateCallbacks {
    std::function<void(int done, int total, int cached)> onPrompt = {}; // after each piece of the prompt; done counts the cached ones too
    std::function<void(std::string_view utf8, int tokens)> onText = {}; // whole characters; `tokens` sampled since the call before
};

struct Outcome {
    FinishReason reason = FinishReason::EndOfText;
    std::string stopString; // which one, if reason is StopString
    Timings timings;
    std::vector<Token> tokens; // sampled, in order
};

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

private:
    Result<std::span<const float>> decode(std::span<const Token> tokens, std::stop_token stop, const std::function<void(int)>& progress = {});

    std::unique_ptr<Session> m_session;
    std::shared_ptr<const text::Tokenizer> m_tokenizer;
    std::shared_ptr<const sample::Vocabulary> m_vocabulary;
    std::vector<Token> m_cached; // what the session's cache holds: m_cached.size() == m_session->position()
};

// What the samplers need to know, taken from a tokenizer; `size` is the number of logits.
std::shared_ptr<const sample::Vocabulary> vocabularyOf(std::shared_ptr<const text::Tokenizer> tokenizer, int size);

} // namespace corral::generate
