#pragma once
// A model as it lies on the disk: its files, where they belong, and what their headers say.
#include "core/base/error.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace corral::shelf {

// Whose folder it is: the user's, or that of a program whose files are only read.
enum class Origin { Own, HuggingFace, ModelScope, Ollama, LmStudio, Jan, Gpt4All, LlamaCpp };

struct Folder {
    std::filesystem::path path;
    Origin origin = Origin::Own;
};

struct File {
    std::filesystem::path path;
    std::uint64_t bytes = 0;
    std::int64_t changed = 0;               // of the content, in the file system's own clock
    std::uint64_t device = 0, identity = 0; // the same for every name of one file
    std::string sha256;                     // lower-case hex, where the store's layout tells it
    bool operator==(const File&) const = default;
};

// What a header says. Kept in the cache: nothing that depends on this program's version.
struct Facts {
    std::string name, architecture, quantization, sizeLabel, license;
    std::uint64_t parameters = 0;
    int trainingContext = 0, layers = 0;
    bool hasChatTemplate = false;
    bool operator==(const Facts&) const = default;
};

struct Model {
    Folder folder;                    // that it was found in
    bool own = false;                 // may be renamed and deleted: it lies in no other program's folder
    std::string label;                // what its program calls it ("qwen3:8b", "owner/name"), else empty
    std::vector<File> files;          // shards in their order; never empty
    std::vector<std::string> missing; // names of shards that are not there
    std::optional<Facts> facts;       // none: not read yet, or unreadable
    std::optional<Error> error;       // why it could not be read

    const std::filesystem::path& path() const { return files.front().path; }
    std::string fileName() const { return path().filename().string(); }
    std::uint64_t bytes() const;
    bool supported() const;          // the engine knows its architecture
    std::string title() const;       // what it calls itself, else its program's or its file's name
    std::string quantization() const; // of the header, else as the file's name says
    bool operator==(const Model& other) const; // shown the same
};

} // namespace corral::shelf
