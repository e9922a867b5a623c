#include "core/quantize/tensor_stats.h"

#include "core/quantize/row_encoder.h"
#include "core/quantize/row_sweep.h"
#include "core/quantize/tensor_category.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numeric>

namespace corral::quantize {

namespace {

// Losses of encoding one tensor in one type.
struct Trial {
    RowEncoder encoder;
    ErrorSums sums, weighted;
    std::uint64_t count = 0; // values
};

struct Measured {
    std::size_t tensor = 0;
    std::vector<Trial> trials;
};

std::vector<std::size_t> readableTensors(const Source& source, const StatsOptions& options)
{
    std::vector<std::size_t> tensors = options.only;
    if (tensors.empty()) {
        tensors.resize(source.tensors().size());
        std::iota(tensors.begin(), tensors.end(), std::size_t(0));
    }
    std::erase_if(tensors, [&](std::size_t t) {
        const quant::Format* format = quant::findFormat(source.tensors()[t].type);
        return !format || !format->decode;
    });
    return tensors;
}

std::vector<Trial> trialsFor(const SourceTensor& tensor, const StatsOptions& options)
{
    std::vector<Trial> trials;
    if (!isQuantizable(tensor)) return trials;
    std::span<const float> importance;
    if (options.imatrix) importance = options.imatrix->find(tensor.name);
    if (importance.size() != tensor.shape[0] * tensor.shape[2]) importance = {};
    for (const std::uint32_t id : options.types) {
        const quant::Format* type = quant::findFormat(id);
        if (!type) continue;
        if (auto encoder = RowEncoder::make(tensor, *type, importance)) trials.push_back({.encoder = *encoder, .sums = {}, .weighted = {}, .count = 0});
    }
    return trials;
}

ValueStats toStats(const ValueSums& sums, std::uint64_t count)
{
    ValueStats stats{.count = count, .zeros = sums.zeros, .notFinite = sums.notFinite, .sum = sums.sum, .sumSquares = sums.squares};
    if (sums.notFinite < count) {
        stats.minimum = static_cast<double>(sums.minimum);
        stats.maximum = static_cast<double>(sums.maximum);
    }
    return stats;
}

// The values of every tensor. Sums are added up batch by batch in whatever order threads finish: the last digits may differ from run to run.
Result<void> measureValues(const Source& source, const std::vector<std::size_t>& tensors, const StatsOptions& options, Job& job, const ProgressFn& progress,
                           std::vector<TensorStats>& stats)
{
    std::vector<SweptTensor> swept;
    for (const std::size_t t : tensors) swept.push_back({.tensor = t, .sample = 0});
    const ValueScan& scan = valueScan(simdLevel());
    std::mutex mutex;
    return RowSweep(source, std::move(swept), options.threads).run(job, progress, [&](int, const SweptRows& rows) -> Result<void> {
        const auto sums = toStats(scan.sums(rows.values.data(), static_cast<std::int64_t>(rows.values.size())), rows.values.size());
        const std::lock_guard lock(mutex);
        stats[rows.index].values.add(sums);
        return {};
    });
}

Result<void> measureLosses(const Source& source, const StatsOptions& options, Job& job, const ProgressFn& progress, std::vector<Measured>& measured)
{
    std::vector<SweptTensor> swept;
    for (const Measured& m : measured) swept.push_back({.tensor = m.tensor, .sample = m.trials.empty() ? 1 : options.sampleRows});
    const RowSweep sweep(source, std::move(swept), options.threads);
    struct Buffers {
        std::vector<std::byte> blocks;
        std::vector<float> decoded;
    };
    std::vector<Buffers> buffers(static_cast<std::size_t>(sweep.threads()));
    std::mutex mutex;
    return sweep.run(job, progress, [&](int thread, const SweptRows& rows) -> Result<void> {
        Buffers& b = buffers[static_cast<std::size_t>(thread)];
        const float* const values = rows.values.data();
        if (b.decoded.size() < rows.values.size()) b.decoded.resize(rows.values.size());
        for (Trial& trial : measured[rows.index].trials) {
            if (!job.proceed()) return fail(ErrorCode::Cancelled, "cancelled");
            const RowEncoder& encoder = trial.encoder;
            if (b.blocks.size() < rows.count * encoder.rowBytes()) b.blocks.resize(static_cast<std::size_t>(rows.count) * encoder.rowBytes());
            if (!encoder.encode(values, rows.first, rows.count, b.blocks.data())) continue; // not finite, or beyond this type
            const ErrorSums sums = encoder.errors(values, rows.count, b.blocks.data(), b.decoded.data());
            const ErrorSums weighted = options.imatrix ? encoder.weightedErrors(values, rows.first, rows.count, b.decoded.data()) : ErrorSums{};
            const std::lock_guard lock(mutex);
            trial.sums.add(sums);
            trial.weighted.add(weighted);
            trial.count += rows.values.size();
        }
        return {};
    });
}

} // namespace

void ValueStats::add(const ValueStats& other)
{
    const bool had = notFinite < count, has = other.notFinite < other.count;
    if (has) {
        minimum = had ? std::min(minimum, other.minimum) : other.minimum;
        maximum = had ? std::max(maximum, other.maximum) : other.maximum;
    }
    count += other.count;
    zeros += other.zeros;
    notFinite += other.notFinite;
    sum += other.sum;
    sumSquares += other.sumSquares;
}

double ValueStats::sparsity() const { return count == 0 ? 0.0 : static_cast<double>(zeros) / static_cast<double>(count); }
double ValueStats::density() const { return count == 0 ? 0.0 : 1.0 - sparsity(); }
double ValueStats::mean() const { return notFinite == count ? 0.0 : sum / static_cast<double>(count - notFinite); }

double ValueStats::deviation() const
{
    if (notFinite == count) return 0.0;
    return std::sqrt(std::max(0.0, sumSquares / static_cast<double>(count - notFinite) - mean() * mean()));
}

Result<std::vector<TensorStats>> measureTensors(const Source& source, const StatsOptions& options, Job& job, const ProgressFn& progress)
{
    const auto tensors = readableTensors(source, options);
    std::vector<TensorStats> stats;
    std::vector<Measured> measured;
    std::uint64_t bytes = 0;
    for (const std::size_t t : tensors) {
        const SourceTensor& tensor = source.tensors()[t];
        stats.push_back({.name = tensor.name, .type = tensor.type, .values = {}, .losses = {}});
        measured.push_back({.tensor = t, .trials = trialsFor(tensor, options)});
        bytes += tensor.bytes;
    }
    // Two walks, each with its own share of the bar: the second one has all the work to do that there is.
    const bool both = options.values && !options.types.empty();
    const auto share = [&](std::uint64_t before) -> ProgressFn {
        if (!progress) return {};
        return [&, before](Progress p) {
            if (both) p.done = before + static_cast<std::uint64_t>(static_cast<double>(bytes) * static_cast<double>(p.done) / static_cast<double>(std::max<std::uint64_t>(1, p.total)));
            if (both) p.total = 2 * bytes;
            progress(p);
        };
    };
    if (options.values)
        if (auto ok = measureValues(source, tensors, options, job, share(0), stats); !ok) return std::unexpected(ok.error());
    if (options.types.empty()) return stats;
    if (auto ok = measureLosses(source, options, job, share(bytes), measured); !ok) return std::unexpected(ok.error());
    for (std::size_t i = 0; i < stats.size(); ++i)
        for (const Trial& trial : measured[i].trials) {
            if (trial.count == 0) continue;
            auto error = TensorError::of(trial.sums, trial.count);
            if (options.imatrix) error.weightedRatio = trial.weighted.originalSquares > 0 ? trial.weighted.squares / trial.weighted.originalSquares : 0.0;
            stats[i].losses.emplace_back(trial.encoder.type().id, error);
        }
    return stats;
}

Result<std::vector<TensorDistance>> compareTensors(const Source& model, const Source& original, int threads, Job& job, const ProgressFn& progress)
{
    std::vector<SweptTensor> swept;
    std::vector<std::size_t> partners;
    std::vector<TensorDistance> distances;
    std::map<std::string_view, std::size_t> originals;
    for (const std::size_t t : readableTensors(original, {})) originals.emplace(original.tensors()[t].name, t);
    for (const std::size_t t : readableTensors(model, {})) {
        const SourceTensor& tensor = model.tensors()[t];
        const auto found = originals.find(tensor.name);
        if (found == originals.end() || original.tensors()[found->second].shape != tensor.shape) continue;
        swept.push_back({.tensor = t, .sample = 0});
        partners.push_back(found->second);
        distances.push_back({.name = tensor.name, .type = tensor.type, .originalType = original.tensors()[found->second].type, .error = {}});
    }
    const ValueScan& scan = valueScan(simdLevel());
    const RowSweep sweep(model, std::move(swept), threads);
    std::vector<std::vector<float>> buffers(static_cast<std::size_t>(sweep.threads()));
    std::vector<ErrorSums> sums(distances.size());
    std::vector<std::uint64_t> counts(distances.size());
    std::mutex mutex;
    const auto ok = sweep.run(job, progress, [&](int thread, const SweptRows& rows) -> Result<void> {
        auto& buffer = buffers[static_cast<std::size_t>(thread)];
        if (buffer.size() < rows.values.size()) buffer.resize(rows.values.size());
        const auto values = std::span(buffer).first(rows.values.size());
        if (auto read = original.readRows(partners[rows.index], rows.first, rows.count, values); !read) return read;
        const ErrorSums errors = scan.errors(values.data(), rows.values.data(), static_cast<std::int64_t>(values.size()));
        const std::lock_guard lock(mutex);
        sums[rows.index].add(errors);
        counts[rows.index] += values.size();
        return {};
    });
    if (!ok) return std::unexpected(ok.error());
    for (std::size_t i = 0; i < distances.size(); ++i) distances[i].error = TensorError::of(sums[i], counts[i]);
    return distances;
}

} // namespace corral::quantize
