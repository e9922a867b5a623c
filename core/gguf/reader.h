#pragma once
// Reads one container: header, keys, tensor descriptions, and whether the data they promise are in the file. Limits are those of
// the format's reference reader where it has one, and else what the file can physically hold; nothing is allocated on the word of a count.
#include "core/gguf/cursor.h"
#include "core/gguf/file.h"

namespace corral::gguf {

class Reader {
public:
    Reader(std::span<const std::byte> bytes, std::shared_ptr<const MappedFile> owner)
        : m_bytes(bytes), m_fileBytes(bytes.size()), m_owner(std::move(owner)), m_in(bytes)
    {
    }
    // The beginning of a file of fileBytes: read() then gives its header only, or fails with needed() > 0 where that goes on behind the bytes.
    Reader(std::span<const std::byte> beginning, std::uint64_t fileBytes)
        : m_bytes(beginning), m_fileBytes(std::max<std::uint64_t>(fileBytes, beginning.size())), m_headerOnly(true), m_in(beginning, m_fileBytes)
    {
    }

    Result<std::shared_ptr<File>> read();
    std::uint64_t needed() const { return m_in.needed(); }

    // All files of the set that `first`, opened from `path`, is a shard of.
    static Result<std::shared_ptr<File>> readSet(const std::filesystem::path& path, std::shared_ptr<File> first);
    // All shards of a set in their order, each with the name for errors, as one.
    struct Named {
        std::string name;
        std::shared_ptr<File> file;
    };
    static Result<std::shared_ptr<File>> join(std::vector<Named> shards);

private:
    Result<void> readHeader();
    Result<void> readKey(std::uint64_t index);
    Result<void> readTensor(std::uint64_t index);
    Result<void> checkData();
    Result<void> readAlignment(const Value& value, std::uint64_t offset);

    std::span<const std::byte> m_bytes;
    std::uint64_t m_fileBytes = 0; // more than m_bytes if these are only its beginning
    bool m_headerOnly = false;
    std::shared_ptr<const MappedFile> m_owner;
    Cursor m_in;
    std::shared_ptr<File> m_file;
    Shard m_shard;
    std::uint64_t m_keyCount = 0, m_tensorCount = 0;
    std::uint64_t m_nextTensorOffset = 0; // where the next tensor has to begin
};

} // namespace corral::gguf
