#include "app/quantizing/source_model.h"

#include "core/convert/checkpoint.h"
#include "core/engine/engine.h"
#include "core/quant/format.h"

#include <algorithm>
#include <cctype>
#include <map>

namespace corral::app {

namespace {

std::string text(const gguf::Keys& keys, std::string_view name)
{
    const gguf::Value* value = gguf::findKey(keys, name);
    const std::string* string = value ? value->asString() : nullptr;
    return string ? *string : std::string();
}

// A count that a hostile file cannot make huge or negative.
std::uint64_t count(const gguf::Keys& keys, const std::string& name)
{
    constexpr std::int64_t kMost = 1'000'000'000;
    const gguf::Value* value = gguf::findKey(keys, name);
    const auto number = value ? value->asInt() : std::nullopt;
    return number && *number > 0 && *number <= kMost ? static_cast<std::uint64_t>(*number) : 0;
}

bool isMatrix(const quantize::SourceTensor& tensor) { return tensor.dims > 1 && tensor.rows() > 1; }

// The type that most of the bytes have.
std::string prevailingType(const std::vector<quantize::SourceTensor>& tensors)
{
    std::map<std::uint32_t, std::uint64_t> bytes;
    for (const auto& tensor : tensors) bytes[tensor.type] += tensor.bytes;
    if (bytes.empty()) return {};
    const quant::Format* format = quant::findFormat(std::ranges::max_element(bytes, {}, [](const auto& entry) { return entry.second; })->first);
    std::string name(format ? format->name : std::string_view());
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return name;
}

std::uint64_t folderBytes(const std::filesystem::path& folder)
{
    std::uint64_t bytes = 0;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".safetensors") bytes += entry.file_size(error);
    }
    return bytes;
}

} // namespace

SourceModel describeSource(std::shared_ptr<const quantize::Source> source)
{
    SourceModel model;
    const gguf::Keys& keys = source->keys();
    model.name = text(keys, "general.name");
    model.architecture = text(keys, "general.architecture");
    model.license = text(keys, "general.license");
    model.layers = static_cast<int>(count(keys, model.architecture + ".block_count"));
    model.type = prevailingType(source->tensors());
    for (const auto& tensor : source->tensors()) {
        model.parameters += tensor.elements();
        const quant::Format* format = quant::findFormat(tensor.type);
        model.quantized |= isMatrix(tensor) && format && format->quantized;
    }
    model.source = std::move(source);
    return model;
}

Result<SourceModel> openSourceModel(const std::filesystem::path& path)
{
    std::error_code error;
    if (std::filesystem::is_directory(path, error) || path.extension() == ".safetensors") {
        auto checkpoint = convert::openCheckpoint(path);
        if (!checkpoint) return std::unexpected(checkpoint.error());
        SourceModel model = describeSource(std::move(*checkpoint));
        const auto folder = std::filesystem::is_directory(path, error) ? path : path.parent_path();
        model.path = path;
        model.checkpoint = true;
        model.supported = true;
        model.bytes = folderBytes(folder);
        if (model.name.empty()) model.name = folder.filename().string();
        return model;
    }
    auto file = gguf::File::open(path);
    if (!file) return std::unexpected(file.error());
    SourceModel model = describeSource(std::make_shared<quantize::GgufSource>(*file));
    const engine::ModelInfo info = engine::describe(**file, path);
    model.path = path;
    model.type = info.quantization;
    model.bytes = info.fileBytes;
    model.supported = info.supported;
    model.shards = static_cast<int>((*file)->shards().size());
    model.file = std::move(*file);
    if (model.name.empty()) model.name = path.stem().string();
    return model;
}

std::uint64_t cacheBytes(const gguf::Keys& keys, int tokens)
{
    const std::string architecture = text(keys, "general.architecture");
    const auto of = [&](const char* name) { return count(keys, architecture + name); };
    const std::uint64_t layers = of(".block_count"), heads = of(".attention.head_count"), width = of(".embedding_length");
    if (layers == 0 || heads == 0 || width == 0) return 0;
    const std::uint64_t kvHeads = of(".attention.head_count_kv") ? of(".attention.head_count_kv") : heads;
    const std::uint64_t key = of(".attention.key_length") ? of(".attention.key_length") : width / heads;
    const std::uint64_t value = of(".attention.value_length") ? of(".attention.value_length") : key;
    constexpr std::uint64_t kHalf = 2; // bytes
    return std::uint64_t(tokens) * layers * kvHeads * (key + value) * kHalf;
}

} // namespace corral::app
