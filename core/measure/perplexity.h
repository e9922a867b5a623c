#pragma once
// How well a model predicts a text, counted as llama-perplexity counts: the text's tokens in chunks of the context length, the second half of each
// chunk scored; and how far a quantized model has moved from its original, in one pass over both.
#include "core/base/job.h"
#include "core/generate/session.h"
#include "core/text/tokenizer.h"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace corral::measure {

struct PerplexityOptions {
    int contextLength = 512;
    int batch = 512;
    int threads = 0;
    int chunks = -1; // at most; -1: all
    generate::CacheType cacheK = generate::CacheType::F16, cacheV = generate::CacheType::F16;
};

struct Perplexity {
    std::int64_t tokens = 0;     // scored
    int chunks = 0;
    double meanLoss = 0;         // nats a token
    double ppl = 0, pplError = 0; // exp(meanLoss), its standard error
    double seconds = 0;
};

// Against the original (P: its probabilities, Q: the model's): of every scored token.
struct Divergence {
    double basePpl = 0;
    double kldMean = 0, kldError = 0, kldMaximum = 0, kldP999 = 0, kldP99 = 0, kldP95 = 0, kldP90 = 0, kldMedian = 0, kldP10 = 0, kldP5 = 0, kldP1 = 0, kldMinimum = 0;
    double sameTop = 0, sameTopError = 0; // share of tokens whose likeliest token is the original's, 0 … 1
    // Δp = Q(token) − P(token) of the text's own token, 0 … 1
    double deltaMean = 0, deltaRms = 0, deltaMaximum = 0, deltaP99 = 0, deltaP95 = 0, deltaP90 = 0, deltaP75 = 0, deltaMedian = 0, deltaP25 = 0, deltaP10 = 0, deltaP5 = 0,
           deltaP1 = 0, deltaMinimum = 0;
};

struct Measurement {
    Perplexity perplexity;
    std::optional<Divergence> divergence;
};

// onChunk(running perplexity) after each chunk. InvalidArgument if the text has fewer tokens than two contexts (with both numbers) or the models'
// vocabularies differ.
Result<Measurement> measure(std::shared_ptr<const generate::LoadedModel> model, std::shared_ptr<const generate::LoadedModel> base,
                            const text::Tokenizer& tokenizer, std::string_view text, const PerplexityOptions& options, Job& job,
                            const ProgressFn& progress = {}, const std::function<void(int chunk, double ppl)>& onChunk = {});

} // namespace corral::measure
