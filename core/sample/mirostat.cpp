#include "core/sample/draw.h"
#include "core/sample/step.h"

#include <algorithm>
#include <cmath>

namespace corral::sample {

namespace {

// Basu et al. 2021: keeps the surprise of the text near tau by moving mu, the surprise that is allowed.
class Mirostat : public Selector {
public:
    Mirostat(const Params& params, std::uint32_t seed)
        : m_tau(params.mirostatTau), m_eta(params.mirostatEta), m_mu(2 * params.mirostatTau), m_random(seed)
    {
    }

    Token select(Candidates& candidates) final
    {
        sortAll(candidates);
        truncate(candidates);
        const std::size_t chosen = drawIndex(candidates, m_random);
        const float max = maxLogit(candidates);
        const double p = weight(candidates.items[chosen].logit, max) / totalWeight(candidates, max);
        m_mu -= m_eta * (-std::log2(p) - m_tau);
        return candidates.items[chosen].id;
    }

    void reset() final
    {
        m_mu = 2 * m_tau;
        m_random.reset();
    }

protected:
    virtual void truncate(Candidates& candidates) = 0; // sorted; at least one stays
    double mu() const { return m_mu; }

private:
    double m_tau, m_eta, m_mu; // bits
    Random m_random;
};

// Estimates the exponent of Zipf's law from the best candidates and takes the k that gives the wanted surprise.
class Mirostat1 final : public Mirostat {
public:
    Mirostat1(const Params& params, std::int32_t vocabularySize, std::uint32_t seed)
        : Mirostat(params, seed), m_vocabularySize(vocabularySize)
    {
    }

protected:
    void truncate(Candidates& candidates) override
    {
        constexpr std::size_t kPairs = 100;
        double tb = 0, tt = 0;
        for (std::size_t i = 0; i < kPairs && i + 1 < candidates.size(); ++i) {
            const double b = candidates.items[i].logit - candidates.items[i + 1].logit; // ln(p_i / p_i+1)
            if (!std::isfinite(b)) break;
            const double t = std::log(static_cast<double>(i + 2) / static_cast<double>(i + 1));
            tb += t * b;
            tt += t * t;
        }
        const double s = tt > 0 ? tb / tt : 0;
        const double epsilon = s - 1;
        const double k = std::pow(epsilon * std::exp2(mu()) / (1 - std::pow(m_vocabularySize, -epsilon)), 1 / s);
        const double most = static_cast<double>(candidates.size());
        keepBest(candidates, k >= 1 ? static_cast<std::size_t>(std::min(k, most)) : 1); // also for a k that is no number
    }

private:
    double m_vocabularySize;
};

// Drops whatever is more surprising than mu.
class Mirostat2 final : public Mirostat {
public:
    using Mirostat::Mirostat;

protected:
    void truncate(Candidates& candidates) override
    {
        const float max = maxLogit(candidates);
        const double total = totalWeight(candidates, max);
        std::size_t kept = 0;
        while (kept < candidates.size() && -std::log2(weight(candidates.items[kept].logit, max) / total) <= mu()) ++kept;
        candidates.items.resize(std::max<std::size_t>(kept, 1));
    }
};

} // namespace

std::unique_ptr<Selector> makeMirostat1(const Params& params, std::int32_t vocabularySize, std::uint32_t seed)
{
    return std::make_unique<Mirostat1>(params, vocabularySize, seed);
}

std::unique_ptr<Selector> makeMirostat2(const Params& params, std::uint32_t seed) { return std::make_unique<Mirostat2>(params, seed); }

} // namespace corral::sample
