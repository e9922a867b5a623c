#pragma once
// logits → token: the chain of llama.cpp with its names, defaults and order. Field names are the command line's with
// underscores gone; definitions in the field's sampling literature and the project's fact sheet.
#include "core/base/error.h"
#include "core/sample/grammar/grammar.h"
#include "core/sample/grammar/token_trie.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace corral::sample {

using Token = std::int32_t;

// What wakes a grammar that sleeps until it is needed; the text from the trigger's beginning on is then held to it.
struct GrammarTrigger {
    enum class Kind {
        Token,       // `token` is sampled
        Word,        // `text` appears
        Pattern,     // `text`, a regular expression, matches somewhere; the beginning is that of its first group that matched, if it has any
        FullPattern, // `text` matches everything written so far
    };
    Kind kind = Kind::Word;
    std::string text = {};
    Token token = -1;
};

struct GrammarParams {
    std::shared_ptr<const Grammar> rules = {};      // null: no grammar
    std::vector<GrammarTrigger> triggers = {};      // any of them; none at all: the grammar holds from the beginning
    std::vector<std::string> freeUntil = {};        // not empty: until one of these texts was written (the end of reasoning) nothing is held to the grammar, and
                                                    // no trigger looked for; the text itself may be a trigger's
};

struct Params {
    std::uint32_t seed = 0xFFFFFFFF; // 0xFFFFFFFF: a random one
    float temp = 0.8f, dynatempRange = 0, dynatempExponent = 1;
    int topK = 40;
    float topP = 0.95f, minP = 0.05f, typP = 1.0f, topNSigma = -1.0f;
    float xtcProbability = 0, xtcThreshold = 0.1f;
    int minKeep = 0;
    int penaltyLastN = 64; // -1: the whole context
    float penaltyRepeat = 1, penaltyFrequency = 0, penaltyPresence = 0;
    float dryMultiplier = 0, dryBase = 1.75f;
    int dryAllowedLength = 2, dryPenaltyLastN = 64;
    std::vector<std::string> dryBreakers{"\n", ":", "\"", "*"};
    float adaptiveTarget = -1, adaptiveDecay = 0.9f;
    int mirostat = 0; // 0, 1, 2
    float mirostatTau = 5, mirostatEta = 0.1f;
    std::vector<std::string> order{"penalties", "dry", "top_n_sigma", "top_k", "typ_p", "top_p", "min_p", "xtc", "temperature"};
    std::vector<std::pair<Token, float>> logitBias;
    bool ignoreEos = false;
    GrammarParams grammar;
};

// What a sampler needs to know of the vocabulary; core/generate fills it from text::Tokenizer (sample does not include text).
struct Vocabulary {
    std::int32_t size = 0;
    std::vector<Token> endOfGeneration;
    std::vector<Token> suppressed;
    std::function<std::string(Token)> pieceOf;                  // bytes of a token
    std::function<std::vector<Token>(const std::string&)> encode; // without special tokens
    Token eot = -1, eos = -1;

    std::shared_ptr<const TokenTrie> trie() const { return trieCell->of(*this); } // once the rest is filled in
    std::shared_ptr<LazyTokenTrie> trieCell = std::make_shared<LazyTokenTrie>();
};

// Errors name the parameter and its range.
Result<void> validate(const Params& params);
// "edskypmxt" (--sampler-seq) or "top_k;top_p;temperature" (--samplers) → canonical names; unknown names are skipped and listed in `unknown`.
std::vector<std::string> parseOrder(const std::string& list, bool letters, std::vector<std::string>* unknown);

class Sampler {
public:
    static Result<std::unique_ptr<Sampler>> create(const Params& params, std::shared_ptr<const Vocabulary> vocabulary);
    virtual ~Sampler() = default;

    // Picks from logits [vocabulary.size] without changing them. Does not accept the token.
    virtual Token sample(std::span<const float> logits) = 0;
    // Tells the stateful steps which token the text went on with; prompt tokens too (isPrompt).
    virtual void accept(Token token, bool isPrompt) = 0;
    virtual void reset() = 0;
    // Set once the grammar could not be kept to: no token goes on with it, or it became too ambiguous to be followed.
    virtual const std::optional<Error>& failure() const = 0;
    virtual std::uint32_t seed() const = 0; // the one in use
    // How likely the last sample() found tokens at the end of the chain: the one it gave, and the `most` likeliest, falling.
    struct Likelihoods {
        float drawn = 0;
        std::vector<std::pair<Token, float>> most;
    };
    virtual Likelihoods likelihoods(std::size_t most) const = 0;
};

} // namespace corral::sample
