#pragma once
// Reads much of a file once. What is not in the page cache already is read past it: a copy of gigabytes neither pays for cache pages (measured:
// 2.2 s of system time a GB on a virtual machine, 0.15 s past the cache) nor pushes anything out. Where the system or the file system
// cannot do that, it reads as MappedFile::read() does.
#include "core/base/mapped_file.h"

#include <memory>
#include <span>

namespace corral {

class DirectReader {
public:
    explicit DirectReader(const MappedFile& file); // must live as long
    ~DirectReader();
    DirectReader(const DirectReader&) = delete;
    DirectReader& operator=(const DirectReader&) = delete;

    // Bytes [offset, offset + out.size()). Io when they are not there; std::bad_alloc if there is no memory.
    Result<void> read(std::uint64_t offset, std::span<std::byte> out);

private:
    bool readPast(std::uint64_t offset, std::span<std::byte> out); // false: not possible, or not all of it

    const MappedFile& m_file;
    int m_descriptor = -1; // of its own, past the page cache
    struct Free {
        void operator()(std::byte* memory) const;
    };
    std::unique_ptr<std::byte[], Free> m_window; // aligned, larger than what is asked for at both ends
};

} // namespace corral
