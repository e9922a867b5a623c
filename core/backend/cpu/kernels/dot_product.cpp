#include "core/backend/cpu/kernels/dot_product.h"

#include "core/backend/cpu/kernels/scratch.h"

#include <algorithm>

namespace corral::cpu {

namespace {

using quant::ActivationKind;
using quant::ActivationRow;

constexpr ActivationKind kKinds[2] = {ActivationKind::Q8x32, ActivationKind::Q8x256};
constexpr std::int64_t kGroup[2] = {32, 256}; // n is a multiple of this where the kind is used

// Weight rows that several tokens read one after the other stay in the first-level cache.
constexpr std::size_t kRowBlockBytes = 16 * 1024;
// Less than this many weight bytes are not worth waking other threads (a join costs about 1 µs, 30 KiB of streaming).
constexpr std::size_t kAloneBytes = 32 * 1024;
// Pieces a thread gets in a product: few enough that rows stream in order, enough that a thread held up elsewhere is waited for briefly.
constexpr std::int64_t kPieces = 4;
// Input rows rounded by one thread at a time; pieces of tiles, of eight times 256 values.
constexpr std::int64_t kRoundRows = 4, kPackPieces = 4;
// Rows are handed out in whole blocks of these.
constexpr std::int64_t kUnitRows = quant::kBatchRows;

std::int64_t unitsOf(const MatmulTask& task) { return (task.w.rows + kUnitRows - 1) / kUnitRows; }

// A group's tokens from `first` on: batches of kMostInBatch and a rest.
quant::Batch batchAt(std::int64_t first, std::int64_t count) { return quant::Batch(static_cast<int>(std::min(kMostInBatch, count - first))); }

} // namespace

std::int64_t fewTokens(std::span<const MatmulTask> tasks)
{
    if (std::ranges::none_of(tasks, [](const MatmulTask& task) { return task.w.format->quantized; })) return kFewTokensOfFloats;
    const bool batch = std::ranges::all_of(tasks, [](const MatmulTask& task) { return task.w.format->dotBatchFor(simdLevel()) != nullptr; });
    return areRounded(tasks) && batch ? kFewTokensInBatch : kFewTokens;
}

std::size_t RoundedInput::bytes(std::int64_t n, std::int64_t rows, std::int64_t tiles)
{
    std::size_t bytes = 0;
    for (int k = 0; k < 2; ++k) {
        if (n % kGroup[k] != 0) continue;
        bytes += scratchRound(static_cast<std::size_t>(rows) * sizeof(ActivationRow));
        bytes += static_cast<std::size_t>(rows) * scratchRound(quant::activationBytes(kKinds[k], n));
        bytes += static_cast<std::size_t>(tiles * quant::batchPieces(n)) * sizeof(quant::BatchPiece);
    }
    return bytes;
}

RoundedInput::RoundedInput(std::span<const MatmulTask> tasks, std::span<TokenGroup> groups, const TokenInput& x, std::int64_t rows, ThreadPool& pool,
                           std::byte* scratch)
    : m_x(x)
{
    if (tasks.empty() || rows == 0) return;
    const std::int64_t n = tasks.front().w.n;
    std::int64_t tiles = 0;
    bool single = false;
    for (const TokenGroup& group : groups) {
        tiles += tilesOf(group.count, group.leastInBatch);
        single = single || group.count < group.leastInBatch;
    }
    ScratchCutter cutter({scratch, bytes(n, rows, tiles)});
    m_pieces = quant::batchPieces(n);
    std::byte* firstTile = nullptr;
    for (int k = 0; k < 2; ++k) {
        bool batched = false, oneByOne = false;
        for (const MatmulTask& task : tasks) {
            if (task.w.format->activation != kKinds[k]) continue;
            const bool canBatch = task.w.format->dotBatchFor(simdLevel());
            batched = batched || (canBatch && tiles > 0);
            oneByOne = oneByOne || !canBatch || single;
        }
        if (oneByOne) {
            m_rows[k] = cutter.take<ActivationRow>(static_cast<std::size_t>(rows));
            const std::size_t rowBytes = scratchRound(quant::activationBytes(kKinds[k], n));
            std::byte* buffers = cutter.take<std::byte>(static_cast<std::size_t>(rows) * rowBytes);
            pool.parallelFor(rows, kRoundRows, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t r = begin; r < end; ++r)
                    m_rows[k][r] = quant::quantizeActivations(kKinds[k], x.x + r * x.stride, n, buffers + static_cast<std::size_t>(r) * rowBytes);
            });
        }
        if (batched) {
            auto* begin = cutter.take<std::byte>(static_cast<std::size_t>(tiles * m_pieces) * sizeof(quant::BatchPiece));
            if (!firstTile) {
                firstTile = begin;
                for (TokenGroup& group : groups) {
                    group.tiles = begin;
                    begin += static_cast<std::size_t>(tilesOf(group.count, group.leastInBatch) * m_pieces) * sizeof(quant::BatchPiece);
                }
            } else {
                m_kindBytes[k] = static_cast<std::size_t>(begin - firstTile);
            }
            packTiles(groups, n, tiles, k, pool);
        }
    }
}

