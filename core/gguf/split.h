#pragma once
// One model in several files, and several files made one (facts/gguf.md on split files; byte-identical to golden/split). Data are copied by the
// file system where it can.
#include "core/base/job.h"
#include "core/gguf/writer.h"

#include <filesystem>
#include <vector>

namespace corral::gguf {

struct SplitOptions {
    std::uint64_t maxTensors = 128;  // a shard; used unless maxBytes is given
    std::uint64_t maxBytes = 0;      // of a shard's padded tensors; a larger tensor has a shard to itself
    bool tensorFirst = true;         // false: the first shard holds only keys
};

struct ShardPlan {
    std::filesystem::path path;
    std::vector<std::size_t> tensors; // indexes into File::tensors()
    std::uint64_t bytes = 0;          // of its tensors, padded
};

// PREFIX-00001-of-00003.gguf, `number` from 1.
std::filesystem::path shardPath(const std::filesystem::path& prefix, int number, int count);
std::vector<ShardPlan> planSplit(const File& file, const std::filesystem::path& prefix, const SplitOptions& options);

// What the files of a plan will hold and weigh: keys of shard `number` (from 0), and whole files with their headers.
Keys shardKeys(const File& file, const std::vector<ShardPlan>& shards, std::size_t number);
Result<std::vector<std::uint64_t>> shardFileBytes(const File& file, const std::vector<ShardPlan>& shards);

// All shards appear together at the end, or none. Existing outputs are refused.
Result<void> split(const File& file, const std::vector<ShardPlan>& shards, Job& job, const ProgressFn& progress = {});
// `file` was opened from any shard. An existing output is refused.
Result<void> merge(const File& file, const std::filesystem::path& output, Job& job, const ProgressFn& progress = {});

} // namespace corral::gguf
