#include "core/quantize/write_run.h"

#include "core/base/cpu_features.h"
#include "core/base/thread_pool.h"
#include "core/gguf/cursor.h"

#include <algorithm>
#include <new>
#include <system_error>

namespace corral::quantize {

namespace {

constexpr std::size_t kPrefetchPieces = 32; // about 32 MB of half floats

std::unexpected<Error> cancelled() { return fail(ErrorCode::Cancelled, "cancelled"); }

template <class T> void grow(std::vector<T>& buffer, std::uint64_t size)
{
    if (buffer.size() < size) buffer.resize(static_cast<std::size_t>(size));
}

} // namespace

WriteRun::WriteRun(const Source& source, const WorkList& work, Writers& writers, const WriteOptions& options, Job& job)
    : m_source(source), m_work(work), m_writers(writers), m_job(job), m_measureError(options.measureError), m_errors(work.tensors.size())
{
    chooseSizes(options);
}

// As many threads as wanted, if their buffers and two slots for each fit into what is allowed.
void WriteRun::chooseSizes(const WriteOptions& options)
{
    std::uint64_t values = 0, bytes = 1; // of the largest piece
    for (const Piece& piece : m_work.pieces) {
        const auto& encoder = m_work.tensors[piece.tensor].encoder;
        bytes = std::max(bytes, encoder ? piece.count * encoder->rowBytes() : piece.count);
        if (encoder) values = std::max(values, std::min(encoder->batchRows(), piece.count) * encoder->rowLength());
    }
    const std::uint64_t ofThread = values * sizeof(float) * (options.measureError ? 2 : 1) + 2 * bytes;
    const auto wanted = static_cast<std::uint64_t>(options.threads > 0 ? options.threads : physicalCores());
    const std::uint64_t affordable = options.maxBufferBytes / ofThread;
    const auto pieces = static_cast<std::uint64_t>(m_work.pieces.size());
    m_threads = static_cast<int>(std::max<std::uint64_t>(1, std::min({wanted, affordable, pieces})));
    m_slots.resize(affordable > 0 ? static_cast<std::size_t>(m_threads) * 2 : 1);
}

Result<void> WriteRun::go(const std::function<void()>& between)
{
    try {
        ThreadPool pool(m_threads);
        pool.run([&](int thread, int) {
            Buffers buffers;
            auto ok = work(buffers, thread == 0 ? between : std::function<void()>([] {}));
            if (!ok) stopWith(std::move(ok.error()));
        });
    } catch (const std::system_error& error) {
        return fail(ErrorCode::OutOfMemory, "cannot start {} threads: {}", m_threads, error.code().message());
    }
    if (m_error) return std::unexpected(std::move(*m_error));
    return endTensorsBefore(m_work.tensors.size());
}

void WriteRun::stopWith(Error error)
{
    const std::lock_guard lock(m_mutex);
    if (!m_error) m_error = std::move(error);
    m_stop = true;
    m_changed.notify_all();
}

Error WriteRun::inTensor(std::size_t tensor, Error error) const
{
    if (error.code != ErrorCode::Cancelled)
        error.message = std::format("tensor {}: {}", gguf::shown(m_work.tensors[tensor].name), error.message);
    return error;
}

Result<void> WriteRun::work(Buffers& buffers, const std::function<void()>& between)
try {
    for (;;) {
        const std::size_t index = m_next.fetch_add(1, std::memory_order_relaxed);
        if (index >= m_work.pieces.size()) return {};
        prefetch(index + kPrefetchPieces);
        Slot* const slot = waitForSlot(index);
        if (!slot) return {};
        if (!proceed()) return cancelled();
        const Piece& piece = m_work.pieces[index];
        auto ok = m_work.tensors[piece.tensor].encoder ? encode(piece, buffers, *slot, between) : read(piece, *slot);
        if (!ok) return std::unexpected(inTensor(piece.tensor, std::move(ok.error())));
        if (ok = deliver(index); !ok) return ok;
        between();
    }
} catch (const std::bad_alloc&) {
    return fail(ErrorCode::OutOfMemory, "not enough memory to encode");
}

void WriteRun::prefetch(std::size_t index) const
{
    if (index >= m_work.pieces.size()) return;
    const Piece& piece = m_work.pieces[index];
    if (const auto extent = m_source.extent(m_work.tensors[piece.tensor].source))
        extent->file->prefetch(extent->offset + piece.inputOffset, piece.inputBytes);
}

WriteRun::Slot* WriteRun::waitForSlot(std::size_t piece)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [&] { return m_stop || piece < m_appended + m_slots.size(); });
    return m_stop ? nullptr : &m_slots[piece % m_slots.size()];
}

