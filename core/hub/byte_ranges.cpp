#include "core/hub/byte_ranges.h"

#include <algorithm>
#include <numeric>

namespace corral::hub {

void ByteRanges::add(ByteRange range)
{
    if (range.size() <= 0) return;
    const auto first = std::ranges::lower_bound(m_ranges, range.begin, {}, &ByteRange::end); // the first that touches it
    auto last = first;
    for (; last != m_ranges.end() && last->begin <= range.end; ++last) {
        range.begin = std::min(range.begin, last->begin);
        range.end = std::max(range.end, last->end);
    }
    m_ranges.insert(m_ranges.erase(first, last), range);
}

void ByteRanges::remove(ByteRange range)
{
    if (range.size() <= 0) return;
    std::vector<ByteRange> left;
    for (const ByteRange& there : m_ranges) {
        const ByteRange before{there.begin, std::min(there.end, range.begin)}, behind{std::max(there.begin, range.end), there.end};
        if (before.size() > 0) left.push_back(before);
        if (behind.size() > 0) left.push_back(behind);
    }
    m_ranges = std::move(left);
}

qint64 ByteRanges::total() const
{
    return std::accumulate(m_ranges.begin(), m_ranges.end(), qint64(0), [](qint64 sum, const ByteRange& range) { return sum + range.size(); });
}

bool ByteRanges::covers(ByteRange range) const { return !firstMissing(range); }

std::optional<ByteRange> ByteRanges::firstMissing(ByteRange within) const
{
    if (within.size() <= 0) return std::nullopt;
    for (const ByteRange& there : m_ranges) {
        if (there.end <= within.begin) continue;
        if (there.begin > within.begin) return ByteRange{within.begin, std::min(within.end, there.begin)};
        within.begin = there.end;
        if (within.size() <= 0) return std::nullopt;
    }
    return within;
}

} // namespace corral::hub
