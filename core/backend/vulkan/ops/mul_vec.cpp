#include "core/backend/vulkan/ops/mul_vec.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace corral::vulkan {

namespace {

constexpr std::uint32_t kInvocations = 64;
constexpr std::uint32_t kMostGroups = 32768; // along x: any device takes twice as many
constexpr std::uint32_t kMatrixTile = 64;    // rows and tokens of a workgroup of mul_mat_cm
constexpr std::int64_t kMostSums = 16;       // rows times tokens of a workgroup of mul_vec

std::string shader(const char* what, const quant::Format& format) { return what + std::string(format.name); }
std::uint32_t narrow(std::int64_t n) { return static_cast<std::uint32_t>(n); }
std::uint32_t groups(std::int64_t n, std::int64_t size) { return narrow((n + size - 1) / size); }
std::uint32_t rowBytes(const Matrix& w) { return narrow(static_cast<std::int64_t>(w.format->rowBytes(w.n))); }

// Of mul_vec and mul_mat alike.
struct Push {
    VkDeviceAddress weights, x, y, bias, residual, table, choices;
    std::uint32_t rowBytes, units, rows, tokens, xStride, yStride, residualStride, used, perChoice, experts;
    float scale;
    std::uint32_t unused = 0; // no padding
};

Push pushOf(const Matrix& w, const Rows& x, const Rows& y, const Addends& addends)
{
    assert(canRead(*w.format) && w.n % w.format->blockSize == 0 && w.n % kUnit == 0);
    assert(x.data % 16 == 0 && x.stride % 4 == 0);
    return {w.data, x.data, y.data, addends.bias, addends.residual, w.table, 0, rowBytes(w), narrow(w.n / kUnit), narrow(w.rows), narrow(x.count), narrow(x.stride), narrow(y.stride),
            narrow(addends.residualStride), 1, 0, narrow(w.experts), addends.scale};
}

Result<void> multiplyFew(Commands& commands, const Matrix& w, const Push& push, std::uint32_t rows, std::uint32_t tokens, bool experts)
{
    const std::uint32_t all = groups(w.rows, rows), x = std::min(all, kMostGroups);
    return commands.dispatch(shader("mul_vec_", *w.format), std::array{kInvocations, rows, tokens, std::uint32_t(experts)}, push, x, groups(push.tokens, tokens), groups(all, x));
}

Result<void> multiplyMany(Commands& commands, const ProductTuning& tuning, const Matrix& w, const Push& push, bool experts)
{
    if (tuning.alongMatrices > 0 && push.tokens > kMatrixTile / 4) {
        const std::array constants{tuning.alongMatrices, std::uint32_t(experts), tuning.matrices.m, tuning.matrices.n, tuning.matrices.k};
        return commands.dispatch(shader("mul_mat_cm_", *w.format), constants, push, groups(w.rows, kMatrixTile), groups(push.tokens, kMatrixTile), experts ? push.experts : 1);
    }
    const std::uint32_t tokens = push.tokens <= tuning.tokens * tuning.alongTokens / 2 && tuning.tokens % 2 == 0 ? tuning.tokens / 2 : tuning.tokens;
    const std::array constants{tuning.alongRows * tuning.alongTokens, tuning.rows, tokens, tuning.alongRows, tuning.alongTokens, std::uint32_t(experts)};
    return commands.dispatch(shader("mul_mat_", *w.format), constants, push, groups(w.rows, tuning.rows * tuning.alongRows), groups(push.tokens, tokens * tuning.alongTokens),
                             experts ? push.experts : 1);
}

// Words of a row of n values: codes, a scale for each 32 and a sum for each 16.
std::int64_t roundedWords(std::int64_t n) { return n / 4 + n / 32 + n / 16; }

} // namespace

bool canRead(const quant::Format& format) { return std::ranges::contains(allShaders(), shader("mul_vec_", format), &Shader::name); }

ProductTuning ProductTuning::of(const Limits& limits)
{
    ProductTuning tuning;
    constexpr std::uint32_t kTileBytes = 2 * 64 * 9 * 16; // two tiles of 64 × 9 fours
    if (limits.software || limits.sharedMemory < kTileBytes + 1024 || limits.workgroup < 256) tuning = {.rowsOfFew = 1, .rows = 2, .tokens = 2, .alongRows = 8, .alongTokens = 8};
    if (limits.matrices.m != 0 && 4 * limits.subgroup <= limits.workgroup) {
        tuning.matrices = limits.matrices;
        tuning.alongMatrices = 4 * limits.subgroup;
    }
    tuning.dots = limits.dots && tuning.alongMatrices == 0;
    return tuning;
}

