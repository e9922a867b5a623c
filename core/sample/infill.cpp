#include "core/sample/step.h"

#include <algorithm>
#include <cmath>

namespace corral::sample {

namespace {

// For filling a hole in code: ends early when the end is probable enough, and goes on only with what it is sure of (§ 2.2 of the sheet).
class Infill final : public Step {
public:
    explicit Infill(VocabularyPtr vocabulary) : m_vocabulary(std::move(vocabulary)) {}

    void apply(Candidates& candidates) override
    {
        constexpr std::size_t kMost = 1024; // what lies behind has p < 1/1024; comparing all pairs of a whole vocabulary would take minutes
        const float max = maxLogit(candidates);
        const double total = totalWeight(candidates, max);
        double end = 0, text = 0;
        for (const Candidate& c : candidates.items) (isEnd(c.id) ? end : text) += weight(c.logit, max) / total;
        if (3 * end * static_cast<double>(candidates.size()) > text) {
            std::erase_if(candidates.items, [&](const Candidate& c) { return !isEnd(c.id); });
            return;
        }

        keepBest(candidates, kMost);
        m_options.clear();
        for (const Candidate& c : candidates.items) m_options.push_back({c, weight(c.logit, max) / total, m_vocabulary->pieceOf(c.id)});
        mergePrefixes();
        double sum = keepFrom(0.2);
        if (m_options.empty()) {
            const Token forced = m_vocabulary->eot >= 0 ? m_vocabulary->eot : m_vocabulary->eos;
            if (forced >= 0)
                candidates.items.assign(1, Candidate{forced, 0});
            else
                candidates.items.resize(1); // a vocabulary without an end goes on with the best
            return;
        }
        for (Option& o : m_options) o.p /= sum;
        keepFrom(1.0 / static_cast<double>(m_options.size() + 1));
        if (!m_options.empty()) candidates.items.clear();
        for (const Option& o : m_options) candidates.items.push_back(o.candidate);
    }

private:
    struct Option {
        Candidate candidate;
        double p;
        std::string text;
    };

    bool isEnd(Token token) const { return std::ranges::find(m_vocabulary->endOfGeneration, token) != m_vocabulary->endOfGeneration.end(); }

    // Of two options one of whose texts begins with the other's, the more probable takes the probability of both.
    void mergePrefixes()
    {
        for (std::size_t a = 0; a < m_options.size(); ++a) {
            for (std::size_t b = 0; b < m_options.size(); ++b) {
                Option &prefix = m_options[a], &longer = m_options[b];
                if (a == b || prefix.p == 0 || longer.p == 0 || prefix.text.empty() || !longer.text.starts_with(prefix.text)) continue;
                Option& winner = prefix.p < longer.p ? longer : prefix;
                Option& loser = prefix.p < longer.p ? prefix : longer;
                winner.p += loser.p;
                loser.p = 0;
            }
        }
        std::erase_if(m_options, [](const Option& o) { return o.p == 0; });
    }

    // Drops what is below `limit` and no end; the sum of the rest.
    double keepFrom(double limit)
    {
        std::erase_if(m_options, [&](const Option& o) { return o.p < limit && !isEnd(o.candidate.id); });
        double sum = 0;
        for (const Option& o : m_options) sum += o.p;
        return sum;
    }

    VocabularyPtr m_vocabulary;
    std::vector<Option> m_options;
};

} // namespace

std::unique_ptr<Step> makeInfill(VocabularyPtr vocabulary) { return std::make_unique<Infill>(std::move(vocabulary)); }

} // namespace corral::sample
