#include "core/backend/vulkan/hazards.h"

#include <algorithm>

namespace corral::vulkan {

namespace {

bool overlap(const std::vector<Range>& some, const std::vector<Range>& others)
{
    return std::ranges::any_of(some, [&](const Range& a) { return std::ranges::any_of(others, [&](const Range& b) { return a.begin < b.end && b.begin < a.end; }); });
}

} // namespace

void Touched::clear()
{
    reads.clear();
    writes.clear();
}

void Touched::add(const Touched& more)
{
    reads.insert(reads.end(), more.reads.begin(), more.reads.end());
    writes.insert(writes.end(), more.writes.begin(), more.writes.end());
}

bool Touched::meets(const Touched& next) const { return overlap(writes, next.reads) || overlap(writes, next.writes) || overlap(reads, next.writes); }

} // namespace corral::vulkan
