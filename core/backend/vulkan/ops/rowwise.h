#pragma once
// Norms, element-wise work, rotations and the choosing of experts: shaders/norm.comp, elementwise.comp, rope.comp, softmax.comp, top_experts.comp, weighted_sum.comp. Internal to the folder.
#include "core/backend/vulkan/commands.h"
#include "core/backend/vulkan/rows.h"

namespace corral::vulkan {

// Groups of `size` values; weight, bias 0: none.
Result<void> normalize(Commands& commands, bool centred, const Rows& x, const Rows& y, std::int64_t size, VkDeviceAddress weight, VkDeviceAddress bias, float eps);

enum class Elementwise : std::uint32_t { Add, Multiply, GatedSilu, GatedGelu, Scale, SoftCap }; // the order of the shader
// y = f(a, b); a alone, with `factor`, for the last two.
Result<void> elementwise(Commands& commands, Elementwise what, const Rows& a, const Rows& b, const Rows& y, float factor = 0);

// Softmax of each row, in place.
Result<void> softmax(Commands& commands, const Rows& x);
// The `used` largest of each row: chosen and weights [rows][used], without gaps. normalize: weights sum to 1.
inline constexpr std::int64_t kMostExperts = 1024;
Result<void> topExperts(Commands& commands, const Rows& probabilities, VkDeviceAddress chosen, VkDeviceAddress weights, std::int64_t used, bool normalize);
// y[i] = Σ_k weights[k] · x[k · width + i].
Result<void> weightedSum(Commands& commands, const Rows& x, const Rows& weights, const Rows& y);

// In place; table: rows of cosines and sines (graph::RopeTable).
Result<void> rotate(Commands& commands, const Rows& x, const Rows& table, std::int64_t headSize, std::int64_t dims, bool neox);

} // namespace corral::vulkan
