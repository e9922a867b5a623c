#pragma once
// All models of some folders: shards of one put together, a file met twice told once, in an order that people expect.
#include "app/shelf/walk.h"

namespace corral::shelf {

struct Collection {
    std::vector<Model> models; // without facts
    std::vector<std::filesystem::path> directories;
    std::vector<std::pair<Folder, Error>> problems;
};

// The first folders win where two hold the same file. What lies below a folder of another program, be it one of `folders` or of `foreign` (which are not walked),
// is never `own`, however it was found.
Collection collect(const std::vector<Folder>& folders, const std::vector<Folder>& foreign = {}, const std::function<bool()>& proceed = {});

// Bytes of the models on the disk that `path`, which is there, lies on.
std::uint64_t bytesBeside(const std::vector<Model>& models, const std::filesystem::path& path);

} // namespace corral::shelf
