#include "app/server/http/headers.h"

#include <algorithm>

namespace corral::server {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

} // namespace

bool equalIgnoringCase(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool listNames(std::string_view list, std::string_view word)
{
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (equalIgnoringCase(trimmed(list.substr(0, comma)), word)) return true;
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    return false;
}

std::string_view Headers::value(std::string_view name) const
{
    for (const auto& [known, value] : m_headers)
        if (equalIgnoringCase(known, name)) return value;
    return {};
}

bool Headers::contains(std::string_view name) const { return count(name) > 0; }

int Headers::count(std::string_view name) const
{
    return static_cast<int>(std::ranges::count_if(m_headers, [&](const Header& header) { return equalIgnoringCase(header.first, name); }));
}

} // namespace corral::server
