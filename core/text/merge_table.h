#pragma once
// The merge rules of a BPE vocabulary: pair of symbols → rank and the symbol they make. Open addressing; one probe is one cache line.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace corral::text {

class MergeTable {
public:
    struct Rule {
        std::int32_t left = -1, right = -1; // -1: empty slot
        std::int32_t rank = 0;              // the lower the earlier
        std::int32_t merged = -1;
    };

    void reserve(std::size_t rules) { m_slots.assign(std::bit_ceil(rules * 2 + 16), Rule{}); }

    // Within what was reserved. Of equal pairs the first counts.
    void insert(const Rule& rule)
    {
        Rule& slot = m_slots[slotOf(rule.left, rule.right)];
        if (slot.left < 0) slot = rule;
    }

    const Rule* find(std::int32_t left, std::int32_t right) const
    {
        const Rule& slot = m_slots[slotOf(left, right)];
        return slot.left < 0 ? nullptr : &slot;
    }

private:
    std::size_t slotOf(std::int32_t left, std::int32_t right) const
    {
        const std::size_t mask = m_slots.size() - 1;
        std::uint64_t hash = (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right)) *
                             0x9E3779B97F4A7C15u; // 2^64 / golden ratio: spreads neighbouring ids
        std::size_t at = hash >> 32 & mask;
        while (m_slots[at].left >= 0 && (m_slots[at].left != left || m_slots[at].right != right)) at = (at + 1) & mask;
        return at;
    }

    std::vector<Rule> m_slots = std::vector<Rule>(1);
};

} // namespace corral::text
