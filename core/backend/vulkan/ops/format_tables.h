#pragma once
// The number tables of formats whose codes stand for values. They go to the card as they lie in core/quant: one place says what the numbers are. Internal to the folder.
#include "core/quant/format.h"

namespace corral::vulkan {

// Empty: the format has none.
std::span<const std::byte> formatTable(const quant::Format& format);

} // namespace corral::vulkan
