#pragma once
// The text of a GBNF grammar while it is written: rules with names of their own, and the rules of JSON that several of them share.
#include "core/base/error.h"

#include <map>
#include <string>
#include <string_view>

namespace corral::text {

class GrammarWriter {
public:
    static constexpr std::size_t kMostBytes = 1 << 20;

    // A name that no rule has: `wanted` with what names may not hold replaced, numbered if taken. It must be given its body with set().
    std::string reserve(std::string_view wanted);
    void set(const std::string& name, std::string body);
    // reserve() and set().
    std::string add(std::string_view wanted, std::string body);
    // One of JSON's own rules (facts/sampling-and-chat.md § 4), with those it needs: space, char, string, integer, number, boolean, null, value, object,
    // array, uuid, date, time, date-time, date-string, time-string, date-time-string.
    const std::string& json(const std::string& name);

    // A quoted literal.
    static std::string literal(std::string_view text);
    // A character inside [ ].
    static std::string inClass(char32_t c);

    std::size_t size() const { return m_size; }
    // Fails if that is more than kMostBytes.
    Result<std::string> text() const;

private:
    std::map<std::string, std::string> m_rules;
    std::size_t m_size = 0;
};

} // namespace corral::text
