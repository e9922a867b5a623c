#include "core/sample/candidates.h"

#include <algorithm>

namespace corral::sample {

namespace {

float withoutNan(float logit) { return logit == logit ? logit : -std::numeric_limits<float>::infinity(); }

} // namespace

float maxLogit(const Candidates& candidates)
{
    if (candidates.sorted) return candidates.items.front().logit;
    float max = candidates.items.front().logit;
    for (const Candidate& c : candidates.items) max = std::max(max, c.logit);
    return max;
}

double totalWeight(const Candidates& candidates, float max)
{
    double total = 0;
    for (const Candidate& c : candidates.items) total += weight(c.logit, max);
    return total;
}

void takeAll(std::span<const float> logits, Candidates& candidates)
{
    candidates.items.resize(logits.size());
    for (std::size_t i = 0; i < logits.size(); ++i) candidates.items[i] = {static_cast<Token>(i), withoutNan(logits[i])};
    candidates.sorted = false;
}

void takeBest(std::span<const float> logits, std::size_t count, Candidates& candidates)
{
    auto& items = candidates.items;
    items.clear();
    for (std::size_t i = 0; i < count; ++i) items.push_back({static_cast<Token>(i), withoutNan(logits[i])});
    std::ranges::make_heap(items, better); // the worst in front
    constexpr std::size_t kBlock = 64;     // blocks without anything better than the worst, nearly all, are passed over
    for (std::size_t begin = count; begin < logits.size(); begin += kBlock) {
        const std::span<const float> block = logits.subspan(begin, std::min(kBlock, logits.size() - begin));
        const float worst = items.front().logit;
        int any = 0;
        for (const float logit : block) any |= logit > worst;
        if (!any) continue;
        for (std::size_t i = 0; i < block.size(); ++i) {
            if (!(block[i] > items.front().logit)) continue; // of equal logits the lower id, already here, is the better
            std::ranges::pop_heap(items, better);
            items.back() = {static_cast<Token>(begin + i), block[i]};
            std::ranges::push_heap(items, better);
        }
    }
    std::ranges::sort_heap(items, better);
    candidates.sorted = true;
}

void keepBest(Candidates& candidates, std::size_t count)
{
    sortBest(candidates, count);
    if (count < candidates.size()) candidates.items.resize(count);
    candidates.sorted = true;
}

void sortBest(Candidates& candidates, std::size_t count)
{
    if (candidates.isKnownSorted()) return;
    auto& items = candidates.items;
    if (count >= items.size()) {
        sortAll(candidates);
        return;
    }
    const auto middle = items.begin() + static_cast<std::ptrdiff_t>(count);
    if (count <= kSmallHeap) {
        std::partial_sort(items.begin(), middle, items.end(), better);
    } else {
        std::nth_element(items.begin(), middle, items.end(), better);
        std::sort(items.begin(), middle, better);
    }
}

void sortAll(Candidates& candidates)
{
    if (!candidates.isKnownSorted()) std::sort(candidates.items.begin(), candidates.items.end(), better);
    candidates.sorted = true;
}

} // namespace corral::sample
