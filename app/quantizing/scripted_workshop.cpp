#include "app/quantizing/scripted_workshop.h"

#include "core/quant/format.h"
#include "core/quantize/target.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

namespace corral::app {

namespace {

using Clock = std::chrono::steady_clock;

struct Size {
    const char* architecture;
    std::uint32_t layers, width, hidden, heads, keyHeads, vocabulary, context;
};
constexpr Size kQwen{"qwen2", 28, 1536, 8960, 12, 2, 151'936, 32'768}; // 2.5 of 1.5 billion parameters
constexpr Size kSmol{"llama", 30, 576, 1536, 9, 3, 49'152, 8'192};     // SmolLM2 of 135 million

// Keys and tensors of a model; no weights.
class Shapes : public quantize::Source {
public:
    explicit Shapes(const Size& size, std::uint32_t type, std::string name)
    {
        const std::string arch = size.architecture;
        const std::uint64_t width = size.width, hidden = size.hidden, keys = std::uint64_t(size.width) / size.heads * size.keyHeads;
        m_keys = {{"general.architecture", gguf::string(arch)},
                  {"general.name", gguf::string(std::move(name))},
                  {arch + ".block_count", gguf::u32(size.layers)},
                  {arch + ".context_length", gguf::u32(size.context)},
                  {arch + ".embedding_length", gguf::u32(size.width)},
                  {arch + ".feed_forward_length", gguf::u32(size.hidden)},
                  {arch + ".vocab_size", gguf::u32(size.vocabulary)},
                  {arch + ".attention.layer_norm_rms_epsilon", gguf::f32(1e-6f)},
                  {arch + ".attention.head_count", gguf::u32(size.heads)},
                  {arch + ".attention.head_count_kv", gguf::u32(size.keyHeads)},
                  {"general.organization", gguf::string("Qwen")},
                  {"general.license", gguf::string("apache-2.0")},
                  {"tokenizer.ggml.model", gguf::string("gpt2")},
                  {"tokenizer.chat_template", gguf::string("{%- for message in messages %}\n{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}\n"
                                                           "{%- endfor %}\n{%- if add_generation_prompt %}\n{{- '<|im_start|>assistant\\n' }}\n{%- endif %}\n")}};
        add("token_embd.weight", width, size.vocabulary, type);
        for (std::uint32_t layer = 0; layer < size.layers; ++layer) {
            const std::string block = "blk." + std::to_string(layer) + ".";
            add(block + "attn_norm.weight", width, 1, quant::kF32);
            add(block + "attn_q.weight", width, width, type);
            add(block + "attn_k.weight", width, keys, type);
            add(block + "attn_v.weight", width, keys, type);
            add(block + "attn_output.weight", width, width, type);
            add(block + "ffn_norm.weight", width, 1, quant::kF32);
            add(block + "ffn_gate.weight", width, hidden, type);
            add(block + "ffn_up.weight", width, hidden, type);
            add(block + "ffn_down.weight", hidden, width, type);
        }
        add("output_norm.weight", width, 1, quant::kF32);
    }
    const gguf::Keys& keys() const override { return m_keys; }
    const std::vector<quantize::SourceTensor>& tensors() const override { return m_tensors; }
    Result<void> readRows(std::size_t, std::uint64_t, std::uint64_t, std::span<float> out) const override
    {
        std::ranges::fill(out, 0.f);
        return {};
    }
    std::optional<Extent> extent(std::size_t) const override { return std::nullopt; }

private:
    void add(std::string name, std::uint64_t columns, std::uint64_t rows, std::uint32_t type)
    {
        quantize::SourceTensor tensor;
        tensor.name = std::move(name);
        tensor.shape = {columns, rows, 1, 1};
        tensor.dims = rows > 1 ? 2 : 1;
        tensor.type = type;
        tensor.bytes = quant::findFormat(type)->rowBytes(std::int64_t(columns)) * rows;
        m_tensors.push_back(std::move(tensor));
    }

