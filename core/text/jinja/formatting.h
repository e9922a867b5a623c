#pragma once
// Python's two ways to put values into a text, and strftime: the parts of them templates use.
#include "core/text/jinja/runtime.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corral::text::jinja {

std::string formatPercent(Runtime& runtime, std::string_view format, const std::vector<Value>& values); // "%s" % x
std::string formatBraces(Runtime& runtime, std::string_view format, const Arguments& args);             // "{}".format(x)
std::string formatTime(std::string_view format, std::int64_t secondsSince1970, bool local); // names in English whatever the locale

} // namespace corral::text::jinja