Result<void> multiply(Commands& commands, const ProductTuning& tuning, const Matrix& w, const Rows& x, const Rows& y, const Addends& addends)
{
    assert(x.width == w.n);
    const Push push = pushOf(w, x, y, addends);
    if (addends.rounded != 0 && takesRounded(tuning, *w.format, x.count)) {
        Push rounded = push;
        rounded.x = addends.rounded;
        rounded.xStride = narrow(roundedWords(w.n));
        const std::array constants{tuning.alongRows * tuning.alongTokens, tuning.rows, tuning.tokens, tuning.alongRows, tuning.alongTokens};
        return commands.dispatch(shader("mul_mat_dot_", *w.format), constants, rounded, groups(w.rows, tuning.rows * tuning.alongRows), groups(x.count, tuning.tokens * tuning.alongTokens));
    }
    if (x.count > tuning.few) return multiplyMany(commands, tuning, w, push, false);
    const std::int64_t tokens = std::max<std::int64_t>(1, x.count);
    return multiplyFew(commands, w, push, narrow(std::min<std::int64_t>(tuning.rowsOfFew, kMostSums / tokens)), narrow(tokens), false);
}

bool takesRounded(const ProductTuning& tuning, const quant::Format& format, std::int64_t tokens)
{
    return tuning.dots && tokens > tuning.few && std::ranges::contains(allShaders(), shader("mul_mat_dot_", format), &Shader::name);
}

std::uint64_t roundedBytes(std::int64_t tokens, std::int64_t n) { return static_cast<std::uint64_t>(tokens * roundedWords(n)) * sizeof(std::uint32_t); }

Result<void> roundRows(Commands& commands, const Rows& x, VkDeviceAddress to)
{
    struct RoundPush {
        VkDeviceAddress x, y;
        std::uint32_t xStride, yStride, blocks, unused = 0;
    };
    const RoundPush push{x.data, to, narrow(x.stride), narrow(roundedWords(x.width)), narrow(x.width / 32)};
    return commands.dispatch("quantize", std::array{kInvocations}, push, groups(x.width / 32, kInvocations), narrow(x.count));
}

bool areFew(const ProductTuning& tuning, const Choices& choices, std::int64_t tokens, std::int64_t experts)
{
    return tokens * choices.used <= std::max(tuning.few * choices.used, 2 * experts); // hardly any expert is chosen by several
}

std::uint64_t listBytes(std::int64_t choices, std::int64_t experts) { return static_cast<std::uint64_t>(experts + 1 + choices) * sizeof(std::uint32_t); }

Result<void> groupChoices(Commands& commands, const Choices& choices, std::int64_t tokens, std::int64_t experts)
{
    struct GroupPush {
        VkDeviceAddress chosen, lists;
        std::uint32_t choices, unused = 0;
    };
    return commands.dispatch("group_experts", std::array{kInvocations, narrow(experts)}, GroupPush{choices.chosen, choices.lists, narrow(tokens * choices.used)}, 1);
}

Result<void> multiplyExperts(Commands& commands, const ProductTuning& tuning, const Matrix& w, const Rows& x, const Choices& choices, const Rows& y)
{
    assert(x.width == w.n * (choices.perChoice ? choices.used : 1) && y.width == w.rows * choices.used);
    Push push = pushOf(w, x, y, {});
    push.used = narrow(choices.used);
    push.perChoice = choices.perChoice;
    if (areFew(tuning, choices, x.count, w.experts)) {
        push.choices = choices.chosen;
        push.tokens = narrow(x.count * choices.used);
        return multiplyFew(commands, w, push, tuning.rowsOfFew, 1, true);
    }
    push.choices = choices.lists; // no expert has more choices than there are tokens
    return multiplyMany(commands, tuning, w, push, true);
}

Result<void> getRows(Commands& commands, const Matrix& table, VkDeviceAddress ids, const Rows& y)
{
    assert(canRead(*table.format) && table.n % table.format->blockSize == 0 && table.n % kUnit == 0);
    struct RowsPush {
        VkDeviceAddress rows, ids, y, table;
        std::uint32_t rowBytes, units, yStride, unused = 0;
    };
    const RowsPush push{table.data, ids, y.data, table.table, rowBytes(table), narrow(table.n / kUnit), narrow(y.stride)};
    return commands.dispatch(shader("get_rows_", *table.format), std::array{kInvocations}, push, narrow(y.count));
}

} // namespace corral::vulkan
