#include "core/convert/checkpoint.h"

#include "core/convert/family.h"
#include "core/convert/metadata.h"
#include "core/convert/out_type.h"
#include "core/convert/vocabulary.h"
#include "core/gguf/cursor.h"

#include <algorithm>

namespace corral::convert {

namespace {

class Checkpoint final : public quantize::Source {
public:
    Checkpoint(Weights weights, std::vector<OutputTensor> outputs)
        : m_weights(std::move(weights)), m_outputs(std::move(outputs))
    {
        for (const OutputTensor& output : m_outputs) m_tensors.push_back(output.info);
    }

    void setKeys(gguf::Keys keys) { m_keys = std::move(keys); }
    const gguf::Keys& keys() const override { return m_keys; }
    const std::vector<quantize::SourceTensor>& tensors() const override { return m_tensors; }
    Result<void> readRows(std::size_t tensor, std::uint64_t first, std::uint64_t count, std::span<float> out) const override
    {
        return convert::readRows(m_weights, m_outputs[tensor], first, count, out);
    }
    std::optional<Extent> extent(std::size_t tensor) const override
    {
        const Recipe& recipe = m_outputs[tensor].recipe;
        if (recipe.parts.size() != 1 || recipe.heads > 0 || recipe.add != 0) return std::nullopt;
        const StoredTensor& stored = m_weights[recipe.parts.front().stored];
        if (stored.bytes != m_tensors[tensor].bytes) return std::nullopt; // a part of it, or of a type that is converted when read
        return Extent{.file = stored.file, .offset = stored.offset, .bytes = stored.bytes};
    }

private:
    Weights m_weights;
    std::vector<OutputTensor> m_outputs;
    std::vector<quantize::SourceTensor> m_tensors;
    gguf::Keys m_keys;
};

std::string knownFamilies()
{
    std::string names;
    for (const Family* family : allFamilies()) names += (names.empty() ? "" : ", ") + std::string(family->name);
    return names;
}

// Rows of the embedding, which config.json must agree with.
std::int64_t vocabularySize(Config& config, const std::vector<OutputTensor>& tensors)
{
    const auto table = std::ranges::find(tensors, "token_embd.weight", [](const OutputTensor& t) { return std::string_view(t.info.name); });
    const auto rows = table == tensors.end() ? 0 : static_cast<std::int64_t>(table->info.rows());
    const auto size = config.maybeInteger({"vocab_size"}, 1, std::int64_t(1) << 26);
    if (size && *size != rows) config.complain(std::format("vocab_size is {}, the embedding has {} rows", *size, rows));
    return rows;
}

void appendAll(gguf::Keys& keys, const gguf::Keys& more) { keys.insert(keys.end(), more.begin(), more.end()); }

Result<std::unique_ptr<quantize::Source>> open(const std::filesystem::path& folder, const std::optional<std::filesystem::path>& file)
{
    auto config = Config::read(folder / "config.json");
    if (!config) return std::unexpected(config.error());
    const Family* family = findFamily(config->className());
    if (!family)
        return fail(ErrorCode::Unsupported, "architecture {} cannot be converted; those that can: {}",
                    config->className().empty() ? "without a name (config.json: architectures)" : gguf::shown(config->className()),
                    knownFamilies());
    auto weights = Weights::open(folder, file);
    if (!weights) return std::unexpected(weights.error());

    Conversion conversion(*config, *weights);
    family->convert(conversion);
    if (auto whole = conversion.finish(); !whole) return std::unexpected(whole.error());
    std::vector<OutputTensor> outputs = conversion.takeTensors();
    const std::int64_t vocabulary = vocabularySize(*config, outputs);
    if (auto fine = config->finish(); !fine) return std::unexpected(fine.error());
    conversion.set("vocab_size", gguf::u32(static_cast<std::uint32_t>(vocabulary)));

    const auto files = readTokenizerFiles(folder);
    if (!files) return std::unexpected(files.error());
    const auto tokens = vocabularyKeys(*files, *config, conversion.vocabulary, vocabulary);
    if (!tokens) return std::unexpected(tokens.error());
    const auto generation = readJsonIfThere(folder / "generation_config.json");
    if (!generation) return std::unexpected(generation.error());

    std::int64_t experts = 0;
    for (const auto& [key, value] : conversion.keys())
        if (key == conversion.architecture() + ".expert_count") experts = value.asInt().value_or(0);
    std::error_code ignored;
    const std::string name = std::filesystem::weakly_canonical(folder, ignored).filename().string();
    gguf::Keys keys = generalKeys(conversion.architecture(), name, sizeLabel(outputs, experts), readModelCard(folder), *generation);
    appendAll(keys, conversion.keys());
    auto source = std::make_unique<Checkpoint>(std::move(*weights), std::move(outputs));
    gguf::setKey(keys, "general.file_type", gguf::u32(fileTypeOf(automaticType(*source)))); // of what it is stored in; a plan has its own
    gguf::setKey(keys, "general.quantization_version", gguf::u32(2));
    appendAll(keys, *tokens);
    source->setKeys(std::move(keys));
    return source;
}

// The folder itself, or the one a file is in.
std::filesystem::path folderOf(const std::filesystem::path& folderOrFile)
{
    std::error_code missing;
    if (std::filesystem::is_directory(folderOrFile, missing)) return folderOrFile;
    return folderOrFile.has_parent_path() ? folderOrFile.parent_path() : ".";
}

} // namespace

Result<std::unique_ptr<quantize::Source>> openCheckpoint(const std::filesystem::path& folderOrFile)
{
    std::error_code missing;
    if (!std::filesystem::exists(folderOrFile, missing)) return fail(ErrorCode::NotFound, "{}: not there", folderOrFile.string());
    const std::filesystem::path folder = folderOf(folderOrFile);
    std::optional<std::filesystem::path> file;
    if (!std::filesystem::is_directory(folderOrFile, missing)) {
        if (folderOrFile.extension() == ".safetensors") file = folderOrFile;
        else if (folderOrFile.extension() != ".json")
            return fail(ErrorCode::InvalidArgument, "{}: neither a folder nor a .safetensors file", folderOrFile.string());
    }
    auto source = open(folder, file);
    if (!source) return within("converting " + folder.string(), source.error());
    return source;
}

bool isCheckpoint(const std::filesystem::path& folder)
{
    std::error_code missing;
    return std::filesystem::is_regular_file(folder / "config.json", missing) && !weightFiles(folder).empty();
}

bool isPartOfCheckpoint(const std::filesystem::path& folderOrFile, const std::filesystem::path& file)
{
    std::error_code missing, stopped;
    for (std::filesystem::directory_iterator it(folderOf(folderOrFile), stopped), end; !stopped && it != end; it.increment(stopped))
        if (it->path().extension() != ".gguf" && std::filesystem::equivalent(it->path(), file, missing)) return true;
    return false;
}

std::filesystem::path defaultOutput(const std::filesystem::path& folderOrFile, std::string_view typeName)
{
    std::error_code ignored;
    std::filesystem::path place = std::filesystem::weakly_canonical(folderOf(folderOrFile), ignored);
    if (place.empty()) place = folderOf(folderOrFile);
    if (!place.has_filename()) place = place.parent_path();
    std::string type(typeName);
    std::ranges::transform(type, type.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return place.parent_path() / (place.filename().string() + "-" + type + ".gguf");
}

} // namespace corral::convert
