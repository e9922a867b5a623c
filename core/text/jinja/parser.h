#pragma once
// Tokens → Program. Throws Fault with the line.
#include "core/text/jinja/ast.h"

#include <string_view>

namespace corral::text::jinja {

Program parse(std::string_view source);

// Names the interpreter itself looks up: their ids are their places here, in every program.
enum KnownName : NameId { kLoopName, kCallerName, kVarargsName, kKwargsName, kKnownNames };

} // namespace corral::text::jinja
