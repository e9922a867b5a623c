// corral info: what a model file holds.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "app/cli/tensor_report.h"
#include "core/engine/engine.h"
#include "core/quant/format.h"

#include <map>

namespace corral::cli {

namespace {

Json toJson(const gguf::Value& value)
{
    return std::visit([](const auto& data) { return Json(data); }, value.data);
}

Json shapeOf(const gguf::TensorInfo& tensor)
{
    Json shape = Json::array();
    for (int d = 0; d < tensor.dims; ++d) shape.push_back(tensor.shape[static_cast<std::size_t>(d)]);
    return shape;
}

std::string_view typeName(const gguf::TensorInfo& tensor) { return quant::findFormat(tensor.type)->name; }

std::string typeText(const gguf::Value& value)
{
    if (value.type != gguf::ValueType::Array) return toString(value.type);
    return std::format("{}[{}]", toString(value.elementType), value.arraySize());
}

struct TypeTotal {
    std::uint64_t tensors = 0, parameters = 0, bytes = 0;
};

std::map<std::string_view, TypeTotal> totalsByType(const gguf::File& file)
{
    std::map<std::string_view, TypeTotal> totals;
    for (const auto& tensor : file.tensors()) {
        TypeTotal& total = totals[typeName(tensor)];
        ++total.tensors;
        total.parameters += tensor.elements();
        total.bytes += tensor.bytes;
    }
    return totals;
}

std::uint64_t tensorBytes(const gguf::File& file)
{
    std::uint64_t bytes = 0;
    for (const auto& tensor : file.tensors()) bytes += tensor.bytes;
    return bytes;
}

Json describeAsJson(const gguf::File& file, const engine::ModelInfo& info)
{
    Json json = {{"path", info.path.string()},
                 {"name", info.name},
                 {"architecture", info.architecture},
                 {"supported", info.supported},
                 {"quantization", info.quantization},
                 {"size_label", info.sizeLabel},
                 {"license", info.license},
                 {"parameters", info.parameters},
                 {"file_bytes", info.fileBytes},
                 {"tensor_bytes", tensorBytes(file)},
                 {"context_length", info.trainingContext},
                 {"block_count", info.layers},
                 {"has_chat_template", info.hasChatTemplate},
                 {"version", file.shards().front().version},
                 {"alignment", file.shards().front().alignment},
                 {"files", file.shards().size()}};
    Json& types = json["types"] = Json::object();
    for (const auto& [name, total] : totalsByType(file))
        types[std::string(name)] = {{"tensors", total.tensors}, {"parameters", total.parameters}, {"bytes", total.bytes}};
    Json& metadata = json["metadata"] = Json::object();
    for (const auto& [key, value] : file.keys()) metadata[key] = toJson(value);
    Json& tensors = json["tensors"] = Json::array();
    for (const auto& tensor : file.tensors())
        tensors.push_back({{"name", tensor.name},
                           {"type", typeName(tensor)},
                           {"shape", shapeOf(tensor)},
                           {"bytes", tensor.bytes},
                           {"file", tensor.shard},
                           {"offset", file.shards()[static_cast<std::size_t>(tensor.shard)].dataStart + tensor.offset}});
    return json;
}

std::string sizeText(std::uint64_t bytes)
{
    const double n = static_cast<double>(bytes);
    if (n >= 1e9) return std::format("{:.2f} GB", n / 1e9);
    if (n >= 1e6) return std::format("{:.1f} MB", n / 1e6);
    return std::format("{:.1f} kB", n / 1e3);
}

// A value on one line of a table: JSON, cut short.
std::string shortText(const gguf::Value& value)
{
    constexpr std::size_t kMostElements = 8, kMostBytes = 100;
    const auto scalar = [](const auto& element) {
        if constexpr (std::is_convertible_v<decltype(element), std::string_view>) return dump(element.substr(0, kMostBytes + 4)); // of maybe megabytes
        else return dump(element);
    };
    return oneLine(std::visit(
                       [&](const auto& data) {
                           if constexpr (requires { data.capacity(); } && !std::is_convertible_v<decltype(data), std::string_view>) {
                               std::string text = "[";
                               for (std::size_t i = 0; i < std::min(data.size(), kMostElements); ++i) {
                                   const typename std::decay_t<decltype(data)>::value_type element = data[i];
                                   text += (i > 0 ? ", " : "") + scalar(element);
                               }
                               return text + (data.size() > kMostElements ? ", …]" : "]");
                           } else {
                               return scalar(data);
                           }
                       },
                       value.data),
                   kMostBytes);
}

std::string describeAsText(const gguf::File& file, const engine::ModelInfo& info)
{
    std::string text;
    const auto line = [&](std::string_view label, const std::string& value) {
        if (!value.empty()) text += std::format("{:<16}{}\n", label, oneLine(value));
    };
    line("file", info.path.string());
    if (file.shards().size() > 1) line("files", std::to_string(file.shards().size()));
    line("name", info.name);
    line("architecture", info.architecture.empty() ? "" : info.architecture + (info.supported ? "" : " (not supported)"));
    line("parameters", info.parameters > 0 ? std::to_string(info.parameters) : "");
    line("quantization", info.quantization);
    line("size", sizeText(info.fileBytes));
    line("layers", info.layers > 0 ? std::to_string(info.layers) : "");
    line("context", info.trainingContext > 0 ? std::to_string(info.trainingContext) + " tokens in training" : "");
    line("chat template", info.hasChatTemplate ? "yes" : "no");
    line("license", info.license);
    line("format", std::format("GGUF version {}, alignment {}", file.shards().front().version, file.shards().front().alignment));

    text += std::format("\n{} keys:\n", file.keys().size());
    for (const auto& [key, value] : file.keys()) text += std::format("  {:<44} {:<14} {}\n", oneLine(key), typeText(value), shortText(value));

    text += std::format("\n{} tensors, {}:\n", file.tensors().size(), sizeText(tensorBytes(file)));
    for (const auto& [name, total] : totalsByType(file)) text += std::format("  {:<8} {:>6} tensors {:>12}\n", name, total.tensors, sizeText(total.bytes));
    for (const auto& tensor : file.tensors())
        text += std::format("  {:<44} {:<8} {:<24} {:>12}\n", oneLine(tensor.name), typeName(tensor), dump(shapeOf(tensor)), sizeText(tensor.bytes));
    return text;
}

} // namespace

int runInfo(const Hooks&, Arguments arguments)
{
    bool json = false;
    std::filesystem::path path;
    TensorReport report;
    OptionTable table("corral info FILE [--stats] [--json]",
                      "Shows what a model file holds: metadata, tensors and sizes. Any file of a split model shows the whole.");
    table.flag({"--json"}, "all of it, arrays complete, as one JSON object", json);
    table.value({"-m", "--model"}, "FILE", "the same as FILE", path);
    report.addOptions(table);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (rest->size() + (path.empty() ? 0 : 1) != 1) return table.misuse("which file? One FILE is needed");
    if (const auto wrong = report.misuse(); !wrong.empty()) return table.misuse(wrong);
    if (path.empty()) path = rest->front();
    const auto file = gguf::File::open(path);
    if (!file) return failed("info", file.error());
    if (report.wanted())
        if (auto ok = report.measure(*file); !ok) return failed("info", ok.error());
    const auto info = engine::describe(**file, path);
    if (json) {
        Json all = describeAsJson(**file, info);
        if (report.wanted()) report.addTo(all);
        print(dump(all) + "\n");
    } else {
        print(describeAsText(**file, info) + (report.wanted() ? report.asText() : ""));
    }
    return kFine;
}

} // namespace corral::cli
