#pragma once
// The contract of a family of models. One file in convert/families/ defines one Family object of the file's name; the folder is the
// registry (cmake/CorralRoom.cmake). Facts: facts/convert.md § 5.
#include "core/convert/conversion.h"

#include <span>
#include <string_view>

namespace corral::convert {

struct Family {
    std::string_view name;
    std::span<const std::string_view> classes; // values of config.json's "architectures"
    void (*convert)(Conversion& conversion);   // architecture, its keys, all tensors
};

std::span<const Family* const> allFamilies();
const Family* findFamily(std::string_view className); // nullptr: unknown

} // namespace corral::convert
