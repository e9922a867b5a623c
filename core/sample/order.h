#pragma once
#include <span>
#include <string>
#include <string_view>

namespace corral::sample {

// A step's name in any spelling ("Top-K", "nucleus") → its canonical one ("top_k", "top_p"); empty if there is none.
std::string_view canonicalStepName(std::string_view name);

} // namespace corral::sample