void RoundedInput::packTiles(std::span<const TokenGroup> groups, std::int64_t n, std::int64_t tiles, int kind, ThreadPool& pool)
{
    pool.parallelFor(tiles * m_pieces, kPackPieces, [&](std::int64_t begin, std::int64_t end) {
        std::int64_t before = 0; // pieces of the groups passed
        for (const TokenGroup& group : groups) {
            if (group.count < group.leastInBatch) continue;
            for (std::int64_t first = 0; first < group.count; first += kMostInBatch) {
                const quant::Batch batch = batchAt(first, group.count);
                for (int t = 0; t < batch.tileCount(); ++t, before += m_pieces) {
                    const std::int64_t from = std::max<std::int64_t>(begin - before, 0), to = std::min(end - before, m_pieces);
                    if (from >= to) continue;
                    const float* rows[quant::kBatchVectors];
                    for (int v = 0; v < batch.inTile(t); ++v) {
                        const std::int64_t token = first + batch.firstOfTile(t) + v;
                        rows[v] = m_x.row(group.rows ? group.rows[token] : token);
                    }
                    const quant::Batch packed = this->batch(kKinds[kind], group, first, batch.vectors);
                    quant::packBatch(kKinds[kind], rows, batch.inTile(t), n, from, to, const_cast<quant::BatchPiece*>(packed.tiles[t]));
                }
            }
            if (before >= end) return;
        }
    });
}

ActivationRow RoundedInput::row(ActivationKind kind, std::int64_t token) const
{
    switch (kind) {
    case ActivationKind::F32: break;
    case ActivationKind::Q8x32: return m_rows[0][token / m_x.divisor];
    case ActivationKind::Q8x256: return m_rows[1][token / m_x.divisor];
    }
    return ActivationRow{.f32 = m_x.row(token)};
}

quant::Batch RoundedInput::batch(ActivationKind kind, const TokenGroup& group, std::int64_t first, std::int64_t count) const
{
    quant::Batch batch = batchAt(0, count);
    const auto* tiles = reinterpret_cast<const quant::BatchPiece*>(group.tiles + m_kindBytes[kind == ActivationKind::Q8x32 ? 0 : 1]);
    for (int t = 0; t < batch.tileCount(); ++t) batch.tiles[t] = tiles + (first / quant::kBatchVectors + t) * m_pieces;
    return batch;
}

namespace {

// Rows [row, rowEnd) of a task for one group.
void multiplyRows(const MatmulTask& task, const TokenGroup& group, const RoundedInput& input, std::int64_t row, std::int64_t rowEnd)
{
    const WeightMatrix& w = task.w;
    const std::size_t rowBytes = w.rowBytes();
    const std::byte* matrix = w.data + static_cast<std::size_t>(group.expert) * static_cast<std::size_t>(w.rows) * rowBytes;
    const auto tokenAt = [&](std::int64_t t) { return group.rows ? group.rows[t] : t; };

    if (const quant::DotBatchFn dotBatch = w.format->dotBatchFor(simdLevel()); dotBatch && group.count >= group.leastInBatch) {
        for (std::int64_t first = 0; first < group.count; first += kMostInBatch) {
            const std::int64_t count = std::min(kMostInBatch, group.count - first);
            float* y[kMostInBatch];
            for (std::int64_t t = 0; t < count; ++t) y[t] = task.y + tokenAt(first + t) * task.yStride + row;
            dotBatch(matrix + static_cast<std::size_t>(row) * rowBytes, rowBytes, rowEnd - row, w.n, input.batch(w.format->activation, group, first, count), y);
        }
        return;
    }

    const quant::DotRowsFn dotRows = w.format->dotRowsFor(simdLevel());
    const std::int64_t block = group.count == 1 ? rowEnd - row : std::max<std::int64_t>(1, static_cast<std::int64_t>(kRowBlockBytes / rowBytes));
    for (; row < rowEnd; row += block) {
        const std::int64_t count = std::min(block, rowEnd - row);
        for (std::int64_t t = 0; t < group.count; ++t)
            dotRows(matrix + static_cast<std::size_t>(row) * rowBytes, rowBytes, count, w.n, input.row(w.format->activation, tokenAt(t)),
                    task.y + tokenAt(t) * task.yStride + row);
    }
}

} // namespace

void multiplyDots(std::span<const MatmulTask> tasks, std::span<const TokenGroup> groups, const RoundedInput& input, ThreadPool& pool)
{
    std::int64_t unitsPerGroup = 0;
    std::size_t bytes = 0;
    for (const MatmulTask& task : tasks) {
        unitsPerGroup += unitsOf(task);
        bytes += static_cast<std::size_t>(task.w.rows) * task.w.rowBytes() * groups.size();
    }
    const std::int64_t total = unitsPerGroup * static_cast<std::int64_t>(groups.size());

    // Units [begin, end) of the concatenation groups × tasks × blocks of rows.
    auto work = [&](std::int64_t begin, std::int64_t end) {
        std::int64_t offset = begin % unitsPerGroup;
        for (auto group = groups.begin() + begin / unitsPerGroup; begin < end; ++group, offset = 0) {
            std::int64_t taskBegin = 0;
            for (const MatmulTask& task : tasks) {
                const std::int64_t units = unitsOf(task);
                const std::int64_t unit = std::max<std::int64_t>(offset - taskBegin, 0), unitEnd = std::min(units, unit + end - begin);
                taskBegin += units;
                if (unit >= unitEnd) continue;
                begin += unitEnd - unit;
                multiplyRows(task, *group, input, unit * kUnitRows, std::min(unitEnd * kUnitRows, task.w.rows));
            }
        }
    };
    const std::int64_t pieces = bytes < kAloneBytes ? 1 : kPieces * pool.size();
    pool.parallelFor(total, std::max<std::int64_t>(1, (total + pieces - 1) / pieces), work);
}

} // namespace corral::cpu
