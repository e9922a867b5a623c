#include "core/quantize/write.h"

#include "core/base/cpu_features.h"
#include "core/base/thread_pool.h"
#include "core/gguf/cursor.h"
#include "core/gguf/split.h"
#include "core/quantize/work_list.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <mutex>
#include <new>
#include <system_error>

namespace corral::quantize {

namespace {

using Clock = std::chrono::steady_clock;
using Writers = std::vector<std::unique_ptr<gguf::Writer>>;

constexpr auto kProgressInterval = std::chrono::milliseconds(33);
constexpr std::size_t kPrefetchPieces = 32; // about 32 MB of half floats

std::vector<std::filesystem::path> outputFiles(const Plan& plan, const std::filesystem::path& output)
{
    if (plan.shards <= 1) return {output};
    std::vector<std::filesystem::path> files;
    for (int shard = 1; shard <= plan.shards; ++shard) files.push_back(gguf::shardPath(output, shard, plan.shards));
    return files;
}

// Neither the outputs nor their temporary files may be what is read.
Result<void> checkNotInput(const Source& source, const std::vector<std::filesystem::path>& files)
{
    std::vector<const MappedFile*> checked;
    for (std::size_t t = 0; t < source.tensors().size(); ++t) {
        const auto extent = source.extent(t);
        if (!extent || std::ranges::contains(checked, extent->file.get())) continue;
        checked.push_back(extent->file.get());
        for (const auto& file : files)
            if (extent->file->isSameFileAs(file) || extent->file->isSameFileAs(OutputFile::partName(file)))
                return fail(ErrorCode::InvalidArgument, "{}: the output would overwrite its input {}", file.string(), extent->file->path().string());
    }
    return {};
}

// Keys of one of several output files (facts/gguf.md § 6): all of them in the first, the place in the set in each.
gguf::Keys keysOfShard(const Plan& plan, int shard)
{
    if (plan.shards <= 1) return plan.keys;
    gguf::Keys keys;
    if (shard == 0) keys = plan.keys;
    gguf::setKey(keys, "split.no", gguf::u16(static_cast<std::uint16_t>(shard)));
    gguf::setKey(keys, "split.count", gguf::u16(static_cast<std::uint16_t>(plan.shards)));
    gguf::setKey(keys, "split.tensors.count", gguf::i32(static_cast<std::int32_t>(plan.tensors.size())));
    return keys;
}

Result<Writers> createWriters(const Source& source, const Plan& plan, const std::vector<std::filesystem::path>& files)
{
    std::vector<std::vector<gguf::TensorInfo>> tensors(files.size());
    for (const PlannedTensor& planned : plan.tensors) {
        const SourceTensor& from = source.tensors()[planned.source];
        gguf::TensorInfo info;
        info.name = planned.name;
        info.shape = from.shape;
        info.dims = from.dims;
        info.type = planned.type;
        tensors[static_cast<std::size_t>(planned.shard)].push_back(std::move(info));
    }
    Writers writers;
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto writer = gguf::Writer::create(files[i], keysOfShard(plan, static_cast<int>(i)), std::move(tensors[i]));
        if (!writer) return std::unexpected(writer.error());
        writers.push_back(std::move(*writer));
    }
    return writers;
}

// What one thread works in.
struct Buffers {
    std::vector<float> values, decoded;
    std::vector<std::byte> blocks;
};

class Run {
public:
    Run(const Source& source, const WorkList& work, Writers& writers, bool measureError, Job& job)
        : m_source(source), m_work(work), m_writers(writers), m_measureError(measureError), m_job(job), m_piecesLeft(work.tensors.size()),
          m_errors(work.tensors.size())
    {
        for (const Piece& piece : work.pieces) ++m_piecesLeft[piece.tensor];
    }

    // between(): called on thread 0 between pieces of work.
    template <class Between> Result<void> go(int threads, Between&& between)
    {
        try {
            ThreadPool pool(threads);
            pool.run([&](int thread, int) {
                Buffers buffers;
                auto ok = work(buffers, [&] {
                    if (thread == 0) between();
                });
                if (!ok) failWith(std::move(ok.error()));
            });
        } catch (const std::system_error& error) {
            return fail(ErrorCode::OutOfMemory, "cannot start {} threads: {}", threads, error.code().message());
        }
        if (m_error) return std::unexpected(std::move(*m_error));
        return {};
    }

