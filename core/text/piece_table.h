#pragma once
// Text → number, for the hundreds of thousands of pieces of a vocabulary: open addressing, no copies. The texts belong to the caller
// and must stay where they are.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace corral::text {

class PieceTable {
public:
    static constexpr std::int32_t kNone = -1;

    void reserve(std::size_t pieces)
    {
        if (pieces * 2 > m_slots.size()) rehash(std::bit_ceil(pieces * 2 + 16));
    }

    std::size_t size() const { return m_texts.size(); }
    std::string_view text(std::int32_t number) const { return m_texts[static_cast<std::size_t>(number)]; }

    // Pieces are numbered in the order they come. A text that is there already keeps its number, which is returned.
    std::int32_t insert(std::string_view text)
    {
        reserve(m_texts.size() + 1);
        const auto hash = hashOf(text);
        std::size_t at = slotOf(text, hash);
        if (m_slots[at].number == kNone) {
            m_slots[at] = {hash, static_cast<std::int32_t>(m_texts.size())};
            m_texts.push_back(text);
        }
        return m_slots[at].number;
    }

    std::int32_t find(std::string_view text) const
    {
        if (m_slots.empty()) return kNone;
        return m_slots[slotOf(text, hashOf(text))].number;
    }

private:
    struct Slot {
        std::uint32_t hash = 0;
        std::int32_t number = kNone;
    };

    static std::uint32_t hashOf(std::string_view text) { return static_cast<std::uint32_t>(std::hash<std::string_view>{}(text)); }

    // Where `text` is, or the empty slot where it belongs.
    std::size_t slotOf(std::string_view text, std::uint32_t hash) const
    {
        const std::size_t mask = m_slots.size() - 1;
        std::size_t at = hash & mask;
        while (m_slots[at].number != kNone && (m_slots[at].hash != hash || this->text(m_slots[at].number) != text)) at = (at + 1) & mask;
        return at;
    }

    void rehash(std::size_t count)
    {
        std::vector<Slot> old(count);
        old.swap(m_slots);
        for (const Slot& slot : old)
            if (slot.number != kNone) m_slots[slotOf(text(slot.number), slot.hash)] = slot;
    }

    std::vector<Slot> m_slots; // a power of two, at most half full
    std::vector<std::string_view> m_texts;
};

} // namespace corral::text
