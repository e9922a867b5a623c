// A model in several files: PREFIX-00001-of-00003.gguf and so on, each a container with its own data section. Metadata come from
// the first one; `split.no`, `split.count` and `split.tensors.count` are in every shard.
#include "core/gguf/reader.h"

namespace corral::gguf {

namespace {

std::string shardSuffix(std::int64_t index, std::int64_t count) { return std::format("-{:05}-of-{:05}.gguf", index + 1, count); }

} // namespace

Result<std::shared_ptr<File>> Reader::readSet(const std::filesystem::path& path, std::shared_ptr<File> opened)
{
    const Value* countKey = opened->find("split.count");
    if (!countKey) return opened;
    const auto count = countKey->asInt();
    if (!count || *count < 0 || *count > 65535)
        return fail(ErrorCode::Format, "{}: key \"split.count\" is not a number of files from 0 to 65535", path.string());
    if (*count <= 1) return opened; // 0 is what merging leaves behind
    const auto number = opened->getInt("split.no");
    if (!number) return within(path.string(), number.error());
    if (*number < 0 || *number >= *count)
        return fail(ErrorCode::Format, "{}: key \"split.no\" is {}, but the set has {} files", path.string(), *number, *count);

    const std::string name = path.filename().string();
    const std::string suffix = shardSuffix(*number, *count);
    if (!name.ends_with(suffix))
        return fail(ErrorCode::Format, "{}: this is file {} of {} of a split model, so its name has to end in {} for the others to be found",
                    path.string(), *number + 1, *count, suffix);
    const std::string prefix = name.substr(0, name.size() - suffix.size());

    std::vector<Named> shards;
    for (std::int64_t i = 0; i < *count; ++i) {
        const auto shardPath = path.parent_path() / (prefix + shardSuffix(i, *count));
        if (i == *number) {
            shards.push_back({shardPath.string(), opened});
            continue;
        }
        auto mapped = MappedFile::open(shardPath);
        if (!mapped && mapped.error().code == ErrorCode::NotFound)
            return fail(ErrorCode::NotFound, "{} belongs to a split model of {} files, and {} is missing", path.string(), *count,
                        shardPath.filename().string());
        if (!mapped) return std::unexpected(mapped.error());
        const auto bytes = (*mapped)->bytes();
        auto read = Reader(bytes, std::move(*mapped)).read();
        if (!read) return within(shardPath.string(), read.error());
        shards.push_back({shardPath.string(), std::move(*read)});
    }
    return join(std::move(shards));
}

Result<std::shared_ptr<File>> Reader::join(std::vector<Named> shards)
{
    const auto count = static_cast<std::int64_t>(shards.size());
    auto set = std::make_shared<File>();
    std::int64_t announced = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        auto& [name, shard] = shards[static_cast<std::size_t>(i)];
        const auto no = shard->getInt("split.no"), of = shard->getInt("split.count"), total = shard->getInt("split.tensors.count");
        for (const auto* key : {&no, &of, &total})
            if (!*key) return within(name, key->error());
        if (*no != i || *of != count)
            return fail(ErrorCode::Format, "{}: says it is file {} of {}, expected file {} of {} (keys \"split.no\" and \"split.count\")", name, *no + 1, *of,
                        i + 1, count);
        if (i == 0) {
            announced = *total;
            set->m_keys = std::move(shard->m_keys);
            set->m_keyIndex = std::move(shard->m_keyIndex);
        } else if (*total != announced) {
            return fail(ErrorCode::Format, "{}: key \"split.tensors.count\" is {}, in the first file it is {}", name, *total, announced);
        }
        set->m_headerOnly = set->m_headerOnly || shard->m_headerOnly;
        for (TensorInfo& tensor : shard->m_tensors) {
            if (!set->m_tensorIndex.emplace(tensor.name, set->m_tensors.size()).second)
                return fail(ErrorCode::Format, "{}: tensor {} is also in another file of the set", name, shown(tensor.name));
            tensor.shard = static_cast<int>(i);
            set->m_tensors.push_back(std::move(tensor));
        }
        set->m_shards.push_back(std::move(shard->m_shards.front()));
        set->m_shardBytes.push_back(shard->m_shardBytes.front());
    }
    if (static_cast<std::int64_t>(set->m_tensors.size()) != announced)
        return fail(ErrorCode::Format, "{}: the files of the set hold {} tensors, key \"split.tensors.count\" says {}",
                    shards.empty() ? std::string() : shards.front().name, set->m_tensors.size(), announced);
    return set;
}

} // namespace corral::gguf
