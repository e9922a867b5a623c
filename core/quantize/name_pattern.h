#pragma once
// A user's regular expression over tensor names: ECMAScript's spelling, searched anywhere in the name. Time and memory are bounded,
// whatever the expression: an explosive one is an error, not a wait.
#include "core/base/error.h"

#include <memory>
#include <string>
#include <string_view>

namespace corral::quantize {

class NamePattern {
public:
    // InvalidArgument with the position in the expression.
    static Result<NamePattern> compile(std::string_view expression);
    ~NamePattern();
    NamePattern(NamePattern&&) noexcept;
    NamePattern& operator=(NamePattern&&) noexcept;

    // InvalidArgument when the search needs more steps than any sensible expression.
    Result<bool> matches(std::string_view name) const;
    const std::string& expression() const { return m_expression; }

private:
    struct Compiled;
    NamePattern(std::string expression, std::unique_ptr<Compiled> compiled);
    std::string m_expression;
    std::unique_ptr<Compiled> m_compiled;
};

} // namespace corral::quantize
