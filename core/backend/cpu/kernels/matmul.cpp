#include "core/backend/cpu/kernels/matmul.h"

#include "core/backend/cpu/kernels/dot_product.h"
#include "core/backend/cpu/kernels/panel_product.h"
#include "core/backend/cpu/kernels/scratch.h"

#include <algorithm>
#include <cassert>

namespace corral::cpu {

namespace {

// Packed tokens that matmulExperts() holds at a time: more are worked off in turns, so that scratch stays bounded.
constexpr std::int64_t kExpertTokens = 1024;
// The same for the tiles of groups of few tokens.
constexpr std::int64_t kExpertTiles = 64;
// Tiles that `choices` choices may take at a time.
std::int64_t expertTiles(std::int64_t choices) { return std::min(choices, std::max(kExpertTiles, RoundedInput::tilesOf(choices, 1))); }

std::int64_t leastInBatch(Way way) { return way == Way::AsFew ? 1 : 2; }

// Whether so many tokens go by dot products.
bool goByDots(std::span<const MatmulTask> tasks, std::int64_t tokens, Way way)
{
    if (way == Way::AsMany) return false;
    return tokens <= (way == Way::AsFew ? kFewTokensInBatch : fewTokens(tasks));
}

// The products of one input have one length; different formats may need different panel kernels, each with its own packing.
void multiplyAllPanels(std::span<const MatmulTask> tasks, std::span<const TokenGroup> groups, const TokenInput& input, ThreadPool& pool, std::byte* threads)
{
    const bool rounded = areRounded(tasks);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const PanelKernel& kernel = panelKernelFor(tasks[i].w, rounded);
        const bool done = std::ranges::any_of(tasks.first(i), [&](const MatmulTask& task) { return &panelKernelFor(task.w, rounded) == &kernel; });
        if (!done) multiplyPanels(kernel, tasks, groups, input, pool, threads);
    }
}

} // namespace

std::size_t matmulScratchBytes(std::int64_t n, std::int64_t tokens, int threads)
{
    const std::size_t few = RoundedInput::bytes(n, std::min(tokens, kFewTokensInBatch), RoundedInput::tilesOf(std::min(tokens, kFewTokensInBatch), 1));
    return std::max(few, panelTileBytes(n, tokens) + static_cast<std::size_t>(threads) * panelThreadBytes(n));
}

void matmul(std::span<const MatmulTask> tasks, const float* x, std::int64_t xStride, std::int64_t tokens, ThreadPool& pool, std::span<std::byte> scratch, Way way)
{
    if (tasks.empty() || tokens == 0) return;
    const std::int64_t n = tasks.front().w.n;
    assert(std::ranges::all_of(tasks, [&](const MatmulTask& task) { return task.w.n == n && task.yStride >= task.w.rows; }));
    ScratchCutter cutter(scratch);
    if (goByDots(tasks, tokens, way)) {
        TokenGroup group{.count = tokens, .leastInBatch = leastInBatch(way)};
        const RoundedInput input(tasks, {&group, 1}, {.x = x, .stride = xStride}, tokens, pool,
                                 cutter.take<std::byte>(RoundedInput::bytes(n, tokens, RoundedInput::tilesOf(tokens, 1))));
        multiplyDots(tasks, {&group, 1}, input, pool);
        return;
    }
    const TokenGroup group{.count = tokens, .tiles = cutter.take<std::byte>(panelTileBytes(n, tokens))};
    std::byte* threads = cutter.take<std::byte>(static_cast<std::size_t>(pool.size()) * panelThreadBytes(n));
    multiplyAllPanels(tasks, {&group, 1}, {.x = x, .stride = xStride}, pool, threads);
}

std::size_t matmulExpertsScratchBytes(std::int64_t n, std::int64_t tokens, std::int64_t used, std::int64_t experts, std::int64_t /*rows*/, int threads)
{
    const auto choices = static_cast<std::size_t>(tokens * used);
    const auto groups = static_cast<std::size_t>(experts);
    std::size_t bytes = scratchRound((groups + 1) * sizeof(std::int32_t)) + scratchRound(choices * sizeof(std::int32_t))
                        + scratchRound(groups * sizeof(TokenGroup)) + RoundedInput::bytes(n, tokens * used, expertTiles(tokens * used));
    if (tokens > kFewTokensOfFloats)
        bytes += panelTileBytes(n, kExpertTokens) + static_cast<std::size_t>(threads) * panelThreadBytes(n);
    return bytes;
}

