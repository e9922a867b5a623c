#pragma once
// Which bytes of a file are there: ranges [begin, end), apart from each other, in order.
#include <QtTypes>

#include <optional>
#include <vector>

namespace corral::hub {

struct ByteRange {
    qint64 begin = 0, end = 0;
    qint64 size() const { return end - begin; }
    bool operator==(const ByteRange&) const = default;
};

class ByteRanges {
public:
    void add(ByteRange range);
    void remove(ByteRange range);
    void clear() { m_ranges.clear(); }

    qint64 total() const; // bytes
    bool covers(ByteRange range) const;
    // Where the bytes that are there without a gap from 0 end.
    qint64 front() const { return m_ranges.empty() || m_ranges.front().begin > 0 ? 0 : m_ranges.front().end; }
    // The first bytes of `within` that are not there.
    std::optional<ByteRange> firstMissing(ByteRange within) const;
    const std::vector<ByteRange>& all() const { return m_ranges; }

private:
    std::vector<ByteRange> m_ranges;
};

} // namespace corral::hub
