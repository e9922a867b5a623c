#pragma once
// Graphs computed on a graphics card.
#include "core/backend/backend.h"

#include <string>

namespace corral::vulkan {

struct BackendOptions {
    std::string device;    // DeviceInfo::id; empty: the best usable one
    bool software = false; // a software device may be taken: for tests
};

// NotFound, Unsupported: see devices.h. prepare() copies the weights to the card; Unsupported there: an operation or a weight format that has no shader yet.
// Products are not observed: whoever collects them computes on the processor.
Result<std::unique_ptr<backend::Backend>> makeVulkanBackend(const BackendOptions& options);

} // namespace corral::vulkan
