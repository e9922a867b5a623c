#include "core/backend/vulkan/ops/rowwise.h"

#include <array>
#include <cassert>

namespace corral::vulkan {

namespace {

constexpr std::uint32_t kInvocations = 64;
std::uint32_t narrow(std::int64_t n) { return static_cast<std::uint32_t>(n); }
std::uint32_t groups(std::int64_t n) { return narrow((n + kInvocations - 1) / kInvocations); }

} // namespace

Result<void> normalize(Commands& commands, bool centred, const Rows& x, const Rows& y, std::int64_t size, VkDeviceAddress weight, VkDeviceAddress bias, float eps)
{
    struct Push {
        VkDeviceAddress x, y, weight, bias;
        std::uint32_t xStride, yStride, size;
        float eps;
    };
    const Push push{x.data, y.data, weight, bias, narrow(x.stride), narrow(y.stride), narrow(size), eps};
    return commands.dispatch("norm", std::array{kInvocations, std::uint32_t(centred)}, push, narrow(x.width / size), narrow(x.count));
}

Result<void> elementwise(Commands& commands, Elementwise what, const Rows& a, const Rows& b, const Rows& y, float factor)
{
    struct Push {
        VkDeviceAddress a, b, y;
        std::uint32_t aStride, bStride, yStride, width;
        float factor;
        std::uint32_t unused = 0;
    };
    const Push push{a.data, b.data, y.data, narrow(a.stride), narrow(b.stride), narrow(y.stride), narrow(y.width), factor};
    return commands.dispatch("elementwise", std::array{kInvocations, std::uint32_t(what)}, push, groups(y.width), narrow(y.count));
}

Result<void> softmax(Commands& commands, const Rows& x)
{
    struct Push {
        VkDeviceAddress x;
        std::uint32_t stride, width;
    };
    return commands.dispatch("softmax", std::array{kInvocations}, Push{x.data, narrow(x.stride), narrow(x.width)}, narrow(x.count));
}

Result<void> topExperts(Commands& commands, const Rows& probabilities, VkDeviceAddress chosen, VkDeviceAddress weights, std::int64_t used, bool normalize)
{
    assert(probabilities.width <= kMostExperts && used <= probabilities.width);
    struct Push {
        VkDeviceAddress probabilities, chosen, weights;
        std::uint32_t stride, experts, used, normalize;
        float smallestSum;
        std::uint32_t unused = 0;
    };
    constexpr float kSmallestSum = 6.103515625e-5f; // keeps Σ weights away from 0 (architectures sheet § 2.6)
    const Push push{probabilities.data, chosen, weights, narrow(probabilities.stride), narrow(probabilities.width), narrow(used), normalize, kSmallestSum};
    return commands.dispatch("top_experts", std::array{kInvocations}, push, narrow(probabilities.count));
}

Result<void> weightedSum(Commands& commands, const Rows& x, const Rows& weights, const Rows& y)
{
    struct Push {
        VkDeviceAddress x, weights, y;
        std::uint32_t xStride, weightStride, yStride, width, used, unused = 0;
    };
    const Push push{x.data, weights.data, y.data, narrow(x.stride), narrow(weights.stride), narrow(y.stride), narrow(y.width), narrow(weights.width)};
    return commands.dispatch("weighted_sum", std::array{kInvocations}, push, groups(y.width), narrow(y.count));
}

Result<void> rotate(Commands& commands, const Rows& x, const Rows& table, std::int64_t headSize, std::int64_t dims, bool neox)
{
    struct Push {
        VkDeviceAddress x, table;
        std::uint32_t xStride, tableStride, heads, headSize, dims, neox;
    };
    const Push push{x.data, table.data, narrow(x.stride), narrow(table.stride), narrow(x.width / headSize), narrow(headSize), narrow(dims), neox};
    return commands.dispatch("rope", std::array{kInvocations}, push, groups(x.width / headSize * dims / 2), narrow(x.count));
}

} // namespace corral::vulkan
