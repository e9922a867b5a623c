#pragma once
// Values → text, as Python's str(), repr() and json.dumps() write them.
#include "core/text/jinja/runtime.h"

#include <string>

namespace corral::text::jinja {

void print(Runtime& runtime, std::string& out, const Value& value); // str(); undefined prints nothing
std::string str(Runtime& runtime, const Value& value);
std::string repr(Runtime& runtime, const Value& value);
std::string floatText(double value); // shortest that reads back, Python's choice of notation

struct JsonStyle {
    bool ascii = false; // \u escapes beyond ASCII
    bool sortKeys = false;
    std::optional<std::string> indent; // one level; absent: all on one line
    std::string itemSeparator = ", ", keySeparator = ": ";
};
std::string json(Runtime& runtime, const Value& value, const JsonStyle& style);

} // namespace corral::text::jinja
