// models--OWNER--NAME/refs/main names a commit, snapshots/COMMIT/ holds links to blobs/SHA256.
#include "app/shelf/walk.h"
#include "core/convert/json_file.h"

#include <algorithm>

namespace corral::shelf {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kModels = "models--";

bool isHex(std::string_view text, std::size_t digits)
{
    return text.size() == digits && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// "models--owner--name" → "owner/name".
std::string repositoryName(const std::string& folder)
{
    std::string name = folder.substr(kModels.size());
    if (const auto at = name.find("--"); at != std::string::npos) name.replace(at, 2, "/");
    return name;
}

std::set<std::string> commitsOf(const fs::path& repository)
{
    constexpr std::uint64_t kMostBytes = 256;
    constexpr std::size_t kCommit = 40; // hexadecimal digits
    std::set<std::string> commits;
    std::error_code error;
    for (fs::directory_iterator it(repository / "refs", error), end; !error && it != end; it.increment(error)) {
        auto text = convert::readText(it->path(), kMostBytes);
        if (!text) continue;
        text->erase(text->find_last_not_of(" \r\n\t") + 1);
        if (isHex(*text, kCommit)) commits.insert(std::move(*text));
    }
    return commits;
}

} // namespace

void walkHuggingFace(Walk& walk)
{
    constexpr std::size_t kSha256 = 64; // hexadecimal digits
    walk.directories.push_back(walk.folder.path);
    std::error_code error;
    std::vector<fs::path> repositories;
    for (fs::directory_iterator it(walk.folder.path, error), end; !error && it != end; it.increment(error)) {
        std::error_code unreadable;
        if (it->path().filename().string().starts_with(kModels) && it->is_directory(unreadable)) repositories.push_back(it->path());
    }
    std::ranges::sort(repositories);
    for (const fs::path& repository : repositories) {
        const std::string name = repositoryName(repository.filename().string());
        for (const std::string& commit : commitsOf(repository)) {
            const std::size_t before = walk.files.size();
            walkTree(walk, repository / "snapshots" / commit, [&](const fs::path&) { return name; });
            for (std::size_t i = before; i < walk.files.size(); ++i) {
                std::error_code noLink;
                const std::string blob = fs::read_symlink(walk.files[i].file.path, noLink).filename().string();
                if (!noLink && isHex(blob, kSha256)) walk.files[i].file.sha256 = blob; // 40 digits: git's sum of a small file
            }
        }
    }
}

} // namespace corral::shelf
