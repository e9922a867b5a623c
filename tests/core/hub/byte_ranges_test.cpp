// Ranges against a row of bits.
#include "core/hub/byte_ranges.h"

#include <gtest/gtest.h>

#include <bitset>
#include <random>

using corral::hub::ByteRange;
using corral::hub::ByteRanges;

TEST(ByteRanges, AgreeWithARowOfBits)
{
    constexpr int kBits = 60;
    std::mt19937 random(3);
    for (int round = 0; round < 300; ++round) {
        ByteRanges ranges;
        std::bitset<kBits> bits;
        for (int step = 0; step < 12; ++step) {
            const qint64 begin = random() % kBits, end = begin + random() % 12;
            const bool adds = random() % 3 != 0;
            const ByteRange range{begin, std::min<qint64>(end, kBits)};
            for (qint64 i = range.begin; i < range.end; ++i) bits[std::size_t(i)] = adds;
            if (adds) ranges.add(range);
            else ranges.remove(range);
            ASSERT_EQ(ranges.total(), qint64(bits.count()));
            qint64 front = 0;
            while (front < kBits && bits[std::size_t(front)]) ++front;
            ASSERT_EQ(ranges.front(), front);
            for (qint64 from = 0; from < kBits; from += 7) {
                const auto missing = ranges.firstMissing({from, kBits});
                qint64 first = from;
                while (first < kBits && bits[std::size_t(first)]) ++first;
                ASSERT_EQ(missing.has_value(), first < kBits);
                ASSERT_EQ(ranges.covers({from, kBits}), first >= kBits);
                if (!missing) continue;
                qint64 last = first;
                while (last < kBits && !bits[std::size_t(last)]) ++last;
                ASSERT_EQ(*missing, (ByteRange{first, last}));
            }
            for (std::size_t i = 1; i < ranges.all().size(); ++i) ASSERT_LT(ranges.all()[i - 1].end, ranges.all()[i].begin) << "joined where they touch";
        }
    }
}
