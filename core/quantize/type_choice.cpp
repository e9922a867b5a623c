#include "core/quantize/type_choice.h"

#include <algorithm>
#include <numeric>

namespace corral::quantize {

namespace {

struct Step { // of one thing, from one possibility to a larger one
    std::size_t thing = 0, from = 0, to = 0;
    std::uint64_t bytes = 0;
    double gain = 0; // loss it takes away
    double slope() const { return gain / static_cast<double>(bytes); }
};

// The corners of the lower convex hull of (bytes, loss), from the smallest on: between neighbours the loss falls ever more slowly.
std::vector<std::size_t> hull(const std::vector<Possibility>& list)
{
    std::vector<std::size_t> order(list.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
        return list[a].bytes != list[b].bytes ? list[a].bytes < list[b].bytes : list[a].loss < list[b].loss;
    });
    const auto slope = [&](std::size_t a, std::size_t b) { return (list[a].loss - list[b].loss) / static_cast<double>(list[b].bytes - list[a].bytes); };
    std::vector<std::size_t> corners;
    for (const std::size_t next : order) {
        if (!corners.empty() && (list[next].bytes == list[corners.back()].bytes || list[next].loss >= list[corners.back()].loss)) continue;
        while (corners.size() > 1 && slope(corners[corners.size() - 2], corners.back()) <= slope(corners.back(), next)) corners.pop_back();
        corners.push_back(next);
    }
    return corners;
}

} // namespace

std::vector<std::size_t> chooseTypes(const std::vector<std::vector<Possibility>>& things, std::uint64_t budget)
{
    std::vector<std::size_t> chosen;
    std::vector<Step> steps;
    std::uint64_t used = 0;
    for (std::size_t t = 0; t < things.size(); ++t) {
        const auto corners = hull(things[t]);
        for (std::size_t i = 1; i < corners.size(); ++i) {
            const Possibility &from = things[t][corners[i - 1]], &to = things[t][corners[i]];
            steps.push_back({t, corners[i - 1], corners[i], to.bytes - from.bytes, from.loss - to.loss});
        }
        chosen.push_back(corners.front());
        used += things[t][corners.front()].bytes;
    }
    std::ranges::stable_sort(steps, std::greater(), &Step::slope);
    // Steps of one thing are in order, as its slopes fall; one that does not fit ends its thing's way, smaller ones of others may still fit.
    for (const Step& step : steps) {
        if (chosen[step.thing] != step.from || used + step.bytes > budget) continue;
        chosen[step.thing] = step.to;
        used += step.bytes;
    }
    // What is left may be enough for a type between two corners.
    for (;;) {
        Step best;
        for (std::size_t t = 0; t < things.size(); ++t)
            for (std::size_t i = 0; i < things[t].size(); ++i) {
                const Possibility &from = things[t][chosen[t]], &to = things[t][i];
                if (to.bytes <= from.bytes || to.loss >= from.loss || used + (to.bytes - from.bytes) > budget) continue;
                const Step step{t, chosen[t], i, to.bytes - from.bytes, from.loss - to.loss};
                if (best.bytes == 0 || step.slope() > best.slope()) best = step;
            }
        if (best.bytes == 0) return chosen;
        chosen[best.thing] = best.to;
        used += best.bytes;
    }
}

} // namespace corral::quantize
