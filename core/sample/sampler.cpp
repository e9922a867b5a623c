#include "core/sample/sampler.h"

#include "core/sample/grammar/grammar_gate.h"
#include "core/sample/order.h"
#include "core/sample/step.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>
#include <map>
#include <random>

namespace corral::sample {

namespace {

constexpr float kImpossible = -std::numeric_limits<float>::infinity();

class Chain final : public Sampler {
public:
    Chain(const Params& params, VocabularyPtr vocabulary, std::unique_ptr<GrammarGate> grammar, std::uint32_t seed)
        : m_seed(seed), m_size(static_cast<std::size_t>(vocabulary->size)), m_grammar(std::move(grammar))
    {
        const auto forbid = [&](const std::vector<Token>& tokens) {
            for (const Token token : tokens)
                if (token >= 0 && token < vocabulary->size) m_bias[token] = kImpossible;
        };
        for (const auto& [token, bias] : params.logitBias) m_bias[token] += bias;
        forbid(vocabulary->suppressed);
        if (params.ignoreEos) forbid(vocabulary->endOfGeneration);

        const auto add = [&](std::unique_ptr<Step> step) {
            if (step) m_steps.push_back(std::move(step));
        };
        if (params.mirostat != 0) {
            add(makePlainTemperature(params.temp));
            m_selector = params.mirostat == 1 ? makeMirostat1(params, vocabulary->size, seed) : makeMirostat2(params, seed);
            return;
        }
        for (const std::string& given : params.order) {
            const std::string_view name = canonicalStepName(given);
            if (name == "penalties")
                add(makePenalties(params, *vocabulary));
            else if (name == "dry")
                add(makeDry(params, *vocabulary));
            else if (name == "top_n_sigma")
                add(makeTopNSigma(params));
            else if (name == "top_k" && m_steps.empty() && m_firstBest == 0 && isSmall(params.topK))
                m_firstBest = static_cast<std::size_t>(params.topK);
            else if (name == "top_k")
                add(makeTopK(params));
            else if (name == "typ_p")
                add(makeTypP(params));
            else if (name == "top_p")
                add(makeTopP(params));
            else if (name == "min_p")
                add(makeMinP(params));
            else if (name == "xtc")
                add(makeXtc(params, seed));
            else if (name == "temperature")
                add(makeTemperature(params));
            else if (name == "infill")
                add(makeInfill(vocabulary));
            else if (name == "adaptive_p")
                m_selector = makeAdaptiveP(params, seed); // wherever it is named, it comes last
        }
        if (!m_selector) m_selector = makeDraw(seed);
    }

    Token sample(std::span<const float> logits) override
    {
        assert(logits.size() == m_size);
        return m_drawn = pick(logits);
    }

    Likelihoods likelihoods(std::size_t most) const override
    {
        Candidates all = m_candidates;
        const float max = maxLogit(all);
        const double total = totalWeight(all, max);
        const auto likelihood = [&](const Candidate& c) { return static_cast<float>(weight(c.logit, max) / total); };
        Likelihoods found;
        if (const auto drawn = std::ranges::find(all.items, m_drawn, &Candidate::id); drawn != all.items.end()) found.drawn = likelihood(*drawn);
        keepBest(all, std::min(most, all.size()));
        for (std::size_t i = 0; i < std::min(most, all.size()); ++i) found.most.emplace_back(all.items[i].id, likelihood(all.items[i]));
        return found;
    }

    void accept(Token token, bool isPrompt) override
    {
        for (const auto& step : m_steps) step->accept(token, isPrompt);
        m_selector->accept(token, isPrompt);
        if (m_grammar && !isPrompt) m_grammar->accept(token);
    }

    void reset() override
    {
        for (const auto& step : m_steps) step->reset();
        m_selector->reset();
        if (m_grammar) m_grammar->reset();
    }

    const std::optional<Error>& failure() const override { return m_grammar ? m_grammar->failure() : m_noFailure; }

