#include "core/quantize/write.h"

#include "core/gguf/cursor.h"
#include "core/gguf/split.h"
#include "core/quantize/write_run.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace corral::quantize {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kProgressInterval = std::chrono::milliseconds(33);

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
    for (const PlannedTensor& planned : plan.tensors) tensors[static_cast<std::size_t>(planned.shard)].push_back(describe(planned, source));
    Writers writers;
    for (std::size_t i = 0; i < files.size(); ++i) {
        auto writer = gguf::Writer::create(files[i], keysOfShard(plan, static_cast<int>(i)), std::move(tensors[i]));
        if (!writer) return std::unexpected(writer.error());
        writers.push_back(std::move(*writer));
    }
    return writers;
}

} // namespace

TensorError TensorError::of(const ErrorSums& sums, std::uint64_t count)
{
    TensorError error;
    if (count == 0) return error;
    error.meanSquare = sums.squares / static_cast<double>(count);
    error.originalMeanSquare = sums.originalSquares / static_cast<double>(count);
    error.maxAbsolute = static_cast<double>(sums.maxAbsolute);
    return error;
}

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

    WriteRun run(source, *work, *writers, options, job);
    const int steps = static_cast<int>(plan.tensors.size());
    auto lastProgress = start;
    const auto tell = [&](std::size_t step) {
        if (progress)
            progress({.done = run.bytesDone(), .total = work->inputBytes, .step = static_cast<int>(step), .steps = steps, .name = plan.tensors[step].name});
        lastProgress = Clock::now();
    };
    const auto finishTensors = [&] {
        while (report.tensors.size() < run.tensorsDone()) {
            const std::size_t t = report.tensors.size();
            const PlannedTensor& planned = plan.tensors[t];
            const SourceTensor& from = source.tensors()[planned.source];
            TensorResult result{.name = planned.name, .sourceType = from.type, .type = planned.type, .sourceBytes = from.bytes, .bytes = planned.bytes, .error = {}};
            if (const auto& sums = run.errorOf(t)) result.error = TensorError::of(*sums, from.elements());
            report.tensors.push_back(std::move(result));
            tell(t);
            if (onTensor) onTensor(report.tensors.back());
        }
        if (report.tensors.size() < plan.tensors.size() && Clock::now() - lastProgress >= kProgressInterval) tell(report.tensors.size());
    };
    auto ok = run.go(finishTensors);
    if (ok && !job.proceed()) ok = fail(ErrorCode::Cancelled, "cancelled");
    if (!ok) return std::unexpected(ok.error());
    finishTensors();

    if (auto committed = gguf::Writer::commitAll(*writers); !committed) return std::unexpected(committed.error());
    for (const auto& writer : *writers) report.bytes += writer->fileBytes();
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return report;
}

} // namespace corral::quantize
