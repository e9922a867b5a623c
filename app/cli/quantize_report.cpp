#include "app/cli/quantize_report.h"

#include "core/quant/format.h"

#include <format>

namespace corral::cli {

namespace {

double mebibytes(std::uint64_t bytes) { return static_cast<double>(bytes) / 1024 / 1024; }

std::string_view typeName(std::uint32_t type) { return quant::findFormat(type)->name; }

} // namespace

std::string targetList()
{
    std::string text;
    for (const quantize::Target& target : quantize::allTargets())
        text += target.copy ? std::format("          {:<7} : {}\n", target.name, target.note)
                            : std::format("  {:>2}  or  {:<7} : {}\n", target.fileType, target.name, target.note);
    return text;
}

std::string tensorLine(const quantize::Source& source, const quantize::Plan& plan, std::size_t index)
{
    const quantize::PlannedTensor& planned = plan.tensors[index];
    const quantize::SourceTensor& tensor = source.tensors()[planned.source];
    std::string line = std::format("[{:4}/{:4}] {:>36} - [{:6}, {:6}, {:6}, {:6}], type = {:>6}, ", index + 1, plan.tensors.size(), oneLine(planned.name), tensor.shape[0],
                                   tensor.shape[1], tensor.shape[2], tensor.shape[3], typeName(tensor.type));
    if (planned.type == tensor.type) return line + std::format("size = {:8.3f} MiB\n", mebibytes(planned.bytes));
    line += std::format("converting to {} .. size = {:8.2f} MiB -> {:8.2f} MiB\n", typeName(planned.type), mebibytes(tensor.bytes), mebibytes(planned.bytes));
    if (planned.fallback)
        line += std::format("warning: rows of {} values of {} do not fit the type that the rules chose: {} instead\n", tensor.shape[0], oneLine(planned.name), typeName(planned.type));
    return line;
}

std::string planSummary(const quantize::Plan& plan)
{
    const auto bits = [&](std::uint64_t bytes) { return plan.elements == 0 ? 0.0 : 8.0 * static_cast<double>(bytes) / static_cast<double>(plan.elements); };
    std::string text = std::format("model size  = {:8.2f} MiB ({:.2f} BPW)\n", mebibytes(plan.sourceBytes), bits(plan.sourceBytes));
    text += std::format("quant size  = {:8.2f} MiB ({:.2f} BPW)\n", mebibytes(plan.bytes), plan.bitsPerWeight());
    if (plan.fallbacks > 0) text += std::format("warning: {} of {} tensors required fallback quantization\n", plan.fallbacks, plan.tensors.size());
    return text;
}

Json planJson(const quantize::Plan& plan)
{
    Json tensors = Json::object();
    for (const quantize::PlannedTensor& tensor : plan.tensors) tensors[tensor.name] = typeName(tensor.type);
    return {{"tensors", std::move(tensors)}, {"bytes", plan.bytes}, {"bpw", plan.bitsPerWeight()}};
}

} // namespace corral::cli