void matmulExperts(std::span<const MatmulTask> tasks, std::int64_t experts, const std::int32_t* chosen, std::int64_t used, const float* x, bool xPerChoice,
                   std::int64_t tokens, ThreadPool& pool, std::span<std::byte> scratch, Way way)
{
    if (tasks.empty() || tokens * used == 0) return;
    const std::int64_t n = tasks.front().w.n;
    const std::int64_t choices = tokens * used;
    const std::int64_t divisor = xPerChoice ? 1 : used; // token rows are token * used + choice
    ScratchCutter cutter(scratch);

    // Counting sort of the choices by expert: those of expert e are order[starts[e] … starts[e + 1]).
    auto* starts = cutter.take<std::int32_t>(static_cast<std::size_t>(experts + 1));
    auto* order = cutter.take<std::int32_t>(static_cast<std::size_t>(choices));
    std::fill_n(starts, experts + 1, 0);
    for (std::int64_t i = 0; i < choices; ++i) {
        assert(chosen[i] >= 0 && chosen[i] < experts);
        ++starts[chosen[i] + 1];
    }
    for (std::int64_t e = 0; e < experts; ++e) starts[e + 1] += starts[e];
    for (std::int64_t i = 0; i < choices; ++i) order[starts[chosen[i]]++] = static_cast<std::int32_t>(i);
    for (std::int64_t e = experts; e > 0; --e) starts[e] = starts[e - 1];
    starts[0] = 0;
    auto groupOf = [&](std::int64_t e) {
        return TokenGroup{.expert = e, .count = starts[e + 1] - starts[e], .rows = order + starts[e], .leastInBatch = leastInBatch(way)};
    };

    const bool onlyDots = tokens <= (way == Way::AsFew ? kFewTokensInBatch : fewTokens(tasks));
    const std::int64_t few = onlyDots ? choices : fewTokens(tasks);
    auto* groups = cutter.take<TokenGroup>(static_cast<std::size_t>(experts));
    std::size_t groupCount = 0;
    const std::int64_t inputs = xPerChoice ? choices : tokens;
    std::byte* rounded = cutter.take<std::byte>(RoundedInput::bytes(n, inputs, expertTiles(choices)));
    const TokenInput input{.x = x, .stride = n, .divisor = divisor};
    std::int64_t tiles = 0; // of the collected groups
    auto flushDots = [&] {
        if (groupCount > 0) multiplyDots(tasks, {groups, groupCount}, RoundedInput(tasks, {groups, groupCount}, input, inputs, pool, rounded), pool);
        groupCount = 0;
        tiles = 0;
    };
    for (const bool single : {true, false}) // tokens alone with an expert go in the first turn, so that rows are rounded once
        for (std::int64_t e = 0; e < experts; ++e) {
            const TokenGroup group = groupOf(e);
            if (group.count == 0 || group.count > few || (group.count == 1) != single) continue;
            if (tiles + RoundedInput::tilesOf(group.count, group.leastInBatch) > expertTiles(choices)) flushDots();
            groups[groupCount++] = group;
            tiles += RoundedInput::tilesOf(group.count, group.leastInBatch);
        }
    flushDots();
    if (onlyDots) return;

    std::byte* panelTiles = cutter.take<std::byte>(panelTileBytes(n, kExpertTokens));
    std::byte* threads = cutter.take<std::byte>(static_cast<std::size_t>(pool.size()) * panelThreadBytes(n));
    std::int64_t packed = 0; // tokens of the collected groups, each group rounded up to whole tiles
    groupCount = 0;
    auto flush = [&] {
        multiplyAllPanels(tasks, {groups, groupCount}, input, pool, threads);
        groupCount = 0;
        packed = 0;
    };
    for (std::int64_t e = 0; e < experts; ++e) {
        TokenGroup rest = groupOf(e);
        if (rest.count <= few) continue;
        while (rest.count > 0) {
            const std::int64_t room = (kExpertTokens - packed) / kMaxTile * kMaxTile;
            if (room == 0) {
                flush();
                continue;
            }
            TokenGroup piece = rest;
            piece.count = std::min(rest.count, room);
            piece.tiles = panelTiles + panelTileBytes(n, packed);
            groups[groupCount++] = piece;
            packed += (piece.count + kMaxTile - 1) / kMaxTile * kMaxTile;
            rest.rows += piece.count;
            rest.count -= piece.count;
        }
    }
    if (groupCount > 0) flush();
}

} // namespace corral::cpu
