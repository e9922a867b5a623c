#pragma once
// What filters and methods of text share.
#include "core/text/jinja/runtime.h"

#include <string>
#include <string_view>
#include <vector>

namespace corral::text::jinja {

// count < 0: all.
std::string replaced(Runtime& runtime, std::string_view text, std::string_view from, std::string_view to, std::int64_t count);
std::vector<std::string_view>
splitSpace(std::string_view text, std::int64_t most); // as split() without separator: the last of `most` cuts leaves the rest as it is

enum class Justify { Left, Right, Center };
std::string justified(Runtime& runtime, std::string_view text, std::int64_t width, std::string_view fill, Justify how);

} // namespace corral::text::jinja
