// corral convert: a Hugging Face checkpoint becomes a model file, in a float type or straight in a quantized one.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "app/cli/watched_job.h"
#include "core/convert/checkpoint.h"
#include "core/quant/format.h"
#include "core/quantize/target.h"
#include "core/quantize/write.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace corral::cli {

namespace {

struct ConvertOptions {
    std::filesystem::path input, imatrixFile;
    std::string output, type = "auto", name;
    int threads = 0;
    bool dryRun = false;
};

std::string changedCase(std::string text, bool upper)
{
    std::ranges::transform(text, text.begin(), [&](unsigned char c) { return static_cast<char>(upper ? std::toupper(c) : std::tolower(c)); });
    return text;
}

// What general.file_type says, as a name: of "auto" only the plan knows.
std::string typeName(const quantize::Plan& plan)
{
    for (const auto& [key, value] : plan.keys)
        if (key == "general.file_type")
            if (const auto* target = quantize::targetOfFileType(static_cast<std::uint32_t>(value.asInt().value_or(0))))
                return std::string(target->name);
    return "model";
}

std::filesystem::path outputPath(const ConvertOptions& o, const quantize::Plan& plan)
{
    const std::string type = typeName(plan);
    if (o.output.empty()) return convert::defaultOutput(o.input, type);
    std::string path = o.output;
    for (const char* placeholder : {"{ftype}", "{outtype}"}) path = text::replaceAll(path, placeholder, changedCase(type, false));
    for (const char* placeholder : {"{FTYPE}", "{OUTTYPE}"}) path = text::replaceAll(path, placeholder, changedCase(type, true));
    return path;
}

Result<quantize::Plan> planFor(const ConvertOptions& o, const quantize::Source& source, const quantize::Imatrix* imatrix)
{
    if (const auto type = convert::parseOutType(o.type)) return convert::makePlan(source, *type);
    quantize::PlanOptions options;
    options.imatrix = imatrix;
    return quantize::makePlan(source, *quantize::findTarget(o.type), options);
}

std::string shapeText(const quantize::SourceTensor& tensor)
{
    std::string text;
    for (int d = 0; d < tensor.dims; ++d) text += std::format("{}{}", d > 0 ? ", " : "", tensor.shape[static_cast<std::size_t>(d)]);
    return "[" + text + "]";
}

Result<void> convertModel(const ConvertOptions& o)
{
    std::optional<quantize::Imatrix> imatrix;
    if (!o.imatrixFile.empty()) {
        auto loaded = quantize::Imatrix::load(o.imatrixFile);
        if (!loaded) return std::unexpected(loaded.error());
        imatrix = std::move(*loaded);
    }
    const quantize::Imatrix* importances = imatrix ? &*imatrix : nullptr;
    const auto source = convert::openCheckpoint(o.input);
    if (!source) return std::unexpected(source.error());
    auto plan = planFor(o, **source, importances);
    if (!plan) return std::unexpected(plan.error());
    if (!o.name.empty()) gguf::setKey(plan->keys, "general.name", gguf::string(o.name));
    const std::filesystem::path output = outputPath(o, *plan);
    if (convert::isPartOfCheckpoint(o.input, output))
        return fail(ErrorCode::InvalidArgument, "{} is a part of the checkpoint", output.string());
    const std::string summary = std::format("{} tensors, {:.1f} MB, {:.2f} bits a weight", plan->tensors.size(),
                                            static_cast<double>(plan->bytes) / 1e6, plan->bitsPerWeight());
    if (o.dryRun) {
        for (const quantize::PlannedTensor& tensor : plan->tensors) {
            const quantize::SourceTensor& from = (*source)->tensors()[tensor.source];
            print(std::format("{:<44} {:<24} {} -> {}\n", oneLine(tensor.name), shapeText(from), quant::findFormat(from.type)->name,
                              quant::findFormat(tensor.type)->name));
        }
        print(std::format("{}: {}\n", oneLine(output.string()), summary));
        return {};
    }
    if (plan->missingImportance)
        return fail(ErrorCode::InvalidArgument, "{} requires an importance matrix (--imatrix): there are no importances for tensor {}",
                    typeName(*plan), *plan->missingImportance);

    WatchedJob watched("tensor");
    const auto report = quantize::write(**source, *plan, importances, {.output = output, .threads = o.threads}, watched.job(),
                                        watched.progress());
    watched.end();
    if (!report) return std::unexpected(report.error());
    print(std::format("{}: {}, {}\n", oneLine(output.string()), typeName(*plan), summary));
    return {};
}

} // namespace

int runConvert(const Hooks&, Arguments arguments)
{
    ConvertOptions o;
    OptionTable table("corral convert DIR|FILE [OPTIONS]",
                      "Makes a model file of a Hugging Face folder (config.json, *.safetensors, tokenizer files), or of a .safetensors file in one.\n"
                      "Families: llama, mistral, qwen2, qwen3, qwen3moe, gemma2, gemma3, phi3, smollm3, granite, olmo2.");
    table.value({"--outfile", "-o"}, "FILE",
                "what to write; {ftype} and {FTYPE} in it become the type's name (default: DIR-TYPE.gguf beside DIR)", o.output);
    table.add({"--outtype"}, "TYPE",
              "f32, f16, bf16, q8_0, auto (what the checkpoint has, else f16), or any type of `corral quantize`: q4_k_m … (default: auto)",
              [&o](const std::string& text) -> std::optional<std::string> {
                  const auto* target = quantize::findTarget(text);
                  const bool isType = convert::parseOutType(text) || (target && !target->copy && !parseNumber<int>(text));
                  if (!isType) return std::format("\"{}\" is no type of output", text);
                  o.type = text;
                  return std::nullopt;
              });
    table.value({"--model-name"}, "NAME", "the model's name (default: the folder's)", o.name);
    table.value({"--imatrix"}, "FILE", "importance matrix, for quantized types", o.imatrixFile);
    table.value({"-t", "--threads"}, "N", "threads; 0: all cores", o.threads);
    table.flag({"--dry-run"}, "say what would be written, write nothing", o.dryRun);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (rest->size() != 1) return table.misuse("which checkpoint? One DIR or FILE is needed");
    if (o.threads < 0) return table.misuse("threads cannot be negative");
    o.input = rest->front();
    const auto done = convertModel(o);
    return done ? kFine : failed("convert", done.error());
}

} // namespace corral::cli
