#pragma once
// A value of a graph during a run: f32 rows in the card's memory. Internal to the folder.
#include <volk.h>

#include <cstdint>

namespace corral::vulkan {

struct Rows {
    VkDeviceAddress data = 0;
    std::int64_t stride = 0, width = 0, count = 0; // floats
    Rows from(std::int64_t row, std::int64_t rows) const { return {data + static_cast<VkDeviceAddress>(row * stride) * sizeof(float), stride, width, rows}; }
};

} // namespace corral::vulkan
