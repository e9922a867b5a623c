#include "core/convert/weights.h"

#include "core/convert/json_file.h"
#include "core/gguf/cursor.h"

#include <algorithm>
#include <array>
#include <set>

namespace corral::convert {

namespace {

constexpr std::string_view kIndexName = "model.safetensors.index.json";

bool isThere(const std::filesystem::path& path)
{
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

// A name in the folder, nothing that leads out of it.
bool isPlainFileName(std::string_view name)
{
    return !name.empty() && name != "." && name != ".." && name.find_first_of(std::string_view("/\\:\0", 4)) == std::string_view::npos;
}

// weight_map: tensor → file
Result<std::map<std::string, std::string>> readIndex(const std::filesystem::path& path)
{
    auto index = readJson(path);
    if (!index) return std::unexpected(index.error());
    const Json* map = find(*index, "weight_map");
    if (!map || !map->is_object() || map->empty()) return fail(ErrorCode::Format, "{}: no weight_map in it", path.string());
    std::map<std::string, std::string> fileOf;
    for (const auto& [tensor, file] : map->items()) {
        const auto* name = file.get_ptr<const std::string*>();
        if (!name || !isPlainFileName(*name))
            return fail(ErrorCode::Format, "{}: tensor {} is said to be in {}, which is no file name", path.string(), gguf::shown(tensor),
                        name ? gguf::shown(*name) : "something that is no text");
        fileOf[tensor] = *name;
    }
    return fileOf;
}

std::string joined(const std::set<std::string>& names)
{
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

// PREFIX-00001-of-00003.safetensors → all names of that set; of one file: itself.
std::set<std::string> namesOfSet(const std::string& name)
{
    constexpr std::string_view kEnd = ".safetensors", kOf = "-of-";
    constexpr std::size_t kDigits = 5;
    const std::size_t tail = kEnd.size() + kDigits + kOf.size() + kDigits;
    const auto digits = [&](std::size_t from) {
        return std::ranges::all_of(std::string_view(name).substr(from, kDigits), [](char c) { return c >= '0' && c <= '9'; });
    };
    if (name.size() <= tail) return {name};
    const std::size_t number = name.size() - tail, of = number + kDigits, count = of + kOf.size();
    if (!digits(number) || name.compare(of, kOf.size(), kOf) != 0 || !digits(count)) return {name};
    std::set<std::string> names;
    for (int i = 1, n = std::stoi(name.substr(count, kDigits)); i <= n; ++i)
        names.insert(std::format("{}{:05}{}", name.substr(0, number), i, name.substr(of)));
    return names.contains(name) ? names : std::set{name};
}

// facts/convert.md § 1.4
bool isOfNoInterest(std::string_view name)
{
    constexpr std::array kParts = {"vision", "visual.", "audio.", "projector.", "patch_embed", "talker.", "merger."};
    constexpr std::array kEnds = {".attention.masked_bias", ".attention.bias", ".rotary_emb.inv_freq"};
    return std::ranges::any_of(kParts, [&](std::string_view part) { return name.contains(part); }) ||
           std::ranges::any_of(kEnds, [&](std::string_view end) { return name.ends_with(end); });
}

} // namespace

std::vector<std::filesystem::path> weightFiles(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    std::error_code stopped;
    for (std::filesystem::directory_iterator it(folder, stopped), end; !stopped && it != end; it.increment(stopped)) {
        const std::string name = it->path().filename().string();
        if (name.starts_with("model") && name.ends_with(".safetensors")) files.push_back(it->path());
    }
    std::ranges::sort(files);
    return files;
}

Result<void> Weights::add(const std::filesystem::path& file)
{
    auto tensors = readSafetensors(file);
    if (!tensors) return std::unexpected(tensors.error());
    for (StoredTensor& tensor : *tensors) {
        const auto [entry, isNew] = m_byName.try_emplace(tensor.name, m_tensors.size());
        if (!isNew)
            return fail(ErrorCode::Format, "{}: tensor {} is also in {}", file.string(), gguf::shown(tensor.name),
                        m_tensors[entry->second].file->path().filename().string());
        m_tensors.push_back(std::move(tensor));
    }
    return {};
}

Result<void> Weights::compareWithIndex(const std::map<std::string, std::string>& fileOf, const std::filesystem::path& index) const
{
    for (const auto& [tensor, file] : fileOf) {
        const auto found = find(tensor);
        if (!found)
            return fail(ErrorCode::Format, "{} promises tensor {} in {}, it is not there", index.string(), gguf::shown(tensor), file);
        if (m_tensors[*found].file->path().filename() != file)
            return fail(ErrorCode::Format, "{} promises tensor {} in {}, it is in {}", index.string(), gguf::shown(tensor), file,
                        m_tensors[*found].file->path().filename().string());
    }
    for (const StoredTensor& tensor : m_tensors)
        if (!fileOf.contains(tensor.name))
            return fail(ErrorCode::Format, "{} does not know tensor {} of {}", index.string(), gguf::shown(tensor.name),
                        tensor.file->path().filename().string());
    return {};
}

void Weights::leaveOutOthers()
{
    constexpr std::string_view kInner = "model.language_model.", kOuter = "language_model.";
    std::erase_if(m_tensors, [](const StoredTensor& tensor) { return isOfNoInterest(tensor.name); });
    m_byName.clear();
    for (std::size_t i = 0; i < m_tensors.size(); ++i) {
        std::string& name = m_tensors[i].name;
        if (name.starts_with(kInner)) name = "model." + name.substr(kInner.size());
        else if (name.starts_with(kOuter)) name.erase(0, kOuter.size());
        m_byName.try_emplace(name, i);
    }
}

Result<Weights> Weights::open(const std::filesystem::path& folder, const std::optional<std::filesystem::path>& file)
{
    Weights weights;
    const std::filesystem::path index = folder / kIndexName;
    std::map<std::string, std::string> fileOf;
    std::set<std::string> names;
    if (isThere(index)) {
        auto read = readIndex(index);
        if (!read) return std::unexpected(read.error());
        fileOf = std::move(*read);
        for (const auto& [tensor, name] : fileOf) names.insert(name);
        if (file && !names.contains(file->filename().string())) { // a file of its own beside another model's
            names.clear();
            fileOf.clear();
        }
    }
    if (names.empty() && file) names = namesOfSet(file->filename().string());
    if (names.empty() && isThere(folder / "model.safetensors")) names = {"model.safetensors"}; // whatever lies beside it
    if (names.empty())
        for (const auto& found : weightFiles(folder)) names.merge(namesOfSet(found.filename().string()));
    if (names.empty()) {
        if (isThere(folder / "pytorch_model.bin") || isThere(folder / "pytorch_model.bin.index.json"))
            return fail(ErrorCode::Unsupported, "{}: the weights are pickled (pytorch_model.bin); only safetensors can be converted",
                        folder.string());
        if (isThere(folder / "consolidated.safetensors") || isThere(folder / "params.json"))
            return fail(ErrorCode::Unsupported,
                        "{}: a checkpoint in Mistral's own format (params.json); only Hugging Face's can be converted", folder.string());
        return fail(ErrorCode::NotFound, "{}: no model*.safetensors there", folder.string());
    }

    std::set<std::string> missing;
    for (const std::string& name : names)
        if (!isThere(folder / name)) missing.insert(name);
    if (!missing.empty())
        return fail(ErrorCode::NotFound, "{}: {} of {} weight files missing: {}", folder.string(), missing.size(), names.size(),
                    joined(missing));
    for (const std::string& name : names)
        if (auto added = weights.add(folder / name); !added) return std::unexpected(added.error());
    if (!fileOf.empty())
        if (auto same = weights.compareWithIndex(fileOf, index); !same) return std::unexpected(same.error());
    weights.leaveOutOthers();
    return weights;
}

std::optional<std::size_t> Weights::find(std::string_view name) const
{
    const auto it = m_byName.find(name);
    return it == m_byName.end() ? std::nullopt : std::optional(it->second);
}

} // namespace corral::convert
