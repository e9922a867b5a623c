#pragma once
// What a sampling step works on: the tokens still possible, with their logits. Each step may reorder, drop or change them.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace corral::sample {

using Token = std::int32_t;

struct Candidate {
    Token id = 0;
    float logit = 0; // never NaN; −∞: impossible
};

// Falling logits, equal ones by rising id: one order for every sort, so that results do not depend on the algorithm.
inline bool better(const Candidate& a, const Candidate& b) { return a.logit != b.logit ? a.logit > b.logit : a.id < b.id; }

struct Candidates {
    std::vector<Candidate> items; // at least one
    bool sorted = false;          // by better()

    std::size_t size() const { return items.size(); }
    bool isKnownSorted() const { return sorted || items.size() == 1; }
};

// exp(logit − max), where max is the largest: right for infinite logits too (the largest ones always weigh 1).
inline float weight(float logit, float max) { return logit == max ? 1.0f : std::exp(logit - max); }

// logit − by, and −∞ where that is no number (both infinite).
inline float lowered(float logit, float by)
{
    const float result = logit - by;
    return result == result ? result : -std::numeric_limits<float>::infinity();
}

float maxLogit(const Candidates& candidates);
// Σ weight: what turns weights into probabilities.
double totalWeight(const Candidates& candidates, float max);

// Up to here one pass against a heap of the best beats partitioning.
inline constexpr std::size_t kSmallHeap = 1024;

// Candidates for all of `logits`, token by token; NaN, which has no place in an order, becomes −∞.
void takeAll(std::span<const float> logits, Candidates& candidates);
// The `count` (1 … logits.size()) best of them, sorted: one pass over the logits, most of it eight comparisons at a time.
void takeBest(std::span<const float> logits, std::size_t count, Candidates& candidates);
// The `count` best, sorted; the rest is dropped. O(n) for small counts.
void keepBest(Candidates& candidates, std::size_t count);
// Puts the `count` best in front in order; all stay. Does not set `sorted` unless that sorts everything.
void sortBest(Candidates& candidates, std::size_t count);
void sortAll(Candidates& candidates);

} // namespace corral::sample
