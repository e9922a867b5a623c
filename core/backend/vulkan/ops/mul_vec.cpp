#include "core/backend/vulkan/ops/mul_vec.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace corral::vulkan {

namespace {

constexpr std::uint32_t kInvocations = 64;

std::string shader(const char* what, const quant::Format& format) { return what + std::string(format.name); }
std::uint32_t narrow(std::int64_t n) { return static_cast<std::uint32_t>(n); }

} // namespace

bool canRead(const quant::Format& format) { return std::ranges::contains(allShaders(), shader("mul_vec_", format), &Shader::name); }

Result<void> multiply(Commands& commands, const Matrix& w, const Rows& x, const Rows& y, VkDeviceAddress bias, float scale)
{
    assert(canRead(*w.format) && w.n % w.format->blockSize == 0 && w.n % kUnit == 0 && x.width == w.n);
    assert(x.data % 16 == 0 && x.stride % 4 == 0);
    struct Push {
        VkDeviceAddress weights, x, y, bias;
        std::uint32_t rowBytes, units, xStride, yStride;
        float scale;
        std::uint32_t unused = 0; // no padding
    };
    const Push push{w.data, x.data, y.data, bias, narrow(static_cast<std::int64_t>(w.format->rowBytes(w.n))), narrow(w.n / kUnit), narrow(x.stride), narrow(y.stride), scale};
    return commands.dispatch(shader("mul_vec_", *w.format), std::array{kInvocations}, push, narrow(w.rows), narrow(x.count));
}

Result<void> getRows(Commands& commands, const Matrix& table, VkDeviceAddress ids, const Rows& y)
{
    assert(canRead(*table.format) && table.n % table.format->blockSize == 0 && table.n % kUnit == 0);
    struct Push {
        VkDeviceAddress table, ids, y;
        std::uint32_t rowBytes, units, yStride, unused = 0;
    };
    const Push push{table.data, ids, y.data, narrow(static_cast<std::int64_t>(table.format->rowBytes(table.n))), narrow(table.n / kUnit), narrow(y.stride)};
    return commands.dispatch(shader("get_rows_", *table.format), std::array{kInvocations}, push, narrow(y.count));
}

} // namespace corral::vulkan