    std::uint32_t seed() const override { return m_seed; }

private:
    // The grammar tests the token that was drawn; only when it refuses is everything it refuses masked and drawn again.
    Token pick(std::span<const float> logits)
    {
        const Token drawn = choose(logits);
        if (!m_grammar || !m_grammar->isActive() || m_grammar->allows(drawn)) return drawn;
        const TokenBits& allowed = m_grammar->mask();
        m_masked.assign(m_size, kImpossible);
        Token best = -1; // of those that are allowed
        for (std::size_t word = 0; word < allowed.size(); ++word)
            for (std::uint64_t bits = allowed[word]; bits != 0; bits &= bits - 1) {
                const std::size_t i = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
                m_masked[i] = logits[i];
                if (best < 0 || logits[i] > logits[static_cast<std::size_t>(best)]) best = static_cast<Token>(i);
            }
        if (best < 0) {
            m_grammar->nothingAllowed();
            return drawn;
        }
        const Token again = choose(m_masked);
        return m_grammar->allows(again) ? again : best; // biases may have made every allowed token impossible
    }

    Token choose(std::span<const float> logits)
    {
        const std::size_t wanted = m_firstBest + m_bias.size(); // so many of the best hold the best m_firstBest of those without bias
        const bool few = m_firstBest > 0 && wanted <= kSmallHeap;
        if (few) takeBest(logits, std::min(wanted, m_size), m_candidates);
        else takeAll(logits, m_candidates);
        if (!m_bias.empty()) addBias(logits, few);
        if (m_firstBest > 0) keepBest(m_candidates, std::min(m_firstBest, m_size));
        for (const auto& step : m_steps) step->apply(m_candidates);
        return m_selector->select(m_candidates);
    }

    // `few`: the candidates are some of the best, in which those with a bias may be or not; else they are all, token by token.
    void addBias(std::span<const float> logits, bool few)
    {
        auto& items = m_candidates.items;
        if (few) std::erase_if(items, [this](const Candidate& c) { return m_bias.contains(c.id); });
        for (const auto& [token, bias] : m_bias) {
            const Candidate biased{token, lowered(logits[static_cast<std::size_t>(token)], -bias)};
            if (few) items.push_back(biased);
            else items[static_cast<std::size_t>(token)] = biased;
        }
        m_candidates.sorted = false;
    }

    bool isSmall(int k) const { return k > 0 && static_cast<std::size_t>(k) <= kSmallHeap; }

    std::uint32_t m_seed;
    std::size_t m_size;
    std::size_t m_firstBest = 0; // a small top_k that comes first is done while the logits are read; 0: none
    Candidates m_candidates;     // its memory is kept from token to token
    std::map<Token, float> m_bias; // what is added to the logits of these tokens
    std::vector<std::unique_ptr<Step>> m_steps;
    std::unique_ptr<Selector> m_selector;
    std::unique_ptr<GrammarGate> m_grammar; // null: none
    std::vector<float> m_masked;
    Token m_drawn = -1; // by the last sample(), of m_candidates
    std::optional<Error> m_noFailure;
};

} // namespace

Result<std::unique_ptr<Sampler>> Sampler::create(const Params& params, std::shared_ptr<const Vocabulary> vocabulary)
{
    if (auto valid = validate(params); !valid) return std::unexpected(valid.error());
    if (!vocabulary || vocabulary->size <= 0) return fail(ErrorCode::InvalidArgument, "a sampler needs a vocabulary of at least one token");
    for (const auto& [token, bias] : params.logitBias)
        if (token < 0 || token >= vocabulary->size)
            return fail(ErrorCode::InvalidArgument, "logit bias for token {}: the vocabulary has {} tokens", token, vocabulary->size);
    std::unique_ptr<GrammarGate> grammar;
    if (params.grammar.rules) {
        auto made = GrammarGate::create(params.grammar, *vocabulary);
        if (!made) return std::unexpected(made.error());
        grammar = std::move(*made);
    }
    constexpr std::uint32_t kRandomSeed = 0xFFFFFFFF;
    std::uint32_t seed = params.seed;
    while (seed == kRandomSeed) seed = std::random_device{}();
    return std::make_unique<Chain>(params, std::move(vocabulary), std::move(grammar), seed);
}

} // namespace corral::sample
