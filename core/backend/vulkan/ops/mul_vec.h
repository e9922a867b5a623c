#pragma once
// Products of a weight matrix with tokens, one at a time: shaders/mul_vec.comp. And rows of a table: shaders/get_rows.comp. Internal to the folder.
#include "core/backend/vulkan/commands.h"
#include "core/backend/vulkan/rows.h"
#include "core/quant/format.h"

namespace corral::vulkan {

// Whether there are shaders for a format.
bool canRead(const quant::Format& format);
// Values of a row must be a multiple of this, and so must what lies between inputs be of four.
inline constexpr std::int64_t kUnit = 8; // shaders/formats/unit.glsl

// A matrix as it lies in the file, at an even address; n: values of a row, whole blocks and a multiple of eight.
struct Matrix {
    const quant::Format* format = nullptr;
    VkDeviceAddress data = 0;
    std::int64_t n = 0, rows = 0;
};

// y = scale · x·Wᵀ + bias; bias 0: none. x at multiples of 16 bytes.
Result<void> multiply(Commands& commands, const Matrix& w, const Rows& x, const Rows& y, VkDeviceAddress bias, float scale);
// y[t] = the row ids[t].
Result<void> getRows(Commands& commands, const Matrix& table, VkDeviceAddress ids, const Rows& y);

} // namespace corral::vulkan
