#include "app/quantizing/workshop.h"

#include "app/quantizing/choices.h"
#include "core/convert/checkpoint.h"
#include "core/quantize/target.h"
#include "core/quantize/target_size.h"

#include <QFile>

#include <algorithm>
#include <chrono>
#include <utility>

namespace corral::app {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::uint64_t bytesOf(const std::vector<std::filesystem::path>& files)
{
    std::uint64_t bytes = 0;
    std::error_code error;
    for (const auto& file : files) {
        const auto size = std::filesystem::file_size(file, error);
        if (!error) bytes += size;
    }
    return bytes;
}

// Our own words, long enough for a few chunks: what losses are measured on when no text was chosen.
const QString kBuiltInText = QStringLiteral(":/corral/measuring_text.txt");

// The files that a plan's output becomes.
std::vector<std::filesystem::path> outputsOf(const quantize::Plan& plan, const std::filesystem::path& output)
{
    if (plan.shards <= 1) return {output};
    std::vector<std::filesystem::path> files;
    for (int shard = 1; shard <= plan.shards; ++shard) files.push_back(gguf::shardPath(output, shard, plan.shards));
    return files;
}

Result<JobOutcome> runQuantize(const JobOrder& order, Job& job, const JobEvents& events)
{
    const auto start = Clock::now();
    auto model = openSourceModel(order.input);
    if (!model) return std::unexpected(model.error());
    auto resolved = resolve(order.choices);
    if (!resolved) return std::unexpected(resolved.error());
    const quantize::SizeGoal goal{.bytes = order.choices.goalBytes, .bitsPerWeight = order.choices.goalBits};
    auto plan = order.choices.hasGoal() ? quantize::planForSize(*model->source, goal, resolved->options, order.choices.threads, job, events.progress)
                                        : planFor(*model, order.target.toStdString(), resolved->options);
    if (!plan) return std::unexpected(plan.error());
    constexpr double kGigabyte = 1e9;
    if (order.choices.splitGigabytes > 0) cutIntoShards(*plan, static_cast<std::uint64_t>(order.choices.splitGigabytes * kGigabyte));
    auto output = order.output;
    if (plan->shards > 1 && output.extension() == ".gguf") output.replace_extension(); // the prefix
    events.outputs(outputsOf(*plan, output));
    const quantize::WriteOptions options{.output = output, .threads = order.choices.threads, .measureError = order.choices.measureError};
    auto report = quantize::write(*model->source, *plan, resolved->imatrix.get(), options, job, events.progress);
    if (!report) return std::unexpected(report.error());
    return JobOutcome{.files = std::move(report->files),
                      .sourceBytes = model->bytes,
                      .bytes = report->bytes,
                      .seconds = secondsSince(start),
                      .bitsPerWeight = plan->bitsPerWeight(),
                      .tensors = std::move(report->tensors),
                      .measurement = {}};
}

Result<JobOutcome> runSplit(const JobOrder& order, Job& job, const JobEvents& events)
{
    const auto start = Clock::now();
    const auto file = gguf::File::open(order.input);
    if (!file) return std::unexpected(file.error());
    const auto shards = gguf::planSplit(**file, order.output, order.split);
    JobOutcome outcome;
    for (const auto& shard : shards) outcome.files.push_back(shard.path);
    events.outputs(outcome.files);
    if (auto done = gguf::split(**file, shards, job, events.progress); !done) return std::unexpected(done.error());
    outcome.sourceBytes = (*file)->totalBytes();
    outcome.bytes = bytesOf(outcome.files);
    outcome.seconds = secondsSince(start);
    return outcome;
}

Result<JobOutcome> runMerge(const JobOrder& order, Job& job, const JobEvents& events)
{
    const auto start = Clock::now();
    const auto file = gguf::File::open(order.input);
    if (!file) return std::unexpected(file.error());
    JobOutcome outcome;
    outcome.files = {order.output};
    outcome.sourceBytes = (*file)->totalBytes();
    events.outputs(outcome.files);
    if (auto done = gguf::merge(**file, order.output, job, events.progress); !done) return std::unexpected(done.error());
    outcome.bytes = bytesOf(outcome.files);
    outcome.seconds = secondsSince(start);
    return outcome;
}

Result<std::shared_ptr<const generate::LoadedModel>> load(const std::filesystem::path& path)
{
    auto file = gguf::File::open(path);
    if (!file) return within(path.filename().string(), file.error());
    auto model = generate::LoadedModel::load(std::move(*file));
    if (!model) return within(path.filename().string(), model.error());
    return model;
}

Result<std::string> textOf(const QString& path)
{
    QFile file(path.isEmpty() ? kBuiltInText : path);
    if (!file.open(QIODevice::ReadOnly)) return fail(ErrorCode::Io, "{}: {}", path.toStdString(), file.errorString().toStdString());
    return file.readAll().toStdString();
}

Result<JobOutcome> runMeasure(const JobOrder& order, Job& job, const JobEvents& events)
{
    const auto start = Clock::now();
    const auto text = textOf(order.text);
    if (!text) return std::unexpected(text.error());
    const auto model = load(order.input);
    if (!model) return std::unexpected(model.error());
    const auto original = load(order.original);
    if (!original) return std::unexpected(original.error());
    const auto tokenizer = text::Tokenizer::load((*model)->file());
    if (!tokenizer) return std::unexpected(tokenizer.error());
    measure::PerplexityOptions options;
    if ((*model)->trainingContext() > 0) options.contextLength = std::min(options.contextLength, (*model)->trainingContext());
    auto measured = measure::measure(*model, *original, **tokenizer, *text, options, job, events.progress);
    if (!measured) return std::unexpected(measured.error());
    return JobOutcome{.files = {},
                      .sourceBytes = (*original)->file().totalBytes(),
                      .bytes = (*model)->file().totalBytes(),
                      .seconds = secondsSince(start),
                      .tensors = {},
                      .measurement = std::move(*measured)};
}

Result<JobOutcome> runOrder(const JobOrder& order, Job& job, const JobEvents& events)
{
    switch (order.kind) {
    case JobOrder::Kind::Quantize: return runQuantize(order, job, events);
    case JobOrder::Kind::Split: return runSplit(order, job, events);
    case JobOrder::Kind::Merge: return runMerge(order, job, events);
    case JobOrder::Kind::Measure: return runMeasure(order, job, events);
    }
    std::unreachable();
}

} // namespace

Workshop Workshop::real()
{
    return {.open = openSourceModel,
            .run = runOrder,
            .measureTensors = [](const SourceModel& model, const quantize::StatsOptions& options, Job& job, const ProgressFn& progress) {
                return quantize::measureTensors(*model.source, options, job, progress);
            }};
}

Result<quantize::Plan> planFor(const SourceModel& model, std::string_view target, const quantize::PlanOptions& options)
{
    if (model.checkpoint) {
        if (target == kUnchanged.toStdString()) return convert::makePlan(*model.source, convert::OutType::Auto);
        if (const auto type = convert::parseOutType(target)) return convert::makePlan(*model.source, *type);
    }
    const quantize::Target* found = quantize::findTarget(target);
    if (!found) return fail(ErrorCode::InvalidArgument, "there is no target \"{}\"", target);
    return quantize::makePlan(*model.source, *found, options);
}

} // namespace corral::app