Result<void> WriteRun::read(const Piece& piece, Slot& slot) const
{
    const auto extent = m_source.extent(m_work.tensors[piece.tensor].source);
    slot.size = static_cast<std::size_t>(piece.count);
    grow(slot.bytes, slot.size);
    return extent->file->read(extent->offset + piece.first, std::span(slot.bytes).first(slot.size));
}

Result<void> WriteRun::encode(const Piece& piece, Buffers& buffers, Slot& slot, const std::function<void()>& between)
{
    const TensorWork& tensor = m_work.tensors[piece.tensor];
    const RowEncoder& encoder = *tensor.encoder;
    const std::uint64_t batch = std::min(encoder.batchRows(), piece.count);
    grow(buffers.values, batch * encoder.rowLength());
    if (m_measureError) grow(buffers.decoded, batch * encoder.rowLength());
    slot.size = static_cast<std::size_t>(piece.count) * encoder.rowBytes();
    grow(slot.bytes, slot.size);
    ErrorSums errors;
    for (std::uint64_t done = 0; done < piece.count; done += batch) {
        if (done > 0 && !proceed()) return cancelled();
        const std::uint64_t rows = std::min(batch, piece.count - done);
        std::byte* const blocks = slot.bytes.data() + done * encoder.rowBytes();
        const auto values = std::span(buffers.values).first(rows * encoder.rowLength());
        if (auto ok = m_source.readRows(tensor.source, piece.first + done, rows, values); !ok) return ok;
        if (auto ok = encoder.encode(values.data(), piece.first + done, rows, blocks); !ok) return ok;
        if (m_measureError) errors.add(encoder.errors(values.data(), rows, blocks, buffers.decoded.data()));
        between();
    }
    if (m_measureError) slot.errors = errors;
    return {};
}

Result<void> WriteRun::deliver(std::size_t piece)
{
    std::unique_lock lock(m_mutex);
    m_slots[piece % m_slots.size()].ready = true;
    if (m_appending) return {}; // whoever is will come to this piece
    m_appending = true;
    while (!m_stop && m_slots[m_appended % m_slots.size()].ready) {
        Slot& slot = m_slots[m_appended % m_slots.size()];
        lock.unlock();
        auto ok = append(m_appended, slot);
        lock.lock();
        if (!ok) return std::unexpected(inTensor(m_work.pieces[m_appended].tensor, std::move(ok.error())));
        slot.ready = false;
        ++m_appended;
        m_changed.notify_all();
    }
    m_appending = false;
    return {};
}

Result<void> WriteRun::append(std::size_t index, const Slot& slot)
{
    const Piece& piece = m_work.pieces[index];
    if (auto ok = endTensorsBefore(piece.tensor); !ok) return ok;
    if (auto ok = m_writers[m_work.tensors[piece.tensor].writer]->append(std::span(slot.bytes).first(slot.size)); !ok) return ok;
    if (slot.errors) {
        auto& total = m_errors[piece.tensor];
        if (!total) total.emplace();
        total->add(*slot.errors);
    }
    m_bytesDone += piece.inputBytes;
    const bool last = index + 1 == m_work.pieces.size() || m_work.pieces[index + 1].tensor != piece.tensor;
    return last ? endTensorsBefore(piece.tensor + 1) : Result<void>{};
}

// Also those that have no bytes at all.
Result<void> WriteRun::endTensorsBefore(std::size_t tensor)
{
    for (std::size_t t = m_tensorsDone; t < tensor; ++t) {
        if (auto ok = m_writers[m_work.tensors[t].writer]->endTensor(); !ok) return ok;
        m_tensorsDone.store(t + 1, std::memory_order_release);
    }
    return {};
}

} // namespace corral::quantize
