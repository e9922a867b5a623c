#include "core/quantize/row_sweep.h"

#include "core/base/cpu_features.h"
#include "core/base/thread_pool.h"
#include "core/gguf/cursor.h"
#include "core/quantize/row_encoder.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <new>
#include <system_error>

namespace corral::quantize {

namespace {

constexpr std::uint64_t kBatchValues = std::uint64_t(1) << 16; // 256 KiB of floats: they stay in a core's own cache
constexpr auto kProgressInterval = std::chrono::milliseconds(33);
constexpr std::size_t kPrefetchBatches = 128;                  // about 16 MB of half floats

} // namespace

RowSweep::RowSweep(const Source& source, std::vector<SweptTensor> tensors, int threads) : m_source(source), m_tensors(std::move(tensors))
{
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < m_tensors.size(); ++i) {
        const SourceTensor& tensor = m_source.tensors()[m_tensors[i].tensor];
        if (tensor.elements() == 0) continue;
        const std::uint64_t rows = sampleOf(i), batch = std::max<std::uint64_t>(1, kBatchValues / tensor.shape[0]);
        for (std::uint64_t row = 0; row < rows; row += batch) {
            m_batches.push_back({i, row, std::min(rows, row + batch)});
            bytes += tensor.bytes / tensor.rows() * (m_batches.back().end - row);
            m_bytesBefore.push_back(bytes);
        }
    }
    const int wanted = threads > 0 ? threads : physicalCores();
    m_threads = static_cast<int>(std::clamp<std::size_t>(m_batches.size(), 1, static_cast<std::size_t>(wanted)));
}

std::uint64_t RowSweep::sampleOf(std::size_t index) const
{
    const std::uint64_t rows = m_source.tensors()[m_tensors[index].tensor].rows();
    return m_tensors[index].sample == 0 ? rows : std::min(rows, m_tensors[index].sample);
}

Result<void> RowSweep::visitBatch(int thread, const Batch& batch, std::vector<float>& values, const Visit& visit) const
{
    const std::size_t index = m_tensors[batch.index].tensor;
    const SourceTensor& tensor = m_source.tensors()[index];
    const std::uint64_t rows = tensor.rows(), sample = sampleOf(batch.index);
    const double step = static_cast<double>(rows) / static_cast<double>(sample); // at least 1
    const auto rowOf = [&](std::uint64_t i) { return sample == rows ? i : static_cast<std::uint64_t>(step * static_cast<double>(i)); };
    if (tensor.shape[0] > RowEncoder::kMaxRowLength)
        return fail(ErrorCode::Unsupported, "its rows of {} values are too long: {} are possible", tensor.shape[0], RowEncoder::kMaxRowLength);
    for (std::uint64_t i = batch.begin; i < batch.end;) {
        const std::uint64_t first = rowOf(i);
        std::uint64_t count = 1;
        while (i + count < batch.end && rowOf(i + count) == first + count) ++count;
        if (values.size() < count * tensor.shape[0]) values.resize(static_cast<std::size_t>(count * tensor.shape[0]));
        const auto read = std::span(values).first(static_cast<std::size_t>(count * tensor.shape[0]));
        if (auto ok = m_source.readRows(index, first, count, read); !ok) return ok;
        if (auto ok = visit(thread, {.index = batch.index, .first = first, .count = count, .values = read}); !ok) return ok;
        i += count;
    }
    return {};
}

void RowSweep::prefetch(std::size_t batch) const
{
    if (batch >= m_batches.size()) return;
    const SweptTensor& swept = m_tensors[m_batches[batch].index];
    const SourceTensor& tensor = m_source.tensors()[swept.tensor];
    const auto extent = m_source.extent(swept.tensor);
    if (!extent || sampleOf(m_batches[batch].index) < tensor.rows()) return;
    const std::uint64_t rowBytes = tensor.bytes / tensor.rows();
    extent->file->prefetch(extent->offset + m_batches[batch].begin * rowBytes, (m_batches[batch].end - m_batches[batch].begin) * rowBytes);
}

Result<void> RowSweep::run(Job& job, const ProgressFn& progress, const Visit& visit) const
{
    using Clock = std::chrono::steady_clock;
    std::atomic<std::size_t> next{0};
    std::atomic<bool> stop{false};
    std::mutex mutex;
    std::optional<Error> error;
    const auto tell = [&](std::size_t batch) {
        const std::size_t index = m_batches[batch].index;
        if (progress)
            progress({.done = m_bytesBefore[batch], .total = m_bytesBefore.back(), .step = static_cast<int>(index),
                      .steps = static_cast<int>(m_tensors.size()), .name = m_source.tensors()[m_tensors[index].tensor].name});
    };
    const auto work = [&](int thread) -> Result<void> {
        std::vector<float> values;
        auto told = Clock::now();
        for (;;) {
            const std::size_t b = next.fetch_add(1, std::memory_order_relaxed);
            if (b >= m_batches.size() || stop) return {};
            if (!job.proceed()) return fail(ErrorCode::Cancelled, "cancelled");
            prefetch(b + kPrefetchBatches);
            if (auto ok = visitBatch(thread, m_batches[b], values, visit); !ok)
                return within("tensor " + gguf::shown(m_source.tensors()[m_tensors[m_batches[b].index].tensor].name), ok.error());
            if (thread == 0 && Clock::now() - told >= kProgressInterval) {
                tell(b);
                told = Clock::now();
            }
        }
    };
    try {
        ThreadPool pool(m_threads);
        pool.run([&](int thread, int) {
            Result<void> ok;
            try {
                ok = work(thread);
            } catch (const std::bad_alloc&) {
                ok = fail(ErrorCode::OutOfMemory, "not enough memory to read rows");
            }
            if (ok) return;
            const std::lock_guard lock(mutex);
            if (!error) error = std::move(ok.error());
            stop = true;
        });
    } catch (const std::system_error& failed) {
        return fail(ErrorCode::OutOfMemory, "cannot start {} threads: {}", m_threads, failed.code().message());
    }
    if (error) return std::unexpected(std::move(*error));
    if (!m_batches.empty()) tell(m_batches.size() - 1);
    return {};
}

} // namespace corral::quantize
