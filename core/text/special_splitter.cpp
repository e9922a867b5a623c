#include "core/text/special_splitter.h"

#include <algorithm>

namespace corral::text {

namespace {

constexpr std::string_view kWhiteSpace = " \t\n\v\f\r";

std::string_view stripEnd(std::string_view text) { return text.substr(0, text.find_last_not_of(kWhiteSpace) + 1); }

std::string_view stripStart(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(kWhiteSpace);
    return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

} // namespace

SpecialSplitter::SpecialSplitter(std::vector<Special> specials) : m_specials(std::move(specials))
{
    std::ranges::stable_sort(m_specials, std::ranges::greater{}, [](const Special& s) { return s.text.size(); });
    std::vector<std::pair<std::string_view, std::int32_t>> entries;
    for (std::size_t i = 0; i < m_specials.size(); ++i) entries.emplace_back(m_specials[i].text, static_cast<std::int32_t>(i));
    m_trie = PrefixTrie(std::move(entries));
}

std::vector<SpecialSplitter::Fragment> SpecialSplitter::split(std::string_view text, bool parseSpecial) const
{
    // One walk finds which of the (often thousands of) special tokens occur at all; only those are then searched one by one.
    std::vector<bool> occurs(m_specials.size());
    bool any = false;
    for (std::size_t i = 0; i < text.size(); ++i)
        m_trie.forEachPrefix(text.substr(i),
                             [&](std::int32_t index, std::size_t) { occurs[static_cast<std::size_t>(index)] = any = true; });

    std::vector<Fragment> fragments, next;
    if (!text.empty()) fragments.push_back({kNoToken, text});
    if (!any) return fragments;
    for (std::size_t s = 0; s < m_specials.size(); ++s) {
        const Special& special = m_specials[s];
        if (!occurs[s] || (!parseSpecial && (special.attributes & (kControl | kUnknown)))) continue;
        next.clear();
        for (const Fragment& fragment : fragments) {
            if (fragment.token != kNoToken) {
                next.push_back(fragment);
                continue;
            }
            std::string_view rest = fragment.text;
            for (std::size_t at; (at = rest.find(special.text)) != std::string_view::npos;) {
                std::string_view left = rest.substr(0, at);
                if (special.attributes & kStripLeft) left = stripEnd(left);
                if (!left.empty()) next.push_back({kNoToken, left});
                next.push_back({special.token, {}});
                rest = rest.substr(at + special.text.size());
                if (special.attributes & kStripRight) rest = stripStart(rest);
            }
            if (!rest.empty()) next.push_back({kNoToken, rest});
        }
        fragments.swap(next);
    }
    return fragments;
}

} // namespace corral::text
