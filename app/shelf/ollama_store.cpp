// manifests/HOST/NAMESPACE/MODEL/TAG are JSON texts whose layers name blobs/sha256-HEX.
#include "app/shelf/walk.h"
#include "core/convert/json_file.h"

#include <algorithm>
#include <array>

namespace corral::shelf {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMostManifest = std::uint64_t(4) << 20; // bytes
constexpr std::string_view kModelLayer = "application/vnd.ollama.image.model";
constexpr std::string_view kOwnHost = "registry.ollama.ai", kOwnNamespace = "library";

// HEX of "sha256:HEX".
std::optional<std::string> hexOf(const std::string& digest)
{
    constexpr std::string_view kStart = "sha256:";
    constexpr std::size_t kDigits = 64;
    if (!digest.starts_with(kStart)) return std::nullopt;
    std::string hex = digest.substr(kStart.size());
    const bool valid = hex.size() == kDigits && std::ranges::all_of(hex, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    return valid ? std::optional(std::move(hex)) : std::nullopt;
}

// What its user types: "qwen3:8b", "someone/model:latest", "hf.co/owner/name:Q4_K_M".
std::string labelOf(const std::array<std::string, 4>& parts)
{
    const auto& [host, space, model, tag] = parts;
    std::string label = host == kOwnHost ? std::string() : host + "/";
    if (host != kOwnHost || space != kOwnNamespace) label += space + "/";
    return label + model + ":" + tag;
}

void readManifest(Walk& walk, const fs::path& manifest, const std::array<std::string, 4>& parts)
{
    const auto text = convert::readText(manifest, kMostManifest);
    if (!text) return;
    const auto json = convert::parseJson(*text, manifest.string());
    const convert::Json* layers = json && json->is_object() ? convert::find(*json, "layers") : nullptr;
    if (!layers || !layers->is_array()) return;
    for (const convert::Json& layer : *layers) {
        if (!layer.is_object()) continue;
        const std::string* type = convert::findText(layer, "mediaType");
        const std::string* digest = convert::findText(layer, "digest");
        const auto hex = digest ? hexOf(*digest) : std::nullopt;
        if (!type || *type != kModelLayer || !hex) continue;
        Found found{.file = {}, .label = labelOf(parts), .missing = {}};
        const fs::path blob = walk.folder.path / "blobs" / ("sha256-" + *hex);
        if (auto file = lookAt(blob)) {
            found.file = std::move(*file);
        } else {
            found.file.path = blob;
            found.missing.push_back(blob.filename().string());
        }
        found.file.sha256 = *hex;
        walk.files.push_back(std::move(found));
        return; // further ones are its projector or parts of it
    }
}

void descend(Walk& walk, const fs::path& folder, std::array<std::string, 4>& parts, std::size_t depth)
{
    walk.directories.push_back(folder);
    std::vector<fs::directory_entry> entries;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (++walk.entries > walk.limits.entries) return;
        entries.push_back(*it);
    }
    std::ranges::sort(entries, {}, [](const fs::directory_entry& entry) { return entry.path(); });
    for (const fs::directory_entry& entry : entries) {
        if (walk.proceed && !walk.proceed()) return;
        std::error_code unreadable;
        parts[depth] = entry.path().filename().string();
        const bool last = depth + 1 == parts.size();
        if (last && entry.is_regular_file(unreadable)) readManifest(walk, entry.path(), parts);
        else if (!last && entry.is_directory(unreadable)) descend(walk, entry.path(), parts, depth + 1);
    }
}

} // namespace

void walkOllama(Walk& walk)
{
    std::array<std::string, 4> parts;
    descend(walk, walk.folder.path / "manifests", parts, 0);
}

} // namespace corral::shelf
