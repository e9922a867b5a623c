#pragma once
// Whether the system shows traces of a graphics card: cheap, and without loading a driver (a software device alone brings a compiler of 60 MB into the process).
#include <filesystem>

namespace corral::vulkan {

// False where a driver could find nothing to drive: no device file of a card, no display on the PCI bus. True where that cannot be known.
bool hasCardTraces(const std::filesystem::path& root = "/");

} // namespace corral::vulkan
