// DATA/llamacpp/models/…/model.yml, whose line "model_path:" names the file, often in another place ("llamacpp/models/x/model.gguf" below DATA); older
// versions keep the files in DATA/models.
#include "app/shelf/names.h"
#include "app/shelf/walk.h"
#include "core/convert/json_file.h"

#include <algorithm>

namespace corral::shelf {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMostDescription = 1 << 16; // bytes

std::string lineValue(std::string_view text, std::string_view key)
{
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        at = end + 1;
        if (!line.starts_with(key) || line.substr(key.size()).empty() || line[key.size()] != ':') continue;
        line.remove_prefix(key.size() + 1);
        constexpr std::string_view kAround = " \t\r\"'";
        const std::size_t first = line.find_first_not_of(kAround);
        if (first == std::string_view::npos) return {};
        return std::string(line.substr(first, line.find_last_not_of(kAround) - first + 1));
    }
    return {};
}

// The folder of a model is its name: "owner/model" or "model".
std::string folderName(const fs::path& file) { return file.parent_path().generic_string(); }

} // namespace

void walkJan(Walk& walk)
{
    const fs::path& data = walk.folder.path;
    for (const fs::path& root : {data / "llamacpp" / "models", data / "models"}) {
        std::error_code error;
        if (!fs::is_directory(root, error)) continue;
        const std::size_t before = walk.directories.size();
        walkTree(walk, root, folderName);
        const std::vector<fs::path> folders(walk.directories.begin() + std::ptrdiff_t(before), walk.directories.end());
        for (const fs::path& folder : folders) {
            const auto text = fs::exists(folder / "model.yml", error) ? convert::readText(folder / "model.yml", kMostDescription) : Result<std::string>("");
            if (!text) continue;
            fs::path target = lineValue(*text, "model_path");
            if (target.empty()) continue;
            if (target.is_relative()) target = data / target;
            target = target.lexically_normal();
            const auto file = isGgufName(target.filename().string()) ? lookAt(target) : std::nullopt;
            const auto same = [&](const Found& found) { return found.file.path == target; };
            if (!file || std::ranges::any_of(walk.files, same)) continue;
            walk.files.push_back({.file = *file, .label = folder.lexically_relative(root).generic_string(), .missing = {}});
        }
    }
}

} // namespace corral::shelf
