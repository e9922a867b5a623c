#include "core/gguf/split.h"

#include <algorithm>
#include <limits>

namespace corral::gguf {

namespace {

constexpr std::uint64_t kPadding = 32;                             // of tensors in shards
constexpr std::uint64_t kPiece = std::uint64_t(32) << 20;          // copied between two looks at the job
constexpr std::size_t kMostShards = std::numeric_limits<std::uint16_t>::max(); // split.count is a u16
constexpr const char* kNo = "split.no";
constexpr const char* kCount = "split.count";
constexpr const char* kTensors = "split.tensors.count";

// In the reference's order: what is set last stands last.
void setSplitKeys(Keys& keys, std::uint16_t number, std::size_t tensors, std::uint16_t count)
{
    for (const char* key : {kNo, kTensors, kCount}) removeKey(keys, key);
    keys.emplace_back(kNo, u16(number));
    keys.emplace_back(kTensors, i32(static_cast<std::int32_t>(tensors)));
    keys.emplace_back(kCount, u16(count));
}

// Copies tensors of the input one after the other, and tells about it.
class Copier {
public:
    Copier(const File& file, Job& job, const ProgressFn& progress) : m_file(file), m_job(job), m_progress(progress)
    {
        m_state.steps = static_cast<int>(file.tensors().size());
        for (const TensorInfo& tensor : file.tensors()) m_state.total += tensor.bytes;
    }

