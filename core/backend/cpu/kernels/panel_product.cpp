#include "core/backend/cpu/kernels/panel_product.h"

#include "core/backend/cpu/kernels/scratch.h"
#include "core/base/byte_dots.h"
#include "core/quant/code_rows.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

namespace corral::cpu {

namespace {

// Weights are decoded in pieces of 16 rows × 256 values (16 KiB: first-level cache); 256 is a multiple of every block size.
constexpr std::int64_t kDecode = 256;
// Room between decoded rows, so that their equal columns fall into different cache sets.
constexpr std::int64_t kDecodeStride = kDecode + 16;
static_assert(kDecode == PanelCodes::kMost);
constexpr std::size_t kDecodeBytes = std::max(kPanelGroup * kDecodeStride * sizeof(float), sizeof(PanelCodes));

#if defined(__x86_64__)
constexpr const PanelKernel* kKernels[] = {&kPanelF32Plain,        &kPanelF32Avx2,         &kPanelCodes4Avx2,          &kPanelCodes5Avx2,
                                           &kPanelCodes6Avx2,      &kPanelTable6Avx2,      &kPanelCodes7Avx2,          &kPanelCodes8AvxVnni,
                                           &kPanelInt8By256Avx512Vnni, &kPanelInt8By32Avx512Vnni, &kPanelF32Avx512,    &kPanelBf16Avx512,          &kPanelInt8By256Avx512,
                                           &kPanelInt8By32Avx512};
#elif defined(__aarch64__)
constexpr const PanelKernel* kKernels[] = {&kPanelF32Plain, &kPanelF32Neon, &kPanelInt8Neon, &kPanelInt8I8mm};
#else
constexpr const PanelKernel* kKernels[] = {&kPanelF32Plain};
#endif

// The codes from which a kernel makes panels of a format; nullptr: it takes decoded values.
const quant::CodeRows* codeRows([[maybe_unused]] const PanelKernel& kernel, [[maybe_unused]] const quant::Format& format)
{
#if defined(__x86_64__)
    const quant::CodeRows* coded = kernel.packCodes ? quant::codeRowsAvx2(format) : nullptr;
    return coded && (coded->exact || !kernel.packGroup) ? coded : nullptr;
#else
    return nullptr;
#endif
}

// Panel of rows [row, row + 32) and values [k0, k0 + k): rows and values beyond the matrix are zero. buffer: kDecodeBytes.
void packPanel(const PanelKernel& kernel, const WeightMatrix& w, const std::byte* matrix, std::int64_t row, std::int64_t k0, std::int64_t k, std::byte* panel,
               std::byte* buffer)
{
    const std::int64_t kPadded = kernel.padded(k);
    const std::size_t rowBytes = w.rowBytes();
    const quant::DecodeFn decode = w.format->decodeFor(simdLevel());
    const quant::CodeRows* coded = codeRows(kernel, *w.format);
    for (int g = 0; g < kPanelRows / kPanelGroup; ++g) {
        const std::int64_t first = row + g * kPanelGroup;
        const std::int64_t rows = std::clamp<std::int64_t>(w.rows - first, 0, kPanelGroup);
        std::byte* group = panel + g * kernel.groupBytes(kPadded);
        for (std::int64_t i = 0; i < k; i += kDecode) {
            const std::int64_t values = std::min(kDecode, k - i);
            const std::byte* source = matrix + static_cast<std::size_t>(first) * rowBytes + w.format->rowBytes(k0 + i);
            if (coded) {
                auto* codes = reinterpret_cast<PanelCodes*>(buffer);
                for (std::int64_t r = 0; r < rows; ++r)
                    coded->unpack(source + static_cast<std::size_t>(r) * rowBytes, codes->codes[r], codes->scales[r], codes->offsets[r], values);
                if (!coded->affine) std::memset(codes->offsets, 0, sizeof codes->offsets);
                for (std::int64_t r = rows; r < kPanelGroup; ++r) {
                    std::fill_n(codes->codes[r], values, std::uint8_t(0));
                    std::ranges::fill(codes->scales[r], 0.0f);
                    std::ranges::fill(codes->offsets[r], 0.0f);
                }
                kernel.packCodes(*codes, *coded, values, group + kernel.groupBytes(i));
                continue;
            }
            auto* decoded = reinterpret_cast<float*>(buffer);
            const std::int64_t padded = kernel.padded(values);
            for (std::int64_t r = 0; r < rows; ++r) {
                float* out = decoded + r * kDecodeStride;
                decode(source + static_cast<std::size_t>(r) * rowBytes, out, values);
                std::fill(out + values, out + padded, 0.0f);
            }
            for (std::int64_t r = rows; r < kPanelGroup; ++r) std::fill_n(decoded + r * kDecodeStride, padded, 0.0f);
            kernel.packGroup(decoded, kDecodeStride, padded, group + kernel.groupBytes(i));
        }
    }
}

// Walks the weight bytes of one panel, a few cache lines at a time.
class Prefetcher {
public:
    Prefetcher(const WeightMatrix& w, const std::byte* matrix, std::int64_t row, std::int64_t calls)
        : m_at(matrix + static_cast<std::size_t>(row) * w.rowBytes()),
          m_end(m_at + static_cast<std::size_t>(std::min<std::int64_t>(kPanelRows, w.rows - row)) * w.rowBytes()),
          m_step((m_end - m_at + 64 * calls - 1) / (64 * calls))
    {
    }
    Prefetcher() = default;

