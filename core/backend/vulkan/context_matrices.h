#pragma once
// Fast paths that a card may have and that must be asked for. Matrices that a subgroup holds together (VK_KHR_cooperative_matrix), for products of many tokens: shaders/mul_mat_cm.comp. Internal to the folder.
#include "core/backend/vulkan/context.h"

namespace corral::vulkan {

// The shape to use: CORRAL_VULKAN_MATRICES=1 in the environment (they are not on by themselves: no card has run them yet, and facts/vulkan.md § 3.3 knows drivers on which they
// are slow or crash), halves with sums in single precision, 16 × 16 × 16 before others that divide mul_mat_cm's tiles. {}: none.
MatrixShape matrixShape(VkPhysicalDevice device);
// Whether products of four bytes at once shall be used (shaders/mul_mat_dot.comp), which round inputs to eight bits: CORRAL_VULKAN_DOTS=1 in the environment, as what they bring
// differs from card to card and none has been measured, and a driver that has them.
bool takesDots(VkPhysicalDevice device);

} // namespace corral::vulkan