    Result<void> copy(const TensorInfo& tensor, Writer& writer)
    {
        m_state.name = tensor.name;
        const Shard& shard = m_file.shards()[static_cast<std::size_t>(tensor.shard)];
        for (std::uint64_t done = 0; done < tensor.bytes;) {
            if (!m_job.proceed()) return fail(ErrorCode::Cancelled, "cancelled");
            const std::uint64_t piece = std::min(kPiece, tensor.bytes - done);
            if (auto ok = writer.copyFrom(*shard.file, shard.dataStart + tensor.offset + done, piece); !ok)
                return within("tensor " + tensor.name, ok.error());
            done += piece;
            m_state.done += piece;
            if (m_progress && done < tensor.bytes) m_progress(m_state);
        }
        if (auto ok = writer.endTensor(); !ok) return ok;
        if (m_progress) m_progress(m_state);
        ++m_state.step;
        return {};
    }

private:
    const File& m_file;
    Job& m_job;
    const ProgressFn& m_progress;
    Progress m_state;
};

Result<void> refuseExisting(const std::filesystem::path& path)
{
    std::error_code error;
    if (std::filesystem::exists(path, error)) return fail(ErrorCode::InvalidArgument, "{} exists already", path.string());
    return {};
}

std::vector<TensorInfo> pick(const File& file, const std::vector<std::size_t>& indexes)
{
    std::vector<TensorInfo> tensors;
    for (const std::size_t i : indexes) tensors.push_back(file.tensors()[i]);
    return tensors;
}

Result<void> checkPlan(const File& file, const std::vector<ShardPlan>& shards)
{
    if (shards.empty() || shards.size() > kMostShards)
        return fail(ErrorCode::InvalidArgument, "a split model has 1 to {} files, not {}", kMostShards, shards.size());
    if (file.tensors().size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
        return fail(ErrorCode::Unsupported, "{} tensors cannot be counted in a split model", file.tensors().size());
    for (const ShardPlan& shard : shards)
        if (auto ok = refuseExisting(shard.path); !ok) return ok;
    return {};
}

// All files together must fit, not each by itself.
Result<void> checkSpace(const std::filesystem::path& path, std::uint64_t bytes)
{
    std::error_code error;
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const auto space = std::filesystem::space(folder, error);
    if (!error && bytes > space.available)
        return fail(ErrorCode::Io, "{}: no space left on device: {} bytes are needed, {} are free", folder.string(), bytes, space.available);
    return {};
}

} // namespace

std::filesystem::path shardPath(const std::filesystem::path& prefix, int number, int count)
{
    auto path = prefix;
    path += std::format("-{:05}-of-{:05}.gguf", number, count);
    return path;
}

std::vector<ShardPlan> planSplit(const File& file, const std::filesystem::path& prefix, const SplitOptions& options)
{
    std::vector<ShardPlan> shards(1);
    if (!options.tensorFirst && !file.tensors().empty()) shards.emplace_back();
    for (std::size_t i = 0; i < file.tensors().size(); ++i) {
        const std::uint64_t bytes = (file.tensors()[i].bytes + kPadding - 1) / kPadding * kPadding;
        const ShardPlan& last = shards.back();
        const bool full = options.maxBytes > 0 ? last.bytes + bytes > options.maxBytes : i % std::max<std::uint64_t>(1, options.maxTensors) == 0;
        if (full && !last.tensors.empty()) shards.emplace_back();
        shards.back().tensors.push_back(i);
        shards.back().bytes += bytes;
    }
    for (std::size_t i = 0; i < shards.size(); ++i) shards[i].path = shardPath(prefix, static_cast<int>(i) + 1, static_cast<int>(shards.size()));
    return shards;
}

Keys shardKeys(const File& file, const std::vector<ShardPlan>& shards, std::size_t number)
{
    Keys keys;
    if (number == 0) keys = file.keys();
    setSplitKeys(keys, static_cast<std::uint16_t>(number), file.tensors().size(), static_cast<std::uint16_t>(shards.size()));
    return keys;
}

Result<std::vector<std::uint64_t>> shardFileBytes(const File& file, const std::vector<ShardPlan>& shards)
{
    std::vector<std::uint64_t> sizes;
    for (std::size_t i = 0; i < shards.size(); ++i) {
        const auto header = headerBytes(shardKeys(file, shards, i), pick(file, shards[i].tensors));
        if (!header) return within(shards[i].path.string(), header.error());
        sizes.push_back(header->size() + shards[i].bytes);
    }
    return sizes;
}

Result<void> split(const File& file, const std::vector<ShardPlan>& shards, Job& job, const ProgressFn& progress)
{
    if (auto ok = checkPlan(file, shards); !ok) return ok;
    const auto sizes = shardFileBytes(file, shards);
    if (!sizes) return std::unexpected(sizes.error());
    std::uint64_t total = 0;
    for (const std::uint64_t bytes : *sizes) total += bytes;
    if (auto ok = checkSpace(shards.front().path, total); !ok) return ok;

    Copier copier(file, job, progress);
    std::vector<std::unique_ptr<Writer>> writers;
    for (std::size_t i = 0; i < shards.size(); ++i) {
        auto writer = Writer::create(shards[i].path, shardKeys(file, shards, i), pick(file, shards[i].tensors));
        if (!writer) return std::unexpected(writer.error());
        for (const std::size_t tensor : shards[i].tensors)
            if (auto ok = copier.copy(file.tensors()[tensor], **writer); !ok) return ok;
        writers.push_back(std::move(*writer));
    }
    if (!job.proceed()) return fail(ErrorCode::Cancelled, "cancelled");
    return Writer::commitAll(writers);
}

Result<void> merge(const File& file, const std::filesystem::path& output, Job& job, const ProgressFn& progress)
{
    if (auto ok = refuseExisting(output); !ok) return ok;
    Keys keys = file.keys();
    removeKey(keys, kCount);
    keys.emplace_back(kCount, u16(0)); // one file again; the reference leaves the other two keys
    auto writer = Writer::create(output, keys, file.tensors());
    if (!writer) return std::unexpected(writer.error());
    Copier copier(file, job, progress);
    for (const TensorInfo& tensor : file.tensors())
        if (auto ok = copier.copy(tensor, **writer); !ok) return ok;
    if (!job.proceed()) return fail(ErrorCode::Cancelled, "cancelled");
    return (*writer)->commit();
}

} // namespace corral::gguf
