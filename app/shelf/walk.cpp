#include "app/shelf/walk.h"

#include "app/shelf/names.h"

#include <sys/stat.h>

#include <algorithm>

namespace corral::shelf {

namespace fs = std::filesystem;

namespace {

struct Identity {
    std::uint64_t device = 0, number = 0;
};

// Every name of a file or folder has the same one.
Identity identityOf(const fs::path& path)
{
#ifdef _WIN32 // file numbers are not to be had without opening it
    std::error_code error;
    return {0, std::hash<std::string>()(fs::weakly_canonical(path, error).generic_string())};
#else
    struct ::stat status {};
    if (::stat(path.c_str(), &status) != 0) return {};
    return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino)};
#endif
}

bool hidden(const fs::path& path)
{
    const std::string name = path.filename().string();
    return name.empty() || name.front() == '.';
}

// "PUBLISHER/MODEL" of a file two folders down.
std::string firstTwoFolders(const fs::path& file)
{
    auto part = file.begin();
    if (std::distance(file.begin(), file.end()) < 3) return {};
    const std::string owner = (part++)->string();
    return owner + "/" + part->string();
}

std::string modelScopeName(const fs::path& file)
{
    std::string name = firstTwoFolders(file);
    constexpr std::string_view kDot = "___"; // how its client writes one
    for (std::size_t at = name.find(kDot); at != std::string::npos; at = name.find(kDot, at)) name.replace(at, kDot.size(), ".");
    return name;
}

// A directory's entries, sorted, as far as the limits allow.
std::vector<fs::directory_entry> entriesOf(Walk& walk, const fs::path& folder)
{
    std::vector<fs::directory_entry> entries;
    std::error_code error;
    for (fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end; !error && it != end; it.increment(error)) {
        if (++walk.entries > walk.limits.entries) {
            walk.problem = Error{ErrorCode::Unsupported, std::format("more than {} files and folders: the rest was not looked at", walk.limits.entries)};
            break;
        }
        entries.push_back(*it);
    }
    std::ranges::sort(entries, {}, [](const fs::directory_entry& entry) { return entry.path(); });
    return entries;
}

} // namespace

std::optional<File> lookAt(const fs::path& path)
{
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    File file{.path = path, .bytes = fs::file_size(path, error)};
    if (error) return std::nullopt;
    file.changed = static_cast<std::int64_t>(fs::last_write_time(path, error).time_since_epoch().count());
    if (error) return std::nullopt;
    const Identity identity = identityOf(path);
    file.device = identity.device;
    file.identity = identity.number;
    return file;
}

void walkTree(Walk& walk, const fs::path& root, const Labeller& label)
{
    struct Place {
        fs::path path;
        int depth;
    };
    std::vector<Place> stack{{root, 0}};
    while (!stack.empty()) {
        const Place place = std::move(stack.back());
        stack.pop_back();
        if (walk.proceed && !walk.proceed()) return;
        const Identity identity = identityOf(place.path);
        if (!walk.visited.insert({identity.device, identity.number}).second) continue; // a link back, or two ways here
        walk.directories.push_back(place.path);
        std::vector<Place> below;
        for (const fs::directory_entry& entry : entriesOf(walk, place.path)) {
            std::error_code error;
            if (hidden(entry.path())) continue;
            if (entry.is_directory(error)) {
                if (place.depth < walk.limits.depth) below.push_back({entry.path(), place.depth + 1});
                continue;
            }
            const std::string name = entry.path().filename().string();
            if (!isGgufName(name) || isAttachment(name)) continue;
            if (auto file = lookAt(entry.path())) {
                const fs::path relative = entry.path().lexically_relative(root);
                walk.files.push_back({.file = std::move(*file), .label = label ? label(relative) : std::string(), .missing = {}});
            }
        }
        stack.insert(stack.end(), below.rbegin(), below.rend());
    }
}

Walk walk(const Folder& folder, const std::function<bool()>& proceed, const WalkLimits& limits)
{
    Walk walk(folder, limits, proceed);
    std::error_code error;
    const fs::directory_iterator readable(folder.path, error);
    if (error) {
        walk.problem = Error{error == std::errc::no_such_file_or_directory ? ErrorCode::NotFound : ErrorCode::Io, error.message()};
        return walk;
    }
    switch (folder.origin) {
    case Origin::Own:
    case Origin::Gpt4All:
    case Origin::LlamaCpp: walkTree(walk, folder.path); break;
    case Origin::LmStudio: walkTree(walk, folder.path, firstTwoFolders); break;
    case Origin::ModelScope: walkTree(walk, folder.path, modelScopeName); break;
    case Origin::HuggingFace: walkHuggingFace(walk); break;
    case Origin::Ollama: walkOllama(walk); break;
    case Origin::Jan: walkJan(walk); break;
    }
    return walk;
}

} // namespace corral::shelf
