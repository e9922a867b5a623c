#include "core/sample/step.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace corral::sample {

namespace {

constexpr std::size_t kBreakerBytes = 40;
constexpr std::size_t kTailTokens = 20;

// "Don't repeat yourself": a token that would lengthen a repetition of what was said before loses exponentially with its length.
// The definition is facts/sampling-and-chat.md § 2.1; t[0] below is the newest token, as there.
class Dry final : public Step {
public:
    Dry(const Params& params, const Vocabulary& vocabulary)
        : m_multiplier(params.dryMultiplier), m_base(params.dryBase),
          m_allowed(static_cast<std::size_t>(std::max(0, params.dryAllowedLength))), m_lastN(params.dryPenaltyLastN),
          m_longest(static_cast<std::size_t>(vocabulary.size))
    {
        constexpr float kLogFloatMax = 88.7228391f;
        if (m_base > 1.000001f) m_largestExponent = std::floor(kLogFloatMax / std::log(m_base));
        findBreakers(params.dryBreakers, vocabulary);
    }

    void apply(Candidates& candidates) override
    {
        const std::size_t n = m_lastN < 0 ? m_history.size() : std::min(m_history.size(), static_cast<std::size_t>(m_lastN));
        if (n <= m_allowed) return;
        const std::size_t limit = repetitionLimit(n);
        if (limit < m_allowed) return;
        matchLengths(n, limit);
        for (std::size_t k = 1; k < n; ++k) {
            if (m_z[k] < m_allowed) continue;
            std::uint32_t& longest = m_longest[static_cast<std::size_t>(t(k - 1))];
            if (longest == 0) m_touched.push_back(t(k - 1));
            longest = std::max(longest, static_cast<std::uint32_t>(m_z[k] + 1)); // + 1: 0 means untouched
        }
        if (!m_touched.empty()) {
            for (Candidate& c : candidates.items) {
                const std::uint32_t longest = m_longest[static_cast<std::size_t>(c.id)];
                if (longest == 0 || isOneTokenBreaker(c.id)) continue;
                const float exponent = std::min(static_cast<float>(longest - 1 - m_allowed), m_largestExponent);
                c.logit = lowered(c.logit, m_multiplier * std::pow(m_base, exponent));
            }
            candidates.sorted = false;
        }
        for (const Token token : m_touched) m_longest[static_cast<std::size_t>(token)] = 0;
        m_touched.clear();
    }

    void accept(Token token, bool) override
    {
        if (token < 0 || static_cast<std::size_t>(token) >= m_longest.size()) return;
        m_history.push_back(token);
        // Old history goes in large pieces, so that this costs nothing per token.
        const auto keep = static_cast<std::size_t>(std::max(m_lastN, 0));
        if (m_lastN >= 0 && m_history.size() >= 2 * keep + 1024) m_history.erase(m_history.begin(), m_history.end() - m_lastN);
    }

    void reset() override { m_history.clear(); }

private:
    Token t(std::size_t i) const { return m_history[m_history.size() - 1 - i]; }

    bool isOneTokenBreaker(Token token) const
    {
        const auto found = m_breakers.find(token);
        return found != m_breakers.end() && std::ranges::any_of(found->second, [](const auto& tail) { return tail.empty(); });
    }

    // A token that holds the whole string breaks alone; one that ends with a beginning of it does if the rest follows. One walk over the
    // vocabulary for all strings, and each rest is encoded once.
    void findBreakers(const std::vector<std::string>& breakers, const Vocabulary& vocabulary)
    {
        struct Breaker {
            std::string text;
            std::vector<std::optional<std::vector<Token>>> tails; // by the length of the beginning
        };
        std::vector<Breaker> all;
        for (const std::string& breaker : breakers)
            if (!breaker.empty()) all.push_back({.text = breaker.substr(0, kBreakerBytes), .tails = {}});
        for (Breaker& breaker : all) breaker.tails.resize(breaker.text.size());
        if (all.empty()) return;

        for (Token token = 0; token < vocabulary.size; ++token) {
            const std::string piece = vocabulary.pieceOf(token);
            for (Breaker& breaker : all) {
                const std::string_view text = breaker.text;
                if (piece.contains(text)) {
                    m_breakers[token].emplace_back();
                    continue;
                }
                for (std::size_t length = std::min(piece.size(), text.size() - 1); length > 0; --length) {
                    if (!piece.ends_with(text.substr(0, length))) continue;
                    auto& tail = breaker.tails[length];
                    if (!tail) {
                        tail = vocabulary.encode(breaker.text.substr(length));
                        if (tail->size() > kTailTokens) tail->resize(kTailTokens);
                    }
                    auto& tails = m_breakers[token];
                    if (std::ranges::find(tails, *tail) == tails.end()) tails.push_back(*tail);
                }
            }
        }
    }

    // How many tokens there are after the newest breaker among the last n; n if there is none.
    std::size_t repetitionLimit(std::size_t n) const
    {
        for (std::size_t i = 0; i < n; ++i) {
            const auto found = m_breakers.find(t(i));
            if (found == m_breakers.end()) continue;
            std::size_t longest = 0;
            bool matches = false;
            for (const std::vector<Token>& tail : found->second) {
                if (tail.size() > i) continue;
                bool follows = true;
                for (std::size_t j = 0; j < tail.size() && follows; ++j) follows = t(i - 1 - j) == tail[j];
                if (!follows) continue;
                matches = true;
                longest = std::max(longest, tail.size());
            }
            if (matches) return i - longest;
        }
        return n;
    }

    // m_z[k] = length of the longest common run of (t0, t1, …) and (tk, tk+1, …) among the last n, at most `limit`: the Z-algorithm.
    void matchLengths(std::size_t n, std::size_t limit)
    {
        m_z.assign(n, 0);
        std::size_t left = 0, right = 0; // the match that reaches farthest: t[left..right) equals t[0..right − left)
        for (std::size_t k = 1; k < n; ++k) {
            std::size_t length = k < right ? std::min(right - k, m_z[k - left]) : 0;
            while (k + length < n && t(length) == t(k + length)) ++length;
            m_z[k] = length;
            if (k + length > right) {
                left = k;
                right = k + length;
            }
        }
        for (std::size_t& length : m_z) length = std::min(length, limit);
    }

    float m_multiplier, m_base;
    float m_largestExponent = INFINITY; // beyond, the power is no float any more
    std::size_t m_allowed;
    int m_lastN;                                                 // −1: all
    std::map<Token, std::vector<std::vector<Token>>> m_breakers; // first token → what must follow it, in order
    std::vector<Token> m_history;
    std::vector<std::size_t> m_z;
    std::vector<std::uint32_t> m_longest; // of each token: the longest repetition it would go on with, plus 1
    std::vector<Token> m_touched;
};

} // namespace

std::unique_ptr<Step> makeDry(const Params& params, const Vocabulary& vocabulary)
{
    if (params.dryMultiplier == 0 || params.dryBase < 1 || params.dryPenaltyLastN == 0) return nullptr;
    return std::make_unique<Dry>(params, vocabulary);
}

} // namespace corral::sample
