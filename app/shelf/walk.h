#pragma once
// Finds the model files of a folder, as the program it belongs to lays it out. Follows links but no loop, goes no deeper and looks at no more than makes sense,
// and never writes.
#include "app/shelf/model.h"

#include <functional>
#include <set>

namespace corral::shelf {

struct Found {
    File file;
    std::string label;                // what its program calls the model; may be empty
    std::vector<std::string> missing; // parts that the store speaks of and does not have
};

struct WalkLimits {
    int depth = 16;
    std::size_t entries = 500'000; // of all folders
};

struct Walk {
    explicit Walk(Folder where, WalkLimits most = {}, std::function<bool()> proceeds = {}) : folder(std::move(where)), limits(most), proceed(std::move(proceeds)) {}

    const Folder folder;
    const WalkLimits limits;
    const std::function<bool()> proceed;             // false: enough; empty: never

    std::vector<Found> files;
    std::vector<std::filesystem::path> directories;  // that were read: to be watched
    std::optional<Error> problem;                    // the folder itself cannot be read, or a limit was met
    std::size_t entries = 0;
    std::set<std::pair<std::uint64_t, std::uint64_t>> visited; // directories, by device and identity
};

Walk walk(const Folder& folder, const std::function<bool()>& proceed = {}, const WalkLimits& limits = {});

// Size, time and identity of what a path leads to; nothing where that is no regular file.
std::optional<File> lookAt(const std::filesystem::path& path);

// The parts that layouts are made of.
using Labeller = std::function<std::string(const std::filesystem::path& file)>; // called with paths relative to the folder that is walked
void walkTree(Walk& walk, const std::filesystem::path& folder, const Labeller& label = {});
void walkHuggingFace(Walk& walk);
void walkOllama(Walk& walk);
void walkJan(Walk& walk);

} // namespace corral::shelf
