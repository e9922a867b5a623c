#include "app/shelf/collect.h"

#include "app/shelf/names.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace corral::shelf {

namespace fs = std::filesystem;

namespace {

// Is `path` (a real one) `folder` or below it?
bool isBelow(const fs::path& path, const fs::path& folder)
{
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

class Grouping {
public:
    void keepOut(const std::vector<Folder>& folders) // of those that are other programs'
    {
        for (const Folder& folder : folders) {
            std::error_code error;
            const fs::path real = fs::canonical(folder.path, error);
            if (!error && folder.origin != Origin::Own) m_foreign.push_back(real);
        }
    }

    void add(const Folder& folder, Found found)
    {
        const File& file = found.file;
        if (file.identity != 0 && !m_seen.insert({file.device, file.identity}).second) return;
        const fs::path parent = file.path.parent_path();
        const auto shard = found.missing.empty() ? shardName(file.path.filename().string()) : std::nullopt;
        if (!shard || shard->count < 2) {
            m_models.push_back({.folder = folder, .own = own(folder, parent), .label = std::move(found.label), .files = {std::move(found.file)}, .missing = std::move(found.missing), .facts = {}, .error = {}});
            return;
        }
        Set& set = m_sets[{parent, shard->prefix, shard->count}];
        if (set.files.empty()) set = {folder, found.label, {}};
        set.files.emplace(shard->number, std::move(found.file)); // "x.gguf" and "x.GGUF": the first one
    }

    std::vector<Model> finish()
    {
        for (auto& [key, set] : m_sets) {
            const auto& [parent, prefix, count] = key;
            Model model{.folder = set.folder, .own = own(set.folder, parent), .label = set.label, .files = {}, .missing = missingOf(prefix, count, set.files), .facts = {}, .error = {}};
            for (auto& [number, file] : set.files) model.files.push_back(std::move(file));
            m_models.push_back(std::move(model));
        }
        std::ranges::sort(m_models, {}, [](const Model& model) { return model.path(); });
        return std::move(m_models);
    }

private:
    struct Set {
        Folder folder;
        std::string label;
        std::map<int, File> files; // by number
    };

    static std::vector<std::string> missingOf(const std::string& prefix, int count, const std::map<int, File>& files)
    {
        constexpr std::size_t kMost = 100; // of a name that promises thousands
        std::vector<std::string> missing;
        for (int number = 1; number <= count && missing.size() < kMost; ++number)
            if (!files.contains(number)) missing.push_back(shardFileName(prefix, number, count));
        return missing;
    }

    bool own(const Folder& folder, const fs::path& parent)
    {
        if (folder.origin != Origin::Own) return false;
        const auto known = m_own.find(parent);
        if (known != m_own.end()) return known->second;
        std::error_code error;
        const fs::path real = fs::canonical(parent, error);
        const bool mine = !error && std::ranges::none_of(m_foreign, [&](const fs::path& foreign) { return isBelow(real, foreign); });
        return m_own[parent] = mine;
    }

    std::vector<fs::path> m_foreign;
    std::map<fs::path, bool> m_own; // by folder
    std::set<std::pair<std::uint64_t, std::uint64_t>> m_seen;
    std::map<std::tuple<fs::path, std::string, int>, Set> m_sets;
    std::vector<Model> m_models;
};

} // namespace

Collection collect(const std::vector<Folder>& folders, const std::vector<Folder>& foreign, const std::function<bool()>& proceed)
{
    Collection collection;
    Grouping grouping;
    grouping.keepOut(folders);
    grouping.keepOut(foreign);
    for (const Folder& folder : folders) {
        Walk found = walk(folder, proceed);
        for (Found& file : found.files) grouping.add(folder, std::move(file));
        collection.directories.insert(collection.directories.end(), found.directories.begin(), found.directories.end());
        if (found.problem) collection.problems.emplace_back(folder, *found.problem);
    }
    collection.models = grouping.finish();
    return collection;
}

std::uint64_t bytesBeside(const std::vector<Model>& models, const fs::path& path)
{
    std::uint64_t device = 0, bytes = 0;
#ifndef _WIN32 // there every file has device 0
    struct ::stat status {};
    if (::stat(path.c_str(), &status) == 0) device = static_cast<std::uint64_t>(status.st_dev);
#endif
    for (const Model& model : models)
        for (const File& file : model.files)
            if (file.device == device) bytes += file.bytes;
    return bytes;
}

} // namespace corral::shelf
