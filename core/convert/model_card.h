#pragma once
// The front matter of a model's README.md: the few YAML forms that model cards use.
#include "core/base/error.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace corral::convert {

// Key → value or values of the outermost level; deeper ones are left out. Empty if there is no card, or none that can be read.
using ModelCard = std::map<std::string, std::vector<std::string>, std::less<>>;
ModelCard readModelCard(const std::filesystem::path& folder);
ModelCard parseModelCard(std::string_view text);

} // namespace corral::convert
