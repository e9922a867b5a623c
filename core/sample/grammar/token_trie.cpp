#include "core/sample/grammar/token_trie.h"

#include "core/sample/sampler.h"

#include <algorithm>
#include <array>

namespace corral::sample {

namespace {

// Reading UTF-8 (RFC 3629) byte by byte: how many continuation bytes are due, and the bounds of the next one.
struct Utf8State {
    unsigned char due = 0, low = 0x80, high = 0xBF;
    bool isBroken = false;

    Utf8State after(unsigned char byte) const
    {
        if (isBroken) return *this;
        if (due > 0) return byte >= low && byte <= high ? Utf8State{.due = static_cast<unsigned char>(due - 1)} : Utf8State{.isBroken = true};
        if (byte < 0x80) return {};
        if (byte < 0xC2 || byte > 0xF4) return {.isBroken = true};
        Utf8State next{.due = static_cast<unsigned char>(byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3)};
        if (byte == 0xE0) next.low = 0xA0;
        if (byte == 0xED) next.high = 0x9F;
        if (byte == 0xF0) next.low = 0x90;
        if (byte == 0xF4) next.high = 0x8F;
        return next;
    }
};

} // namespace

int TokenTrie::groupOf(unsigned char byte)
{
    static constexpr auto kGroups = [] {
        std::array<unsigned char, 256> groups{};
        unsigned char next = 9;
        for (int b = 0; b < 256; ++b) {
            unsigned char group = 0;
            if (b >= 0x80) group = 0;
            else if (b >= 'a' && b <= 'f') group = 1;
            else if (b >= 'g' && b <= 'z') group = 2;
            else if (b >= 'A' && b <= 'F') group = 3;
            else if (b >= 'G' && b <= 'Z') group = 4;
            else if (b == '0') group = 5;
            else if (b >= '1' && b <= '9') group = 6;
            else if (b == 0x7F) group = 7;
            else if (b < 0x20 && b != '\n' && b != '\r' && b != '\t') group = 8;
            else group = next++; // 3 controls, the space, 32 punctuation marks: 9…44
            groups[static_cast<std::size_t>(b)] = group;
        }
        return groups;
    }();
    return kGroups[byte];
}

TokenTrie::TokenTrie(const Vocabulary& vocabulary)
{
    const auto size = static_cast<std::size_t>(vocabulary.size);
    m_offsets.reserve(size + 1);
    m_offsets.push_back(0);
    for (Token token = 0; token < vocabulary.size; ++token) {
        m_bytes += vocabulary.pieceOf(token);
        m_offsets.push_back(static_cast<std::uint32_t>(m_bytes.size()));
    }
    m_isEnd.resize(size);
    m_all.resize((size + 63) / 64);
    for (const Token token : vocabulary.endOfGeneration)
        if (token >= 0 && token < vocabulary.size && !isEnd(token)) {
            m_isEnd[static_cast<std::size_t>(token)] = true;
            m_ends.push_back(token);
        }

    for (Token token = 0; token < vocabulary.size; ++token) {
        const std::size_t bytes = text(token).size();
        if (bytes == 0 || bytes > kMostTokenBytes || isEnd(token)) continue;
        m_byRank.push_back(token);
        m_all[static_cast<std::size_t>(token) / 64] |= std::uint64_t{1} << (token % 64);
    }
    std::ranges::sort(m_byRank, [this](Token a, Token b) {
        const int order = text(a).compare(text(b));
        return order != 0 ? order < 0 : a < b;
    });

    m_nodes.push_back({});
    std::vector<std::uint32_t> path{0}; // nodes from the root to the last one
    const auto leaveTo = [&](std::size_t depth) {
        for (; path.size() > depth + 1; path.pop_back()) m_nodes[path.back()].end = static_cast<std::uint32_t>(m_nodes.size());
    };
    std::string_view last;
    for (std::size_t rank = 0; rank < m_byRank.size(); ++rank) {
        const std::string_view bytes = text(m_byRank[rank]);
        const auto common = static_cast<std::size_t>(std::ranges::mismatch(last, bytes).in1 - last.begin());
        leaveTo(common);
        for (std::size_t i = common; i < bytes.size(); ++i) {
            path.push_back(static_cast<std::uint32_t>(m_nodes.size()));
            m_nodes.push_back({.end = 0, .rank = static_cast<std::uint32_t>(rank), .depth = static_cast<std::uint16_t>(i + 1),
                               .byte = static_cast<unsigned char>(bytes[i])});
        }
        last = bytes;
    }
    leaveTo(0);
    m_nodes[0].end = static_cast<std::uint32_t>(m_nodes.size());
    m_nodes.push_back({.end = 0, .rank = static_cast<std::uint32_t>(m_byRank.size()), .depth = 0, .byte = 0});

    m_groups.resize(m_nodes.size());
    m_heights.resize(m_nodes.size());
    std::vector<std::uint32_t> parents(m_nodes.size());
    std::vector<Utf8State> characters(m_nodes.size()); // from the token's first byte
    std::vector<bool> isBroken(m_nodes.size());        // it, or something below
    std::vector<std::uint32_t> open{0};
    for (std::uint32_t i = 1; i + 1 < m_nodes.size(); ++i) {
        open.resize(m_nodes[i].depth);
        parents[i] = open.back();
        characters[i] = characters[parents[i]].after(m_nodes[i].byte);
        open.push_back(i);
    }
    for (std::size_t i = m_nodes.size() - 2; i > 0; --i) {
        m_groups[parents[i]] |= m_groups[i] | std::uint64_t{1} << groupOf(m_nodes[i].byte);
        m_heights[parents[i]] = std::max(m_heights[parents[i]], static_cast<std::uint16_t>(m_heights[i] + 1));
        if (isBroken[i] || characters[i].isBroken) isBroken[parents[i]] = true;
    }
    for (std::size_t i = 0; i + 1 < m_nodes.size(); ++i)
        if ((m_groups[i] & kStrayBytes) != 0 && !isBroken[i] && !characters[i].isBroken && characters[i].due == 0) m_groups[i] ^= kStrayBytes | kCharacters;
}

std::string_view TokenTrie::text(Token token) const
{
    const auto i = static_cast<std::size_t>(token);
    return std::string_view(m_bytes).substr(m_offsets[i], m_offsets[i + 1] - m_offsets[i]);
}

Token TokenTrie::find(std::string_view wanted) const
{
    for (const Token token : m_ends)
        if (text(token) == wanted) return token;
    const auto found = std::ranges::lower_bound(m_byRank, wanted, {}, [this](Token token) { return text(token); });
    return found != m_byRank.end() && text(*found) == wanted ? *found : -1;
}

} // namespace corral::sample
