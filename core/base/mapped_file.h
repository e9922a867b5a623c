#pragma once
// A whole file mapped read-only. Shared by everything that points into it; unmapped with the last owner.
// The bytes stay valid as long as the object lives, even if the file is deleted; a file truncated by another
// program while mapped makes reads fault (the system's rule for mappings), so writers must replace, never truncate.
#include "core/base/error.h"

#include <cstddef>
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

private:
    MappedFile() = default;
    std::filesystem::path m_path;
    const std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

} // namespace corral