    void next()
    {
        for (std::ptrdiff_t i = 0; i < m_step && m_at < m_end; ++i, m_at += 64) __builtin_prefetch(m_at, 0, 2);
    }

private:
    const std::byte* m_at = nullptr;
    const std::byte* m_end = nullptr;
    std::ptrdiff_t m_step = 0;
};

// One panel of one task for one group: the unit of work.
struct Unit {
    const MatmulTask* task = nullptr;
    const TokenGroup* group = nullptr;
    std::int64_t row = 0;

    const std::byte* matrix() const
    {
        return task->w.data + static_cast<std::size_t>(group->expert) * static_cast<std::size_t>(task->w.rows) * task->w.rowBytes();
    }
};

struct UnitList {
    const PanelKernel& kernel;
    std::span<const MatmulTask> tasks;
    std::span<const TokenGroup> groups;
    bool rounded = false;
    std::int64_t perGroup = 0;

    UnitList(const PanelKernel& k, std::span<const MatmulTask> t, std::span<const TokenGroup> g) : kernel(k), tasks(t), groups(g), rounded(areRounded(t))
    {
        for (const MatmulTask& task : tasks) perGroup += panels(task);
    }
    std::int64_t panels(const MatmulTask& task) const
    {
        return &panelKernelFor(task.w, rounded) == &kernel ? (task.w.rows + kPanelRows - 1) / kPanelRows : 0;
    }
    std::int64_t size() const { return perGroup * static_cast<std::int64_t>(groups.size()); }
    Unit at(std::int64_t index) const
    {
        Unit unit;
        unit.group = &groups[static_cast<std::size_t>(index / perGroup)];
        std::int64_t panel = index % perGroup;
        for (const MatmulTask& task : tasks) {
            if (panel < panels(task)) {
                unit.task = &task;
                unit.row = panel * kPanelRows;
                break;
            }
            panel -= panels(task);
        }
        return unit;
    }
};

} // namespace

#if defined(__x86_64__)
// Weights of about 5 bits and less lose nothing that counts when a stretch of 256 gets one scale in 8 bits (0.6 % beside the 7 % they have lost already);
// wider ones keep a scale for 32.
static const PanelKernel& int8Kernel(const quant::Format& format, const PanelKernel& by256, const PanelKernel& by32)
{
    return format.blockBytes * 8 <= format.blockSize * 6 ? by256 : by32;
}

// At level Avx2. Without dot products of bytes: the codes themselves where they are small enough to be multiplied as they are, else weights rounded to 7 bits.
static const PanelKernel& quantizedKernelAvx2(const quant::Format& format)
{
    switch (byteDots()) {
    case ByteDots::Avx512Vnni: return int8Kernel(format, kPanelInt8By256Avx512Vnni, kPanelInt8By32Avx512Vnni);
    case ByteDots::AvxVnni: return kPanelCodes8AvxVnni;
    case ByteDots::I8mm:
    case ByteDots::None: break;
    }
    const quant::CodeRows* rows = quant::codeRowsAvx2(format);
    switch (rows ? rows->bits : 0) {
    case 4: return kPanelCodes4Avx2;
    case 5: return kPanelCodes5Avx2;
    case 6: return rows->group == 16 ? kPanelCodes6Avx2 : kPanelTable6Avx2;
    default: return kPanelCodes7Avx2;
    }
}
#endif

bool areRounded(std::span<const MatmulTask> tasks)
{
    return std::ranges::any_of(tasks, [](const MatmulTask& task) { return task.w.rows * task.w.n > kWorthRounding; });
}

const PanelKernel& panelKernelFor([[maybe_unused]] const WeightMatrix& w, [[maybe_unused]] bool rounded)
{
#if defined(__x86_64__)
    switch (simdLevel()) {
    case SimdLevel::Avx512:
        if (w.format->id == quant::kF32 || !rounded) return kPanelF32Avx512;
        return w.format->quantized ? int8Kernel(*w.format, kPanelInt8By256Avx512, kPanelInt8By32Avx512) : kPanelBf16Avx512;
    case SimdLevel::Avx2: return w.format->quantized && rounded ? quantizedKernelAvx2(*w.format) : kPanelF32Avx2;
    case SimdLevel::Neon:
    case SimdLevel::Plain: break;
    }
#elif defined(__aarch64__)
    if (simdLevel() == SimdLevel::Neon) {
        if (!w.format->quantized || !rounded) return kPanelF32Neon;
        return byteDots() == ByteDots::I8mm ? kPanelInt8I8mm : kPanelInt8Neon;
    }
#endif
    return kPanelF32Plain;
}

std::size_t panelTileBytes(std::int64_t n, std::int64_t tokens)
{
    const std::int64_t padded = (tokens + kMaxTile - 1) / kMaxTile * kMaxTile;
    std::int64_t bytes = 0;
    for (const PanelKernel* kernel : kKernels) bytes = std::max(bytes, padded / kernel->tile * kernel->tileBytes(kernel->padded(n)));
    return static_cast<std::size_t>(bytes);
}

namespace {

std::int64_t panelBytes(const PanelKernel& kernel, std::int64_t n)
{
    return kPanelRows / kPanelGroup * kernel.groupBytes(std::min(kernel.padded(n), kernel.maxK));
}

} // namespace

std::size_t panelThreadBytes(std::int64_t n)
{
    std::int64_t bytes = 0;
    for (const PanelKernel* kernel : kKernels) bytes = std::max(bytes, panelBytes(*kernel, n));
    return scratchRound(static_cast<std::size_t>(bytes)) + scratchRound(kDecodeBytes);
}

void multiplyPanels(const PanelKernel& kernel, std::span<const MatmulTask> tasks, std::span<const TokenGroup> groups, const TokenInput& input,
                    ThreadPool& pool, std::byte* threadScratch)
{
    const UnitList units(kernel, tasks, groups);
    if (units.size() == 0) return;
    const std::int64_t n = tasks.front().w.n;
    const std::int64_t nPadded = kernel.padded(n);

    for (const TokenGroup& group : groups) {
        const std::int64_t tiles = (group.count + kernel.tile - 1) / kernel.tile;
        pool.parallelFor(tiles, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t tile = begin; tile < end; ++tile) {
                std::array<const float*, kMaxTile> rows;
                const std::int64_t first = tile * kernel.tile;
                const int tokens = static_cast<int>(std::min<std::int64_t>(kernel.tile, group.count - first));
                for (int t = 0; t < tokens; ++t) rows[static_cast<std::size_t>(t)] = input.row(group.rows ? group.rows[first + t] : first + t);
                kernel.packTile(rows.data(), tokens, n, group.tiles + tile * kernel.tileBytes(nPadded));
            }
        });
    }

    const std::size_t threadBytes = panelThreadBytes(n);
    const std::int64_t kStep = std::min(nPadded, kernel.maxK);
    std::atomic<std::int64_t> counter{0};
    pool.run([&](int thread, int) {
        std::byte* panel = threadScratch + static_cast<std::size_t>(thread) * threadBytes;
        std::byte* buffer = panel + threadBytes - scratchRound(kDecodeBytes);
        alignas(64) float out[kMaxTile][kPanelRows];

        std::int64_t index = counter.fetch_add(1, std::memory_order_relaxed);
        while (index < units.size()) {
            // The next unit is taken before this one is computed, so that its bytes can be fetched meanwhile.
            const std::int64_t nextIndex = counter.fetch_add(1, std::memory_order_relaxed);
            const Unit unit = units.at(index);
            const WeightMatrix& w = unit.task->w;
            const std::int64_t tiles = (unit.group->count + kernel.tile - 1) / kernel.tile;
            const std::int64_t valid = std::min<std::int64_t>(kPanelRows, w.rows - unit.row);
            Prefetcher prefetcher;
            if (nextIndex < units.size()) {
                const Unit next = units.at(nextIndex);
                prefetcher = Prefetcher(next.task->w, next.matrix(), next.row, tiles * ((n + kStep - 1) / kStep));
            }
            for (std::int64_t k0 = 0; k0 < n; k0 += kStep) {
                const std::int64_t k = std::min(kStep, n - k0);
                packPanel(kernel, w, unit.matrix(), unit.row, k0, k, panel, buffer);
                for (std::int64_t tile = 0; tile < tiles; ++tile) {
                    prefetcher.next();
                    const std::int64_t first = tile * kernel.tile;
                    const int tokens = static_cast<int>(std::min<std::int64_t>(kernel.tile, unit.group->count - first));
                    const std::byte* x = unit.group->tiles + tile * kernel.tileBytes(nPadded) + kernel.tileBytes(k0);
                    kernel.multiply(panel, x, kernel.padded(k), tokens, out[0]);
                    for (int t = 0; t < tokens; ++t) {
                        const std::int64_t row = unit.group->rows ? unit.group->rows[first + t] : first + t;
                        float* y = unit.task->y + row * unit.task->yStride + unit.row;
                        if (k0 == 0)
                            std::memcpy(y, out[t], static_cast<std::size_t>(valid) * sizeof(float));
                        else
                            for (std::int64_t r = 0; r < valid; ++r) y[r] += out[t][r];
                    }
                }
            }
            index = nextIndex;
        }
    });
}

} // namespace corral::cpu
