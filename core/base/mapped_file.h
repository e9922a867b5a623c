#pragma once
// A whole file mapped read-only. Shared by everything that points into it; unmapped with the last owner.
// The bytes stay valid as long as the object lives, even if the file is deleted; a file truncated by another
// program while mapped makes reads fault (the system's rule for mappings), so writers must replace, never truncate.
// Who walks through gigabytes calls read() instead: an error where a map would fault, and no pages that count as this process's memory.
#include "core/base/error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace corral {

class MappedFile {
public:
    static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::byte> bytes() const { return {m_data, m_size}; }
    const std::filesystem::path& path() const { return m_path; }

    // Copies bytes [offset, offset + out.size()) out of the file, not through the map. Io when they are no longer there.
    Result<void> read(std::uint64_t offset, std::span<std::byte> out) const;
    // A hint: these bytes will be read soon.
    void prefetch(std::uint64_t offset, std::uint64_t length) const;
    // Is `path`, also by another name, this very file?
    bool isSameFileAs(const std::filesystem::path& path) const;
    int descriptor() const { return m_descriptor; } // open for reading; -1 where the system does without

private:
    MappedFile() = default;
    std::unexpected<Error> pastTheEnd(std::uint64_t offset, std::size_t count) const;
    int m_descriptor = -1;
    std::filesystem::path m_path;
    const std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

} // namespace corral
