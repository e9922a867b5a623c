#pragma once
// One request that the model answers: its choices (prompts × alternatives) are tasks of the service, and what they bring becomes a stream of events or
// one body, in the words of a Format.
#include "app/server/api/call.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

namespace corral::server {

struct Choice {
    int index = 0;
    std::vector<generate::Token> prompt;
    // What has come.
    std::string text;
    std::vector<generate::Token> tokens;
    std::vector<generate::ChosenToken> chosen; // of each token, if probabilities are wanted
    int promptDone = 0, promptCached = 0;
    generate::Timings timings;
    std::optional<generate::Outcome> outcome;
};

// A stretch of a choice that is told now.
struct Piece {
    std::string_view text;
    std::span<const generate::Token> tokens;
    std::span<const generate::ChosenToken> chosen;
};

// How an endpoint puts it. Functions that return lists give the events of a stream, each a whole JSON text or, with a name, an event of that name.
class Format {
public:
    struct Event {
        std::string name; // empty: only data
        Json data;
    };
    virtual ~Format() = default;
    virtual std::string_view id() const { return {}; } // of the answer, if it has one
    virtual std::vector<Event> begin(const Choice& choice) = 0; // before its first piece
    virtual std::vector<Event> piece(const Choice& choice, const Piece& piece) = 0;
    virtual std::vector<Event> progress(const Choice&) { return {}; }
    virtual std::vector<Event> end(const Choice& choice) = 0; // outcome is there
    virtual std::vector<Event> finish(std::span<const Choice>) { return {}; } // after the last choice's end
    virtual std::string_view last() const { return {}; }      // as it stands, behind everything
    virtual Json whole(std::span<const Choice> choices) = 0;
    virtual Event failed(const ApiError& error) const { return {{}, error.body()}; } // in the middle of a stream; its data also as a whole answer
};

// Begins it; it lives for as long as tasks or the reply know it. The service must outlive its tasks. Refused before anything is computed or kept: prompts
// that do not fit the context, more choices than one request may have (400), more work than may wait (503).
ApiResult<void> beginAnswering(const Call& call, CompletionRequest request, std::vector<std::vector<generate::Token>> prompts, std::unique_ptr<Format> format);

Json timingsJson(const generate::Timings& timings);
// {"id", "token", "bytes", "logprob", "top_logprobs": […]} for each; afterSampling: {"id", "token", "bytes", "prob", "top_probs": […]}.
Json probabilitiesJson(std::span<const generate::ChosenToken> chosen, const text::Tokenizer& tokenizer, bool afterSampling);
// {"total", "cache", "processed", "time_ms"} of the prompt.
Json progressJson(const Choice& choice);
// "chatcmpl-…", "cmpl-…" with 32 letters and digits nobody can guess.
std::string randomId(std::string_view prefix);
std::int64_t unixNow();

} // namespace corral::server
