#pragma once
// The `loop` variable of a running for.
#include "core/text/jinja/value.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace corral::text::jinja {

class Runtime;
struct For;

struct Loop {
    std::vector<Value> items; // emptied when the loop ends: a loop kept elsewhere holds nothing
    std::size_t index = 0;    // from 0
    std::size_t length = 0;
    unsigned depth = 0;             // of recursive loops
    std::optional<Value> lastSeen;  // of changed()
    const For* recursive = nullptr; // callable: loop(items)
};

Value loopAttribute(Runtime& runtime, const Loop& loop, const std::string& name);
// loop.cycle(…) and loop.changed(…); nothing for other names.
std::optional<Value> callLoopMethod(Loop& loop, const std::string& name, const std::vector<Value>& args);

} // namespace corral::text::jinja
