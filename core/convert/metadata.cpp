#include "core/convert/metadata.h"

#include "core/gguf/writer.h"

#include <algorithm>
#include <cctype>
#include <limits>

namespace corral::convert {

namespace {

bool isSize(std::string_view part) // 7B, 0.6b, 8x7B
{
    if (part.size() < 2 || !std::isdigit(static_cast<unsigned char>(part.front()))) return false;
    if (!std::ranges::contains(std::string_view("KkMmBbTt"), part.back())) return false;
    return part.substr(0, part.size() - 1).find_first_not_of("0123456789.xX") == std::string_view::npos;
}

bool isVersion(std::string_view part)
{
    return part.size() >= 2 && (part[0] == 'v' || part[0] == 'V') && std::isdigit(static_cast<unsigned char>(part[1]));
}

void append(std::string& text, std::string_view part) { text += (text.empty() ? "" : "-") + std::string(part); }

// "https://huggingface.co/ORG/NAME" or "ORG/NAME" → general.KIND.count, general.KIND.0.name …
void setRepositories(gguf::Keys& keys, const std::string& kind, const std::vector<std::string>& repositories)
{
    constexpr std::string_view kHub = "https://huggingface.co/";
    if (repositories.empty()) return;
    gguf::setKey(keys, "general." + kind + ".count", gguf::u32(static_cast<std::uint32_t>(repositories.size())));
    for (std::size_t i = 0; i < repositories.size(); ++i) {
        const std::string prefix = std::format("general.{}.{}.", kind, i);
        std::string_view repository = repositories[i];
        if (repository.starts_with(kHub)) repository.remove_prefix(kHub.size());
        const std::size_t slash = repository.find('/');
        gguf::setKey(keys, prefix + "name", gguf::string(std::string(repository.substr(slash == std::string_view::npos ? 0 : slash + 1))));
        if (slash == std::string_view::npos) continue;
        gguf::setKey(keys, prefix + "organization", gguf::string(std::string(repository.substr(0, slash))));
        gguf::setKey(keys, prefix + "repo_url",
                     gguf::string(std::string(kHub) + (kind == "dataset" ? "datasets/" : "") + std::string(repository)));
    }
}

void setSampling(gguf::Keys& keys, const Json& generation)
{
    for (const auto& [from, key] : {std::pair("top_k", "top_k")})
        if (const auto value = findInteger(generation, from); value && *value >= 0 && *value <= std::numeric_limits<std::int32_t>::max())
            gguf::setKey(keys, std::string("general.sampling.") + key, gguf::i32(static_cast<std::int32_t>(*value)));
    for (const auto& [from, key] : {std::pair("top_p", "top_p"), std::pair("min_p", "min_p"), std::pair("temperature", "temp"),
                                    std::pair("repetition_penalty", "penalty_repeat")})
        if (const auto value = findNumber(generation, from); value && *value >= 0 && *value <= 1e6)
            gguf::setKey(keys, std::string("general.sampling.") + key, gguf::f32(static_cast<float>(*value)));
}

} // namespace

NameParts partsOfName(std::string_view name)
{
    NameParts parts;
    while (!name.empty()) {
        const std::size_t dash = std::min(name.find('-'), name.size());
        const std::string_view part = name.substr(0, dash);
        name.remove_prefix(std::min(dash + 1, name.size()));
        if (part.empty()) continue;
        if (parts.sizeLabel.empty() && isSize(part) && !parts.basename.empty()) parts.sizeLabel = part;
        else if (parts.version.empty() && isVersion(part) && !parts.basename.empty()) parts.version = part;
        else append(parts.sizeLabel.empty() ? parts.basename : parts.finetune, part);
    }
    return parts;
}

std::string sizeLabel(const std::vector<OutputTensor>& tensors, std::int64_t experts)
{
    double shared = 0, ofExperts = 0;
    for (const OutputTensor& tensor : tensors) {
        if (tensor.recipe.parts.empty()) continue; // computed, not learnt
        (tensor.info.name.contains("_exps.") ? ofExperts : shared) += static_cast<double>(tensor.info.elements());
    }
    double total = shared + ofExperts;
    if (experts > 0) total = shared + ofExperts / static_cast<double>(experts);
    constexpr std::pair<double, char> kUnits[] = {{1e12, 'T'}, {1e9, 'B'}, {1e6, 'M'}, {1e3, 'K'}};
    const auto unit = std::ranges::find_if(kUnits, [&](const auto& u) { return total >= u.first || u.second == 'K'; });
    const double scaled = total / unit->first;
    const std::string label = scaled < 9.95 ? std::format("{:.1f}{}", scaled, unit->second) : std::format("{:.0f}{}", scaled, unit->second);
    return experts > 0 ? std::format("{}x{}", experts, label) : label;
}

gguf::Keys generalKeys(const std::string& architecture, const std::string& name, const std::string& sizeLabel, const ModelCard& card,
                       const Json& generation)
{
    gguf::Keys keys;
    const auto set = [&](std::string_view key, const std::string& value) {
        if (!value.empty()) gguf::setKey(keys, std::string("general.") + std::string(key), gguf::string(value));
    };
    const auto values = [&](std::string_view key) {
        const auto found = card.find(key);
        return found == card.end() ? std::vector<std::string>() : found->second;
    };
    const auto first = [&](std::string_view key) { return values(key).empty() ? std::string() : values(key).front(); };

    const NameParts parts = partsOfName(name);
    set("architecture", architecture);
    set("type", "model");
    set("name", first("model_name").empty() ? name : first("model_name"));
    set("author", first("model_creator"));
    set("version", parts.version);
    set("finetune", parts.finetune);
    set("basename", parts.basename);
    set("description", first("model_description"));
    set("size_label", sizeLabel);
    set("license", first("license"));
    set("license.name", first("license_name"));
    set("license.link", first("license_link"));
    setRepositories(keys, "base_model", values("base_model"));
    setRepositories(keys, "dataset", values("datasets"));
    std::vector<std::string> tags = values("tags");
    if (const std::string task = first("pipeline_tag"); !task.empty() && !std::ranges::contains(tags, task)) tags.push_back(task);
    if (!tags.empty()) gguf::setKey(keys, "general.tags", gguf::strings(std::move(tags)));
    if (auto languages = values("language"); !languages.empty())
        gguf::setKey(keys, "general.languages", gguf::strings(std::move(languages)));
    setSampling(keys, generation);
    return keys;
}

} // namespace corral::convert
