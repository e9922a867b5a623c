#include "core/backend/vulkan/ops/mul_vec.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace corral::vulkan {

namespace {

constexpr std::uint32_t kUnit = 8; // values (formats/unit.glsl)

std::string shaderFor(const quant::Format& format) { return "mul_vec_" + std::string(format.name); }

struct Push {
    VkDeviceAddress weights, x, y;
    std::uint32_t rowBytes, units;
};

} // namespace

bool canMulVec(const quant::Format& format) { return std::ranges::contains(allShaders(), shaderFor(format), &Shader::name); }

Result<void> record(Commands& commands, Pipelines& pipelines, const MulVec& op)
{
    assert(canMulVec(*op.format) && op.n % static_cast<std::uint32_t>(op.format->blockSize) == 0 && op.n % kUnit == 0);
    const auto pipeline = pipelines.get(shaderFor(*op.format), std::array{64u});
    if (!pipeline) return std::unexpected(pipeline.error());
    commands.dispatch(*pipeline, Push{op.weights, op.x, op.y, static_cast<std::uint32_t>(op.format->rowBytes(op.n)), op.n / kUnit}, op.rows);
    return {};
}

} // namespace corral::vulkan
