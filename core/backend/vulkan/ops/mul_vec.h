#pragma once
// The product of a weight matrix with one token: shaders/mul_vec.comp. Internal to the folder.
#include "core/backend/vulkan/commands.h"
#include "core/quant/format.h"

namespace corral::vulkan {

// Whether the shader for a format is there.
bool canMulVec(const quant::Format& format);

// y[rows] = w [rows][n] · x[n], x and y in f32 at addresses that are multiples of 16; w as it lies in the file, at an even address. n: whole blocks.
struct MulVec {
    const quant::Format* format = nullptr;
    VkDeviceAddress weights = 0, x = 0, y = 0;
    std::uint32_t rows = 0, n = 0;
};
Result<void> record(Commands& commands, Pipelines& pipelines, const MulVec& op);

} // namespace corral::vulkan
