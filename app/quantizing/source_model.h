#pragma once
// A model that was dropped on the Quantize place: one GGUF file, a set of shards, or a Hugging Face checkpoint, opened for reading.
#include "core/quantize/source.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace corral::app {

struct SourceModel {
    std::filesystem::path path;  // the file as it was given (any shard), or the folder
    bool checkpoint = false;     // a Hugging Face folder: writing it is converting
    std::string name, architecture, type, license; // type as in "F16", "Q4_1"
    std::uint64_t parameters = 0, bytes = 0;       // bytes of all files
    int shards = 1, layers = 0;
    bool supported = false;      // the engine can run its architecture
    bool quantized = false;      // some matrix has lost precision already
    std::shared_ptr<const quantize::Source> source;
    std::shared_ptr<const gguf::File> file; // null for a checkpoint
};

// Reads headers only. Errors as gguf::File::open and convert::openCheckpoint give them.
Result<SourceModel> openSourceModel(const std::filesystem::path& path);

// The facts that follow from keys and tensors; path and bytes are the caller's.
SourceModel describeSource(std::shared_ptr<const quantize::Source> source);

// Bytes of keys and values for a context of so many tokens (f16), or nothing where the keys do not say.
std::uint64_t cacheBytes(const gguf::Keys& keys, int tokens);

} // namespace corral::app
