#pragma once
// One link of the chain, and the last one, which picks. Definitions: facts/sampling-and-chat.md § 2.
#include "core/sample/candidates.h"
#include "core/sample/sampler.h"

#include <memory>

namespace corral::sample {

class Step {
public:
    virtual ~Step() = default;
    virtual void apply(Candidates& candidates) = 0;
    // The text went on with `token`.
    virtual void accept(Token, bool /*isPrompt*/) {}
    virtual void reset() {}
};

class Selector {
public:
    virtual ~Selector() = default;
    // May reorder, drop or change the candidates.
    virtual Token select(Candidates& candidates) = 0;
    virtual void accept(Token, bool /*isPrompt*/) {}
    virtual void reset() {}
};

using VocabularyPtr = std::shared_ptr<const Vocabulary>;

// A step that would change nothing is null.
std::unique_ptr<Step> makePenalties(const Params& params, const Vocabulary& vocabulary);
std::unique_ptr<Step> makeDry(const Params& params, const Vocabulary& vocabulary);
std::unique_ptr<Step> makeTopNSigma(const Params& params);
std::unique_ptr<Step> makeTopK(const Params& params);
std::unique_ptr<Step> makeTypP(const Params& params);
std::unique_ptr<Step> makeTopP(const Params& params);
std::unique_ptr<Step> makeMinP(const Params& params);
std::unique_ptr<Step> makeXtc(const Params& params, std::uint32_t seed);
std::unique_ptr<Step> makeTemperature(const Params& params);
std::unique_ptr<Step> makePlainTemperature(float temp);
std::unique_ptr<Step> makeInfill(VocabularyPtr vocabulary);

std::unique_ptr<Selector> makeDraw(std::uint32_t seed);
std::unique_ptr<Selector> makeAdaptiveP(const Params& params, std::uint32_t seed);
std::unique_ptr<Selector> makeMirostat1(const Params& params, std::int32_t vocabularySize, std::uint32_t seed);
std::unique_ptr<Selector> makeMirostat2(const Params& params, std::uint32_t seed);

} // namespace corral::sample
