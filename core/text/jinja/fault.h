#pragma once
// How failure travels inside the engine: thrown as Fault, caught in chat_template.cpp, which makes an Error of it. Never leaves core/text.
#include <cstdint>
#include <format>
#include <string>

namespace corral::text::jinja {

struct Fault {
    std::string message;
    bool raised = false;    // by the template's own raise_exception
    std::uint32_t line = 0; // 1-based; 0: not known where it was thrown
};

template <class... Args> [[noreturn]] void fault(std::format_string<Args...> text, Args&&... args)
{
    throw Fault{std::format(text, std::forward<Args>(args)...)};
}

template <class... Args> [[noreturn]] void faultAt(std::uint32_t line, std::format_string<Args...> text, Args&&... args)
{
    throw Fault{std::format(text, std::forward<Args>(args)...), false, line};
}

} // namespace corral::text::jinja
