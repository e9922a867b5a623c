#include "app/shelf/facts_cache.h"

#include "app/shelf/environment.h"
#include "core/base/mapped_file.h"
#include "core/base/output_file.h"
#include "core/convert/json_file.h"

#include <algorithm>
#include <limits>
#include <set>
#include <span>

namespace corral::shelf {

namespace fs = std::filesystem;
using convert::Json;

namespace {

constexpr int kForm = 1; // of the file; another one is not read

std::string text(const Json& object, std::string_view key)
{
    const std::string* value = convert::findText(object, key);
    return value ? *value : std::string();
}

std::int64_t number(const Json& object, std::string_view key) { return convert::findInteger(object, key).value_or(0); }

int smallNumber(const Json& object, std::string_view key)
{
    const std::int64_t value = number(object, key);
    return value > 0 && value <= std::numeric_limits<int>::max() ? static_cast<int>(value) : 0;
}

Facts factsOf(const engine::ModelInfo& info)
{
    return {.name = info.name, .architecture = info.architecture, .quantization = info.quantization, .sizeLabel = info.sizeLabel, .license = info.license,
            .parameters = info.parameters, .trainingContext = info.trainingContext, .layers = info.layers, .hasChatTemplate = info.hasChatTemplate};
}

// One file of a set by itself.
Result<engine::ModelInfo> describeAlone(const fs::path& path)
{
    const auto mapped = MappedFile::open(path);
    if (!mapped) return std::unexpected(mapped.error());
    const auto bytes = (*mapped)->bytes();
    const auto header = gguf::File::parseHeader(bytes, bytes.size());
    if (!header) return std::unexpected(header.error());
    if (!header->file) return fail(ErrorCode::Format, "{} ends within its header", path.string());
    return engine::describe(*header->file, path);
}

} // namespace

fs::path FactsCache::defaultFile() { return Environment::ofProcess().cacheHome() / "corral" / "library.json"; }

FactsCache FactsCache::load(const fs::path& file)
{
    FactsCache cache;
    const auto json = convert::readJsonIfThere(file);
    const Json* models = json && number(*json, "form") == kForm ? convert::find(*json, "models") : nullptr;
    if (!models || !models->is_object()) return cache;
    for (const auto& [path, entry] : models->items()) {
        if (!entry.is_object()) continue;
        const Json* chat = convert::find(entry, "chat");
        cache.m_entries[path] = {.bytes = static_cast<std::uint64_t>(number(entry, "bytes")),
                                 .changed = number(entry, "changed"),
                                 .facts = {.name = text(entry, "name"), .architecture = text(entry, "architecture"), .quantization = text(entry, "quantization"),
                                           .sizeLabel = text(entry, "size"), .license = text(entry, "license"),
                                           .parameters = static_cast<std::uint64_t>(number(entry, "parameters")), .trainingContext = smallNumber(entry, "context"),
                                           .layers = smallNumber(entry, "layers"), .hasChatTemplate = chat && chat->is_boolean() && chat->get<bool>()}};
    }
    return cache;
}

Result<void> FactsCache::save(const fs::path& file) const
{
    Json models = Json::object();
    for (const auto& [path, entry] : m_entries) {
        const Facts& facts = entry.facts;
        models[path] = {{"bytes", entry.bytes},           {"changed", entry.changed},         {"name", facts.name},
                        {"architecture", facts.architecture}, {"quantization", facts.quantization}, {"size", facts.sizeLabel},
                        {"license", facts.license},       {"parameters", facts.parameters},   {"context", facts.trainingContext},
                        {"layers", facts.layers},         {"chat", facts.hasChatTemplate}};
    }
    const Json root{{"form", kForm}, {"models", std::move(models)}};
    const std::string bytes = root.dump(-1, ' ', false, Json::error_handler_t::replace); // names may be no UTF-8
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    auto out = OutputFile::create(file, bytes.size());
    if (!out) return std::unexpected(out.error());
    if (auto written = (*out)->append(std::as_bytes(std::span(bytes))); !written) return written;
    return (*out)->commit();
}

FactsCache::Entry FactsCache::keyOf(const Model& model)
{
    Entry entry{.bytes = model.bytes(), .changed = std::numeric_limits<std::int64_t>::min(), .facts = {}};
    for (const File& file : model.files) entry.changed = std::max(entry.changed, file.changed);
    return entry;
}

bool FactsCache::fill(Model& model) const
{
    const auto it = m_entries.find(model.path().string());
    const Entry key = keyOf(model);
    if (it == m_entries.end() || it->second.bytes != key.bytes || it->second.changed != key.changed) return false;
    model.facts = it->second.facts;
    return true;
}

void FactsCache::add(const Model& model)
{
    if (!model.facts) return;
    Entry entry = keyOf(model);
    entry.facts = *model.facts;
    m_entries[model.path().string()] = std::move(entry);
    m_changed = true;
}

void FactsCache::keepOnly(const std::vector<Model>& models)
{
    std::set<std::string> there;
    for (const Model& model : models) there.insert(model.path().string());
    const auto gone = [&](const auto& entry) { // a whole folder that is gone may be a disk that is not plugged in
        std::error_code error;
        return !there.contains(entry.first) && fs::exists(fs::path(entry.first).parent_path(), error);
    };
    m_changed |= std::erase_if(m_entries, gone) > 0;
}

void readFacts(Model& model, const Inspect& inspect)
{
    auto info = model.missing.empty() ? inspect(model.path()) : describeAlone(model.path());
    if (info) {
        model.facts = factsOf(*info);
        model.error.reset();
    } else {
        model.facts.reset();
        model.error = std::move(info.error());
    }
}

} // namespace corral::shelf
