#pragma once
// One answer while it grows: logits in, text out, and when it ends. The loop around it decides what is computed when: a Generator for one
// conversation, a Scheduler for many.
#include "core/generate/reasoning_budget.h"
#include "core/generate/session.h"
#include "core/generate/stop_filter.h"
#include "core/sample/sampler.h"
#include "core/text/tokenizer.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
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
    std::chrono::milliseconds maxTime{0}; // of the answer, from the end of its prompt and looked at once it has a second line; 0: any
    std::vector<std::string> stop; // never part of the text
    bool showSpecial = false;      // render control tokens as their text instead of leaving them out
    std::vector<Token> shown;      // control tokens that are rendered as their text all the same: markers that somebody parses
    int probabilities = 0;         // of so many of the most likely tokens, told with each token; 0: none, the chosen one's neither
    bool afterSampling = false;    // those are what the samplers made of them, not the model's own
    std::optional<ReasoningLimit> reasoning = {};
};

// How likely a token was by the model alone: the softmax of its logits, before temperature and filters (GenerateOptions::afterSampling: behind them).
struct TokenProbability {
    Token token = text::kNoToken;
    float logarithm = 0; // natural; -inf: impossible
};
struct ChosenToken {
    TokenProbability chosen;
    std::vector<TokenProbability> most; // GenerateOptions::probabilities of them, falling
};

struct GenerateCallbacks {
    std::function<void(int done, int total, int cached)> onPrompt = {}; // after each piece of the prompt; done counts the cached ones too
    std::function<void(std::string_view utf8, int tokens)> onText = {}; // whole characters; `tokens` sampled since the call before
    std::function<void(const ChosenToken&)> onToken = {};               // each, before its text
    std::function<void(const Timings&)> onTimings = {};                 // as of now, before each onPrompt and onToken
};

struct Outcome {
    FinishReason reason = FinishReason::EndOfText;
    std::string stopString; // which one, if reason is StopString
    Timings timings;
    std::vector<Token> tokens; // sampled, in order
    int slot = -1;             // of a Scheduler that gave the answer one
};

class Answer {
public:
    // The prompt is checked against the vocabulary and a context of `context` tokens. Errors: InvalidArgument (an empty prompt, ids outside the
    // vocabulary, bad sampling parameters), ContextFull.
    static Result<std::unique_ptr<Answer>> begin(std::span<const Token> prompt, GenerateOptions options, GenerateCallbacks callbacks,
                                                 std::shared_ptr<const text::Tokenizer> tokenizer, std::shared_ptr<const sample::Vocabulary> vocabulary,
                                                 int context);

    const std::vector<Token>& prompt() const { return m_prompt; }
    void promptBegins(int cached);  // so many of its tokens need no computing
    void promptAdvanced(int done);  // of all its tokens
    // Chooses the next token by the logits of the last one; nothing: it is to be computed, and its logits given here. Logits without any finite
    // number are ErrorCode::Format: no token could be chosen.
    Result<std::optional<FinishReason>> choose(std::span<const float> logits);
    Token next() const { return m_tokens.back(); }
    void endReasoning(); // if that is where it is: what follows is what GenerateOptions::reasoning says
    int generated() const { return m_timings.generatedTokens; }
    int cached() const { return m_timings.cachedTokens; } // of its prompt
    int wanted() const { return m_options.maxTokens; }     // -1: any number
    bool hasNewLine() const { return m_hasNewLine; }
    // The end; what was held back goes out.
    Outcome finish(FinishReason reason);

private:
    using Clock = std::chrono::steady_clock;

    Answer() = default;
    bool push(std::string_view bytes); // false: a stop string is complete
    void deliver(const std::string& text);
    std::string bytesOf(Token token) const;
    void tell(std::span<const float> logits, Token token, bool isForced) const;

    std::vector<Token> m_prompt;
    GenerateOptions m_options;
    GenerateCallbacks m_callbacks;
    std::shared_ptr<const text::Tokenizer> m_tokenizer;
    std::unique_ptr<sample::Sampler> m_sampler;
    std::optional<ReasoningBudget> m_reasoning;
    std::size_t m_context = 0;
    StopFilter m_filter{{}};
    text::Utf8Stream m_characters;
    bool m_hasNewLine = false;
    int m_untold = 0; // tokens since the last call of onText
    Timings m_timings;
    std::vector<Token> m_tokens;
    Clock::time_point m_begin, m_promptBegin, m_promptEnd;
};

// What the samplers need to know, taken from a tokenizer; `size` is the number of logits.
std::shared_ptr<const sample::Vocabulary> vocabularyOf(std::shared_ptr<const text::Tokenizer> tokenizer, int size);

} // namespace corral::generate
