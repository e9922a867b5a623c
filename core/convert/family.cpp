#include "core/convert/family.h"

#include <algorithm>

namespace corral::convert {

namespace families {
extern const Family* const kAll[];
extern const int kAllCount;
} // namespace families

std::span<const Family* const> allFamilies() { return {families::kAll, static_cast<std::size_t>(families::kAllCount)}; }

const Family* findFamily(std::string_view className)
{
    const auto reads = [&](const Family* family) { return std::ranges::contains(family->classes, className); };
    const auto found = std::ranges::find_if(allFamilies(), reads);
    return found == allFamilies().end() ? nullptr : *found;
}

} // namespace corral::convert