    std::uint64_t bytesDone() const { return m_bytesDone; }
    bool tensorDone(std::size_t tensor) const { return m_piecesLeft[tensor].load(std::memory_order_acquire) == 0; }
    // Of a tensor that is done.
    const std::optional<ErrorSums>& errorOf(std::size_t tensor) const { return m_errors[tensor]; }

private:
    void failWith(Error error)
    {
        const std::lock_guard lock(m_mutex);
        if (!m_error) m_error = std::move(error);
        m_stop = true;
    }

    bool proceed() { return !m_stop && m_job.proceed(); }
    static std::unexpected<Error> cancelled() { return fail(ErrorCode::Cancelled, "cancelled"); }

    template <class Between> Result<void> work(Buffers& buffers, Between&& between)
    try {
        for (;;) {
            const std::size_t index = m_next.fetch_add(1, std::memory_order_relaxed);
            if (index >= m_work.pieces.size()) return {};
            prefetch(index + kPrefetchPieces);
            const Piece& piece = m_work.pieces[index];
            const TensorWork& tensor = m_work.tensors[piece.tensor];
            if (!proceed()) return cancelled();
            auto ok = tensor.encoder ? encode(piece, tensor, buffers, between) : copy(piece, tensor);
            if (!ok && ok.error().code != ErrorCode::Cancelled)
                return within("tensor " + gguf::shown(m_writers[tensor.writer]->tensors()[tensor.place].name), ok.error());
            if (!ok) return ok;
            m_bytesDone += piece.inputBytes;
            m_piecesLeft[piece.tensor].fetch_sub(1, std::memory_order_release);
            between();
        }
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "not enough memory to encode");
    }

    void prefetch(std::size_t index) const
    {
        if (index >= m_work.pieces.size()) return;
        const Piece& piece = m_work.pieces[index];
        if (const auto extent = m_source.extent(m_work.tensors[piece.tensor].source))
            extent->file->prefetch(extent->offset + piece.inputOffset, piece.inputBytes);
    }

    Result<void> copy(const Piece& piece, const TensorWork& tensor)
    {
        const auto extent = m_source.extent(tensor.source);
        return m_writers[tensor.writer]->copyPart(tensor.place, piece.first, *extent->file, extent->offset + piece.first, piece.count);
    }

    template <class Between> Result<void> encode(const Piece& piece, const TensorWork& tensor, Buffers& buffers, Between&& between)
    {
        const RowEncoder& encoder = *tensor.encoder;
        const std::uint64_t batch = std::min(encoder.batchRows(), piece.count);
        grow(buffers.values, batch * encoder.rowLength());
        grow(buffers.blocks, piece.count * encoder.rowBytes());
        if (m_measureError) grow(buffers.decoded, batch * encoder.rowLength());
        ErrorSums errors;
        for (std::uint64_t done = 0; done < piece.count; done += batch) {
            if (done > 0 && !proceed()) return cancelled();
            const std::uint64_t rows = std::min(batch, piece.count - done);
            std::byte* const blocks = buffers.blocks.data() + done * encoder.rowBytes();
            if (auto ok = m_source.readRows(tensor.source, piece.first + done, rows, buffers.values); !ok) return ok;
            if (auto ok = encoder.encode(buffers.values.data(), piece.first + done, rows, blocks); !ok) return ok;
            if (m_measureError) errors.add(encoder.errors(buffers.values.data(), rows, blocks, buffers.decoded.data()));
            between();
        }
        if (m_measureError) {
            const std::lock_guard lock(m_mutex);
            auto& total = m_errors[piece.tensor];
            if (!total) total.emplace();
            total->add(errors);
        }
        return m_writers[tensor.writer]->writePart(tensor.place, piece.first * encoder.rowBytes(),
                                                   std::span(buffers.blocks).first(piece.count * encoder.rowBytes()));
    }

    template <class T> static void grow(std::vector<T>& buffer, std::uint64_t size)
    {
        if (buffer.size() < size) buffer.resize(static_cast<std::size_t>(size));
    }

