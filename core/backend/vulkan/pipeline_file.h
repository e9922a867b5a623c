#pragma once
// Compiled shaders of one card, kept in a file. A driver is only given back what it made itself and what is whole: some of them believe whatever they are given.
// Internal to the folder.
#include "core/base/error.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <volk.h>

namespace corral::vulkan {

std::string pipelineFileName(const std::string& id); // of DeviceInfo

// Empty: no file, a spoiled one, or one of another card or another version of its driver.
std::vector<std::byte> readPipelineFile(const std::filesystem::path& file, const VkPhysicalDeviceProperties& card);
// Beside and renamed; the folder is made.
Result<void> writePipelineFile(const std::filesystem::path& file, std::span<const std::byte> data);

} // namespace corral::vulkan