    gguf::Keys m_keys;
    std::vector<quantize::SourceTensor> m_tensors;
};

std::uint64_t bytesOf(const quantize::Source& source)
{
    std::uint64_t bytes = 0;
    for (const auto& tensor : source.tensors()) bytes += tensor.bytes;
    return bytes;
}

Result<SourceModel> openScripted(const std::filesystem::path& path)
{
    std::string name = path.stem().string();
    if (name.starts_with("mamba")) return fail(ErrorCode::Format, "{}: tensor \"blk.0.ssm_a\": its data end at offset 2771816448, the file at 98362432", path.filename().string());
    const bool quantized = name.contains("Q4");
    const auto part = name.find("-00");
    if (part != std::string::npos) name.resize(part);
    SourceModel model = describeSource(std::make_shared<Shapes>(name.starts_with("SmolLM2") ? kSmol : kQwen, quantized ? quant::kQ4_0 : quant::kF16, name));
    model.path = path;
    model.bytes = bytesOf(*model.source);
    model.shards = part == std::string::npos ? 1 : 3;
    model.supported = true;
    std::error_code error;
    model.checkpoint = std::filesystem::is_directory(path, error);
    return model;
}

// A number that varies without a pattern, the same every time: 0 … 1.
double speckle(std::uint64_t n)
{
    n = (n ^ (n >> 33)) * 0xff51afd7ed558ccdULL;
    n = (n ^ (n >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return double(n >> 11) / double(std::uint64_t(1) << 53);
}

// About what a type of so many bits loses.
double errorOfBits(double bits) { return 1.1 * std::pow(2.0, -bits); }

double bitsOf(std::uint32_t type)
{
    const quant::Format* format = quant::findFormat(type);
    return 8.0 * format->blockBytes / format->blockSize;
}

std::vector<quantize::TensorResult> losses(const quantize::Plan& plan, const quantize::Source& source)
{
    std::vector<quantize::TensorResult> results;
    for (const auto& planned : plan.tensors) {
        const auto& tensor = source.tensors()[planned.source];
        quantize::TensorResult result{.name = planned.name, .sourceType = tensor.type, .type = planned.type, .sourceBytes = tensor.bytes, .bytes = planned.bytes, .error = {}};
        if (planned.type != tensor.type) {
            const double error = errorOfBits(bitsOf(planned.type)) * (0.75 + 0.6 * speckle(planned.source * 2654435761u + planned.type));
            result.error = quantize::TensorError{.meanSquare = error * error, .originalMeanSquare = 1, .maxAbsolute = 3 * error};
        }
        results.push_back(std::move(result));
    }
    return results;
}

measure::Measurement measurementOf(std::uint64_t bytes, std::uint64_t originalBytes)
{
    const double bits = 16.0 * double(bytes) / double(originalBytes);
    measure::Measurement measured;
    measured.divergence.emplace();
    measured.divergence->basePpl = 11.42;
    measured.divergence->kldMean = 3.1 * std::pow(2.0, -1.45 * bits);
    measured.divergence->sameTop = 1 - 0.9 * std::pow(2.0, -0.75 * bits);
    measured.divergence->deltaRms = std::pow(2.0, -bits);
    measured.perplexity.ppl = measured.divergence->basePpl * (1 + 0.9 * measured.divergence->kldMean);
    measured.perplexity.tokens = 1'024;
    return measured;
}

// Goes through the steps at the script's speed.
Result<void> play(double bytesPerSecond, const std::vector<std::pair<std::string, std::uint64_t>>& steps, Job& job, const ProgressFn& progress)
{
    constexpr double kTick = 0.03; // seconds
    Progress at{.steps = int(steps.size())};
    for (const auto& [name, bytes] : steps) at.total += bytes;
    for (const auto& [name, bytes] : steps) {
        at.name = name;
        std::uint64_t left = bytes;
        while (left > 0) {
            if (!job.proceed()) return fail(ErrorCode::Cancelled, "cancelled");
            const std::uint64_t piece = bytesPerSecond <= 0 ? left : std::min(left, std::uint64_t(bytesPerSecond * kTick));
            if (bytesPerSecond > 0) std::this_thread::sleep_for(std::chrono::duration<double>(double(piece) / bytesPerSecond));
            left -= piece;
            at.done += piece;
            if (progress) progress(at);
        }
        ++at.step;
    }
    return {};
}

Result<JobOutcome> runScripted(const WorkshopScript& script, const JobOrder& order, Job& job, const JobEvents& events)
{
    const auto start = Clock::now();
    auto model = openScripted(order.kind == JobOrder::Kind::Measure ? order.original : order.input);
    if (!model) return std::unexpected(model.error());
    std::vector<std::pair<std::string, std::uint64_t>> steps;
    for (const auto& tensor : model->source->tensors()) steps.emplace_back(tensor.name, tensor.bytes);
    JobOutcome outcome;
    outcome.sourceBytes = outcome.bytes = model->bytes;
    if (order.kind == JobOrder::Kind::Quantize) {
        const auto plan = planFor(*model, order.choices.hasGoal() ? "Q4_K_M" : order.target.toStdString(), {.allowRequantize = true});
        if (!plan) return std::unexpected(plan.error());
        outcome.bytes = plan->bytes;
        outcome.bitsPerWeight = plan->bitsPerWeight();
        outcome.tensors = losses(*plan, *model->source);
    }
    if (order.kind == JobOrder::Kind::Measure) {
        const quantize::Target* target = quantize::findTarget(order.target.toStdString());
        const auto plan = planFor(*model, target ? target->name : "Q4_K_M", {.allowRequantize = true});
        if (!plan) return std::unexpected(plan.error());
        outcome.bytes = plan->bytes;
        outcome.measurement = measurementOf(outcome.bytes, outcome.sourceBytes);
    } else {
        outcome.files = {order.output};
        if (order.kind == JobOrder::Kind::Split) {
            outcome.files = {gguf::shardPath(order.output, 1, 2), gguf::shardPath(order.output, 2, 2)};
        }
        events.outputs(outcome.files);
    }
    const double speed = script.bytesPerSecondOf ? script.bytesPerSecondOf(order) : script.bytesPerSecond;
    if (order.output.string().contains("full")) {
        steps.resize(steps.size() / 2);
        if (auto played = play(speed, steps, job, events.progress); !played) return std::unexpected(played.error());
        return fail(ErrorCode::Io, "{}: no space left on device", order.output.filename().string());
    }
    if (auto played = play(speed, steps, job, events.progress); !played) return std::unexpected(played.error());
    outcome.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return outcome;
}

Result<std::vector<quantize::TensorStats>> measureScripted(const WorkshopScript& script, const SourceModel& model, const quantize::StatsOptions& options, Job& job,
                                                           const ProgressFn& progress)
{
    std::vector<std::pair<std::string, std::uint64_t>> steps;
    for (const auto& tensor : model.source->tensors()) steps.emplace_back(tensor.name, tensor.bytes);
    if (auto played = play(script.bytesPerSecond, steps, job, progress); !played) return std::unexpected(played.error());
    std::vector<quantize::TensorStats> all;
    for (const auto& tensor : model.source->tensors()) {
        const double spread = 0.02 + 0.03 * speckle(all.size());
        quantize::TensorStats stats{.name = tensor.name, .type = tensor.type, .values = {}, .losses = {}};
        stats.values.count = tensor.elements();
        stats.values.zeros = std::uint64_t(double(tensor.elements()) * 0.0004 * speckle(all.size() + 1000));
        stats.values.minimum = -9 * spread;
        stats.values.maximum = 8 * spread;
        stats.values.sumSquares = spread * spread * double(tensor.elements());
        for (const auto type : options.types) {
            const double error = errorOfBits(bitsOf(type));
            stats.losses.emplace_back(type, quantize::TensorError{.meanSquare = error * error, .originalMeanSquare = 1, .maxAbsolute = error});
        }
        all.push_back(std::move(stats));
    }
    return all;
}

} // namespace

Workshop scriptedWorkshop(const WorkshopScript& script)
{
    return {.open =
                [script](const std::filesystem::path& path) {
                    std::this_thread::sleep_for(std::chrono::duration<double>(script.openSeconds));
                    return openScripted(path);
                },
            .run = [script](const JobOrder& order, Job& job, const JobEvents& events) { return runScripted(script, order, job, events); },
            .measureTensors =
                [script](const SourceModel& model, const quantize::StatsOptions& options, Job& job, const ProgressFn& progress) {
                    return measureScripted(script, model, options, job, progress);
                }};
}

} // namespace corral::app
