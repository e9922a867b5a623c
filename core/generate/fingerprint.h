#pragma once
#include "core/gguf/file.h"

#include <cstdint>
#include <initializer_list>

namespace corral::generate {

// Equal for equal models (every tensor's name, shape, type and the beginning of its data) and equal `more`. Not made to withstand an attacker.
std::uint64_t fingerprint(const gguf::File& file, std::initializer_list<int> more);

} // namespace corral::generate
