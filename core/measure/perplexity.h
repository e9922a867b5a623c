#pragma once
// How well a model predicts a text, counted as llama-perplexity counts: the text's tokens in chunks of the context length, the second half of each
// chunk scored; and how far a quantized model has moved from its original, in one pass over both.
#include "core/base/job.h"
#include "core/generate/session.h"
#include "core/text/tokenizer.h"

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace corral::measure {

struct PerplexityOptions {
    int contextLength = 512; // at least 4
    int batch = 512;         // most tokens computed at once
    int threads = 0;
    int chunks = -1;         // at most; -1: all
    generate::CacheType cacheK = generate::CacheType::F16, cacheV = generate::CacheType::F16;
    generate::Offload offload{.layers = 0};
    std::function<void(const generate::Placement&)> onPlaced = {}; // of each model, before anything is computed
};

struct Perplexity {
    std::int64_t tokens = 0;      // scored
    int chunks = 0;
    double meanLoss = 0;          // nats a token
    double ppl = 0, pplError = 0; // exp(meanLoss), its standard error
    double seconds = 0;
};

// Against the original (P: its probabilities, Q: the model's), over the scored tokens. …Error: the standard error of the value before it.
struct Divergence {
    double basePpl = 0, basePplError = 0;
    double logRatio = 0, logRatioError = 0; // ln(PPL(Q) / PPL(P)): the mean difference of the losses
    double correlation = 0;                 // of the losses of both, -1 … 1
    double kldMean = 0, kldError = 0;       // Σ P ln(P / Q) in nats
    double deltaMean = 0, deltaMeanError = 0, deltaRms = 0, deltaRmsError = 0; // Δp = Q(token) − P(token) of the text's own token, -1 … 1
    double sameTop = 0, sameTopError = 0;   // share of tokens whose likeliest token is the original's, 0 … 1

    // Percentiles, only in the result (0 while it runs). P999 is that of 99.9 %, P01 that of 0.1 %.
    double kldMaximum = 0, kldP999 = 0, kldP99 = 0, kldP95 = 0, kldP90 = 0, kldMedian = 0, kldP10 = 0, kldP5 = 0, kldP1 = 0, kldP01 = 0, kldMinimum = 0;
    double deltaMaximum = 0, deltaP999 = 0, deltaP99 = 0, deltaP95 = 0, deltaP90 = 0, deltaP75 = 0, deltaMedian = 0, deltaP25 = 0, deltaP10 = 0, deltaP5 = 0,
           deltaP1 = 0, deltaP01 = 0, deltaMinimum = 0;
};

struct Measurement {
    Perplexity perplexity;
    std::optional<Divergence> divergence;
};

// base may be null: no divergence. Progress counts tokens (of both models), its steps are chunks. onChunk gets what is known after each chunk.
// InvalidArgument if the text has fewer tokens than two contexts (with both numbers) or the models' vocabularies differ; Format if a model
// gives something that is no number. A cancelled job ends it between two operations of the graph.
Result<Measurement> measure(std::shared_ptr<const generate::LoadedModel> model, std::shared_ptr<const generate::LoadedModel> base,
                            const text::Tokenizer& tokenizer, std::string_view text, const PerplexityOptions& options, Job& job,
                            const ProgressFn& progress = {}, const std::function<void(const Measurement& soFar)>& onChunk = {});

} // namespace corral::measure
