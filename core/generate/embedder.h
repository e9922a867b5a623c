#pragma once
// Texts as vectors: the state of each token before the output layer, pooled to one vector or left as they are; or as what a ranking model says of them.
#include "core/generate/session.h"

#include <memory>
#include <optional>
#include <vector>

namespace corral::generate {

enum class Pooling { None, Mean, Cls, Last, Rank }; // each token's vector; their mean; the first one; the last one; its scores by the classifier (cls.output)
// As `{architecture}.pooling_type` says it; nothing if it does not.
std::optional<Pooling> poolingOf(const gguf::File& file);

class Embedder {
public:
    // A session of its own: options.observer is not looked at. Unsupported: Pooling::Rank of a model without a classifier.
    static Result<std::unique_ptr<Embedder>> create(std::shared_ptr<const LoadedModel> model, SessionOptions options, Pooling pooling);
    virtual ~Embedder() = default;

    virtual int width() const = 0; // of a token's state; 0 before the first text
    virtual Pooling pooling() const = 0;
    // [1 or tokens.size()][width()]; Rank: a score for each of the classifier's labels. Errors as Session::decode(), and InvalidArgument without tokens.
    virtual Result<std::vector<float>> embed(std::span<const Token> tokens, std::stop_token stop = {}) = 0;
};

// In place. p −1: left as they are; 0: the largest magnitude becomes 32760; 2: Euclidean length 1; any other p: its norm becomes 1. A vector of zeros stays.
void normalize(std::span<float> vector, int p);

} // namespace corral::generate
