#include "core/gguf/file.h"

#include "core/gguf/reader.h"

#include <cassert>

namespace corral::gguf {

Result<std::shared_ptr<const File>> File::parse(std::span<const std::byte> bytes, std::shared_ptr<const MappedFile> owner)
{
    return Reader(bytes, std::move(owner)).read();
}

Result<File::Header> File::parseHeader(std::span<const std::byte> beginning, std::uint64_t fileBytes)
{
    Reader reader(beginning, fileBytes);
    auto file = reader.read();
    if (file) return Header{.file = std::move(*file), .needed = 0};
    if (reader.needed() > 0) return Header{.file = {}, .needed = reader.needed()};
    return std::unexpected(file.error());
}

Result<std::shared_ptr<const File>> File::joinHeaders(std::span<const std::shared_ptr<const File>> shards)
{
    std::vector<Reader::Named> named;
    for (std::size_t i = 0; i < shards.size(); ++i)
        named.push_back({std::format("file {} of {}", i + 1, shards.size()), std::make_shared<File>(*shards[i])});
    return Reader::join(std::move(named));
}

Result<std::shared_ptr<const File>> File::open(const std::filesystem::path& path)
{
    auto mapped = MappedFile::open(path);
    if (!mapped) return std::unexpected(mapped.error()); // it names the path
    const auto bytes = (*mapped)->bytes();
    auto file = Reader(bytes, std::move(*mapped)).read();
    if (!file) return within(path.string(), file.error());
    return Reader::readSet(path, std::move(*file));
}

const Value* File::find(std::string_view key) const
{
    const auto found = m_keyIndex.find(key);
    return found == m_keyIndex.end() ? nullptr : &m_keys[found->second].second;
}

namespace {

// What `read` makes of the key's value, or the error a user should read.
template <class T, class F> Result<T> typed(const File& file, std::string_view key, const char* expected, F&& read)
{
    const Value* value = file.find(key);
    if (!value) return fail(ErrorCode::NotFound, "key \"{}\" is missing", key);
    auto result = read(*value);
    if (!result) return fail(ErrorCode::Format, "key \"{}\" has type {}, expected {}", key, toString(value->type), expected);
    return *result;
}

} // namespace

Result<std::int64_t> File::getInt(std::string_view key) const
{
    return typed<std::int64_t>(*this, key, "an integer", [](const Value& v) { return v.asInt(); });
}

Result<double> File::getFloat(std::string_view key) const
{
    return typed<double>(*this, key, "a number", [](const Value& v) { return v.asFloat(); });
}

Result<std::string> File::getString(std::string_view key) const
{
    return typed<std::string>(*this, key, "a string", [](const Value& v) { return v.asString(); });
}

const TensorInfo* File::tensor(std::string_view name) const
{
    const auto found = m_tensorIndex.find(name);
    return found == m_tensorIndex.end() ? nullptr : &m_tensors[found->second];
}

std::span<const std::byte> File::data(const TensorInfo& tensor) const
{
    assert(!m_headerOnly);
    const auto shard = static_cast<std::size_t>(tensor.shard);
    return m_shardBytes[shard].subspan(static_cast<std::size_t>(m_shards[shard].dataStart + tensor.offset), static_cast<std::size_t>(tensor.bytes));
}

std::uint64_t File::totalBytes() const
{
    std::uint64_t total = 0;
    for (const Shard& shard : m_shards) total += shard.fileBytes;
    return total;
}

} // namespace corral::gguf