    const Source& m_source;
    const WorkList& m_work;
    Writers& m_writers;
    const bool m_measureError;
    Job& m_job;
    std::atomic<std::size_t> m_next{0};
    std::atomic<std::uint64_t> m_bytesDone{0};
    std::vector<std::atomic<std::size_t>> m_piecesLeft; // of each tensor
    std::atomic<bool> m_stop{false};
    std::mutex m_mutex;
    std::vector<std::optional<ErrorSums>> m_errors; // of each tensor; under the mutex until it is done
    std::optional<Error> m_error;
};

TensorError toTensorError(const ErrorSums& sums, std::uint64_t elements)
{
    const double n = static_cast<double>(elements);
    return {.meanSquare = sums.squares / n, .originalMeanSquare = sums.originalSquares / n, .maxAbsolute = static_cast<double>(sums.maxAbsolute)};
}

// Threads whose buffers fit into what is allowed; at least one.
int affordableThreads(const WorkList& work, const WriteOptions& options)
{
    std::uint64_t most = 1;
    for (const Piece& piece : work.pieces) {
        const auto& encoder = work.tensors[piece.tensor].encoder;
        if (!encoder) continue;
        const std::uint64_t floats = std::min(encoder->batchRows(), piece.count) * encoder->rowLength() * sizeof(float);
        most = std::max(most, floats * (options.measureError ? 2 : 1) + piece.count * encoder->rowBytes());
    }
    const int wanted = options.threads > 0 ? options.threads : physicalCores();
    const auto affordable = std::max<std::uint64_t>(1, options.maxBufferBytes / most);
    const auto useful = std::max<std::size_t>(1, work.pieces.size());
    return static_cast<int>(std::min<std::uint64_t>({static_cast<std::uint64_t>(wanted), affordable, useful}));
}

} // namespace

double TensorError::relative() const { return originalMeanSquare > 0 ? std::sqrt(meanSquare / originalMeanSquare) : 0.0; }

Result<WriteReport> write(const Source& source, const Plan& plan, const Imatrix* imatrix, const WriteOptions& options, Job& job,
                          const ProgressFn& progress, const std::function<void(const TensorResult&)>& onTensor)
{
    const auto start = Clock::now();
    if (plan.missingImportance)
        return fail(ErrorCode::InvalidArgument, "tensor {}: its type needs an importance matrix", gguf::shown(*plan.missingImportance));
    const auto work = makeWorkList(source, plan, imatrix);
    if (!work) return std::unexpected(work.error());

    WriteReport report;
    report.files = outputFiles(plan, options.output);
    if (auto ok = checkNotInput(source, report.files); !ok) return std::unexpected(ok.error());
    auto writers = createWriters(source, plan, report.files);
    if (!writers) return std::unexpected(writers.error());

    Run run(source, *work, *writers, options.measureError, job);
    const int steps = static_cast<int>(plan.tensors.size());
    auto lastProgress = start;
    const auto tell = [&](std::size_t step) {
        if (progress)
            progress({.done = run.bytesDone(), .total = work->inputBytes, .step = static_cast<int>(step), .steps = steps, .name = plan.tensors[step].name});
        lastProgress = Clock::now();
    };
    const auto finishTensors = [&] {
        while (report.tensors.size() < plan.tensors.size() && run.tensorDone(report.tensors.size())) {
            const std::size_t t = report.tensors.size();
            const PlannedTensor& planned = plan.tensors[t];
            const SourceTensor& from = source.tensors()[planned.source];
            TensorResult result{.name = planned.name, .sourceType = from.type, .type = planned.type, .sourceBytes = from.bytes, .bytes = planned.bytes, .error = {}};
            if (const auto& sums = run.errorOf(t)) result.error = toTensorError(*sums, from.elements());
            report.tensors.push_back(std::move(result));
            tell(t);
            if (onTensor) onTensor(report.tensors.back());
        }
        if (report.tensors.size() < plan.tensors.size() && Clock::now() - lastProgress >= kProgressInterval) tell(report.tensors.size());
    };
    auto ok = run.go(affordableThreads(*work, options), finishTensors);
    if (ok && !job.proceed()) ok = fail(ErrorCode::Cancelled, "cancelled");
    if (!ok) return std::unexpected(ok.error());
    finishTensors();

    if (auto committed = gguf::Writer::commitAll(*writers); !committed) return std::unexpected(committed.error());
    for (const auto& writer : *writers) report.bytes += writer->fileBytes();
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return report;
}

} // namespace corral::quantize
