#pragma once
// The headers of a request or an answer in their order; names are compared without case.
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corral::server {

// ASCII letters only, whatever the locale.
bool equalIgnoringCase(std::string_view a, std::string_view b);
std::string_view trimmed(std::string_view text); // of spaces and tabs
// Whether `list`, separated by commas, names `word`: "Connection: keep-alive, Upgrade".
bool listNames(std::string_view list, std::string_view word);

class Headers {
public:
    using Header = std::pair<std::string, std::string>;
    Headers() = default;
    Headers(std::initializer_list<Header> headers) : m_headers(headers) {}

    // The first of that name; nothing: "".
    std::string_view value(std::string_view name) const;
    bool contains(std::string_view name) const;
    int count(std::string_view name) const;
    void add(std::string name, std::string value) { m_headers.emplace_back(std::move(name), std::move(value)); }
    void add(const Headers& more) { m_headers.insert(m_headers.end(), more.m_headers.begin(), more.m_headers.end()); }

    std::size_t size() const { return m_headers.size(); }
    auto begin() const { return m_headers.begin(); }
    auto end() const { return m_headers.end(); }

private:
    std::vector<Header> m_headers;
};

} // namespace corral::server
