#pragma once
// A loaded model with one sequence's state: tokens in, logits out. The boundary between "a model writes a graph, a backend
// runs it" below and "a conversation goes on" above.
#include "core/base/error.h"
#include "core/base/thread_pool.h"
#include "core/generate/offload.h"
#include "core/gguf/file.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace corral::backend {
class ProductObserver;
}

namespace corral::generate {

using Token = std::int32_t;

enum class CacheType { F16, F32, Q8_0 };

struct SessionOptions {
    int contextLength = 0; // tokens the cache holds; 0: the training context, at most 8192
    CacheType cacheK = CacheType::F16, cacheV = CacheType::F16;
    int batch = 512; // most tokens computed at once
    int threads = 0; // 0: physical cores
    Offload offload{.layers = 0};
    // Sees what weights are multiplied with (core/backend/backend.h); outlives the session. All layers are then computed by the processor.
    backend::ProductObserver* observer = nullptr;
    bool states = false; // decode(…, Logits::Hidden) returns what the output layer would read
};

// Of the making of a session, which copies weights to graphics cards: how far it is (0 … 1, growing; not told where there is nothing to copy), and its end on request (Cancelled).
struct LoadWatch {
    std::stop_token stop;
    std::function<void(double)> progress;
};

// Read-only once loaded; shared by sessions.
class LoadedModel {
public:
    // Refuses an unknown architecture by name; lists all missing or misshapen tensors at once. Maps and returns: quick. A thread
    // reads the weights ahead if they fit into the memory that is free.
    static Result<std::shared_ptr<const LoadedModel>> load(std::shared_ptr<const gguf::File> file);
    virtual ~LoadedModel() = default;

    virtual const gguf::File& file() const = 0;
    virtual std::string architecture() const = 0;
    virtual int vocabularySize() const = 0;
    virtual int trainingContext() const = 0;
    virtual std::uint64_t parameterCount() const = 0;
    virtual std::uint64_t weightBytes() const = 0;
    virtual std::uint64_t cacheBytesPerToken(CacheType k, CacheType v) const = 0;
};

class Session {
public:
    static Result<std::unique_ptr<Session>> create(std::shared_ptr<const LoadedModel> model, const SessionOptions& options, const LoadWatch& watch = {});
    virtual ~Session() = default;

    virtual const LoadedModel& model() const = 0;
    virtual int contextLength() const = 0;
    virtual int position() const = 0; // tokens in the cache
    virtual int threads() const = 0;
    virtual const Placement& placement() const = 0;
    virtual std::uint64_t cacheBytes() const = 0;   // allocated
    virtual std::uint64_t computeBytes() const = 0; // scratch from the memory plan

    // Hidden: every token goes through all layers as with All, but no logits are made of it: for an observer, or for SessionOptions::states, and
    // then the result is [tokens.size()][embedding]. Without being asked for, the last layer leaves out what only logits would need.
    enum class Logits { None, Last, All, Hidden };
    // Appends tokens (any number; computed in pieces of `batch`) and returns the logits wanted, row-major
    // [0, 1 or tokens.size(), vocabularySize()], valid until the next call. ContextFull if they do not fit: nothing is changed then.
    // stop is looked at between pieces and between layers: Cancelled, with position() at the last whole piece.
    // progress(done) after each piece.
    virtual Result<std::span<const float>> decode(std::span<const Token> tokens, Logits logits, std::stop_token stop = {},
                                                  const std::function<void(int done)>& progress = {}) = 0;
    // Forgets everything from position `to` on (to <= position()).
    virtual void truncate(int to) = 0;

    // A graphics card with some of the layers has gone: until recover() every call gives this error, of ErrorCode::Device. Null: none has.
    virtual const Error* loss() const = 0;
    // Brings these layers back: on cards again, as the options have it, or on the processor if none can be opened or one was lost twice within an hour.
    // The cache is then empty and placement() another one. Errors as create(): it stays lost, and may be tried again.
    virtual Result<void> recover(const LoadWatch& watch = {}) = 0;
};

} // namespace corral::generate
