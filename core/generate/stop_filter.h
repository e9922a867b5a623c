#pragma once
// Finds stop strings in streamed text, also where a token ends in the middle of one: text that may be the beginning of a stop
// string is held back until it is decided.
//
//   StopFilter filter({"</s>", "\nUser:"});
//   out += filter.push("Hello\nUs");   // "Hello"
//   out += filter.push("er: hi");      // "" and filter.matched() == "\nUser:"
#include <string>
#include <string_view>
#include <vector>

namespace corral::generate {

class StopFilter {
public:
    // Empty strings are left out: they would stop everything.
    explicit StopFilter(std::vector<std::string> stops);

    // The text that is certainly not part of a stop string. After a match: what came before it, and nothing ever again.
    std::string push(std::string_view text);
    // What was held back, when no more text comes.
    std::string flush();
    // The stop string that was found, or empty.
    const std::string& matched() const { return m_matched; }

private:
    std::vector<std::string> m_stops;
    std::string m_held;
    std::string m_matched;
};

} // namespace corral::generate
