#pragma once
// The models on this machine for list, rm and verify: the same folders, cache and sums that the window has.
#include "app/cli/options.h"
#include "app/shelf/model.h"

#include <string>
#include <vector>

namespace corral::cli {

struct LibraryOptions {
    std::vector<std::filesystem::path> folders; // instead of the library's
    void addTo(OptionTable& table);
};

struct Library {
    std::vector<shelf::Model> models;
    std::vector<std::pair<shelf::Folder, Error>> problems;

    // Walks the folders; headers are read where the cache does not know them, with progress on stderr.
    static Result<Library> open(const LibraryOptions& options);

    // By path of one of its files, by file name with or without ending, by its program's or its own name. InvalidArgument where several are meant, NotFound
    // with the nearest name.
    Result<const shelf::Model*> find(const std::string& name) const;
};

} // namespace corral::cli
