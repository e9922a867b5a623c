#pragma once
// Token ids and bytes as texts.
#include "core/text/tokenizer.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::cli {

// "1,2,3", "1 2 3" or "[1, 2, 3]"; nothing if there is anything else in it.
std::optional<std::vector<text::Token>> parseIds(std::string_view list);
std::string toHex(std::string_view bytes);
std::optional<std::string> fromHex(std::string_view hex);
bool isUtf8(std::string_view bytes);

} // namespace corral::cli
