#pragma once
// Several sequences of one model, computed together: what a server's slots are made of. Each has a cache of its own; a step brings
// any of them some tokens, and the weights are read once for all.
//
//   auto sequences = Sequences::create(model, {.contextLength = 4096}, 8);
//   const Sequences::Addition additions[] = {{.sequence = 0, .tokens = prompt}, {.sequence = 3, .tokens = {&token, 1}}};
//   auto logits = (*sequences)->step(additions);   // [2][vocabularySize()]
#include "core/backend/way.h"
#include "core/generate/session.h"

namespace corral::generate {

class Sequences {
public:
    // options.contextLength positions for each of `count`. Errors as Session::create().
    static Result<std::unique_ptr<Sequences>> create(std::shared_ptr<const LoadedModel> model, const SessionOptions& options, int count, const LoadWatch& watch = {});
    virtual ~Sequences() = default;

    virtual const LoadedModel& model() const = 0;
    virtual int count() const = 0;
    virtual int contextLength() const = 0;            // of each
    virtual int batch() const = 0;                    // most tokens in a step; at least count()
    virtual int threads() const = 0;
    virtual const Placement& placement() const = 0;
    virtual int position(int sequence) const = 0;     // tokens in its cache
    virtual std::uint64_t cacheBytes() const = 0;     // allocated, of all
    virtual std::uint64_t computeBytes() const = 0;

    struct Addition {
        int sequence = 0;
        std::span<const Token> tokens; // at least one
        bool logits = true;            // of the last one
    };
    // At most batch() tokens together, no sequence twice. Returns the rows of logits wanted in the order of the additions, valid until the next call.
    // ContextFull, InvalidArgument (tokens outside the vocabulary) or Cancelled: no position() has changed.
    // way: core/backend/way.h.
    virtual Result<std::span<const float>> step(std::span<const Addition> additions, backend::Way way = backend::Way::Fastest, std::stop_token stop = {}) = 0;
    // Forgets everything from position `to` on (to <= position(sequence)).
    virtual void truncate(int sequence, int to) = 0;
    // Sequence `to` then holds the first `tokens` of sequence `from` and nothing else (tokens <= position(from)).
    virtual void copy(int from, int to, int tokens) = 0;

    // As of a session (session.h).
    virtual const Error* loss() const = 0;
    virtual Result<void> recover(const LoadWatch& watch = {}) = 0;

    // What a sequence holds, as bytes: for another run of the same model. Their number for so many tokens, and what they are good for: a number that is
    // equal where the weights and the types of the cache are.
    virtual std::uint64_t stateBytes(int tokens) const = 0;
    virtual std::uint64_t stateKind() const = 0;
    virtual Result<void> saveState(int sequence, const std::function<Result<void>(std::span<const std::byte>)>& take) const = 0; // of position() tokens
    // Instead of what it holds (tokens <= contextLength()). After an error it holds nothing.
    virtual Result<void> restoreState(int sequence, int tokens, const std::function<Result<void>(std::span<std::byte>)>& fill) = 0;
};

} // namespace corral::generate
