#pragma once
// What every program of Corral assumes of graphics cards before it is told more.
#include "app/shelf/environment.h"
#include "core/generate/offload.h"

namespace corral::shelf {

// As many layers as fit on the best card. Compiled shaders are kept in the cache folder of this user. CORRAL_VULKAN_SOFTWARE=1: a program that stands in for a card counts as one.
generate::Offload usualOffload(const Environment& environment = Environment::ofProcess());

} // namespace corral::shelf
