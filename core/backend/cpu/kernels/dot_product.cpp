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
// Input rows rounded by one thread at a time.
constexpr std::int64_t kRoundRows = 4;

} // namespace

std::int64_t fewTokens(std::span<const MatmulTask> tasks)
{
    return std::ranges::any_of(tasks, [](const MatmulTask& task) { return task.w.format->quantized; }) ? kFewTokens : kFewTokensOfFloats;
}

std::size_t RoundedInput::bytes(std::int64_t n, std::int64_t rows)
{
    std::size_t bytes = 0;
    for (int k = 0; k < 2; ++k) {
        if (n % kGroup[k] != 0) continue;
        bytes += scratchRound(static_cast<std::size_t>(rows) * sizeof(ActivationRow));
        bytes += static_cast<std::size_t>(rows) * scratchRound(quant::activationBytes(kKinds[k], n));
    }
    return bytes;
}

RoundedInput::RoundedInput(std::span<const MatmulTask> tasks, const float* x, std::int64_t xStride, std::int64_t rows, ThreadPool& pool, std::byte* scratch)
    : m_x(x), m_stride(xStride)
{
    if (tasks.empty() || rows == 0) return;
    const std::int64_t n = tasks.front().w.n;
    ScratchCutter cutter({scratch, bytes(n, rows)});
    for (int k = 0; k < 2; ++k) {
        if (std::ranges::none_of(tasks, [&](const MatmulTask& task) { return task.w.format->activation == kKinds[k]; })) continue;
        m_rows[k] = cutter.take<ActivationRow>(static_cast<std::size_t>(rows));
        const std::size_t rowBytes = scratchRound(quant::activationBytes(kKinds[k], n));
        std::byte* buffers = cutter.take<std::byte>(static_cast<std::size_t>(rows) * rowBytes);
        pool.parallelFor(rows, kRoundRows, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t r = begin; r < end; ++r)
                m_rows[k][r] = quant::quantizeActivations(kKinds[k], x + r * xStride, n, buffers + static_cast<std::size_t>(r) * rowBytes);
        });
    }
}

ActivationRow RoundedInput::row(ActivationKind kind, std::int64_t r) const
{
    switch (kind) {
    case ActivationKind::F32: break;
    case ActivationKind::Q8x32: return m_rows[0][r];
    case ActivationKind::Q8x256: return m_rows[1][r];
    }
    return ActivationRow{.f32 = m_x + r * m_stride};
}

void multiplyDots(std::span<const MatmulTask> tasks, std::span<const TokenGroup> groups, const RoundedInput& input, std::int64_t divisor, ThreadPool& pool)
{
    std::int64_t rowsPerGroup = 0;
    std::size_t bytes = 0;
    for (const MatmulTask& task : tasks) {
        rowsPerGroup += task.w.rows;
        bytes += static_cast<std::size_t>(task.w.rows) * task.w.rowBytes() * groups.size();
    }
    const std::int64_t total = rowsPerGroup * static_cast<std::int64_t>(groups.size());

    // Rows [begin, end) of the concatenation groups × tasks × rows.
    auto work = [&](std::int64_t begin, std::int64_t end) {
        std::int64_t offset = begin % rowsPerGroup;
        for (auto group = groups.begin() + begin / rowsPerGroup; begin < end; ++group, offset = 0) {
            std::int64_t taskBegin = 0;
            for (const MatmulTask& task : tasks) {
                std::int64_t row = std::max<std::int64_t>(offset - taskBegin, 0);
                const std::int64_t rowEnd = std::min(task.w.rows, row + end - begin);
                taskBegin += task.w.rows;
                if (row >= rowEnd) continue;
                begin += rowEnd - row;

                const std::size_t rowBytes = task.w.rowBytes();
                const std::byte* matrix = task.w.data + static_cast<std::size_t>(group->expert) * static_cast<std::size_t>(task.w.rows) * rowBytes;
                const quant::DotRowsFn dotRows = task.w.format->dotRowsFor(simdLevel());
                const std::int64_t block =
                    group->count == 1 ? rowEnd - row : std::max<std::int64_t>(1, static_cast<std::int64_t>(kRowBlockBytes / rowBytes));
                for (; row < rowEnd; row += block) {
                    const std::int64_t count = std::min(block, rowEnd - row);
                    for (std::int64_t t = 0; t < group->count; ++t) {
                        const std::int64_t token = group->rows ? group->rows[t] : t;
                        dotRows(matrix + static_cast<std::size_t>(row) * rowBytes, rowBytes, count, task.w.n,
                                input.row(task.w.format->activation, token / divisor), task.y + token * task.yStride + row);
                    }
                }
            }
        }
    };
    const std::int64_t pieces = bytes < kAloneBytes ? 1 : kPieces * pool.size();
    pool.parallelFor(total, std::max<std::int64_t>(1, (total + pieces - 1) / pieces), work);
}

} // namespace corral::cpu
