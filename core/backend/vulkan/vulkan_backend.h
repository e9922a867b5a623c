#pragma once
// Graphs computed on a graphics card.
#include "core/backend/backend.h"
#include "core/backend/vulkan/testing.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace corral::vulkan {

struct BackendOptions {
    std::string device;    // DeviceInfo::id; empty: the best usable one
    bool software = false; // a software device may be taken: for tests
    std::filesystem::path pipelineFolder; // compiled shaders are kept there for the next time; empty: nowhere
    std::function<void(std::uint64_t bytes)> full;     // of prepare(), which then ends with OutOfMemory: so much the card has given
    std::stop_token stop;                 // of fill(): looked at between pieces of weights, Cancelled then
    std::function<void(std::uint64_t bytes)> uploaded; // of fill(): one more piece of weights lies on the card
    Testing testing = {};
};

// NotFound, Unsupported: see devices.h. prepare() takes all the memory that is needed on the card, fill() copies the weights there. Unsupported of the former:
// an operation or a weight format that has no shader yet; OutOfMemory: the card is full, or does not give so much in one piece. Device, of any call: the card
// was lost; every later call says the same. A run is handed over in pieces of well below a second, and stop is looked at between them. Products are not
// observed: whoever collects them computes on the processor.
Result<std::unique_ptr<backend::Backend>> makeVulkanBackend(const BackendOptions& options);

} // namespace corral::vulkan
