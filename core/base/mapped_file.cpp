#include "core/base/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#else
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace corral {

std::unexpected<Error> MappedFile::pastTheEnd(std::uint64_t offset, std::size_t count) const
{
    return fail(ErrorCode::Io, "{}: the file ends before offset {}, where {} bytes are expected", m_path.string(), offset + count, count);
}

#ifdef _WIN32

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path)
{
    auto refused = [&](const char* step) {
        const auto reason = std::system_category().message(static_cast<int>(GetLastError()));
        return fail(ErrorCode::Io, "{}: cannot {}: {}", path.string(), step, reason);
    };
    HANDLE file = CreateFileW(path.c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING, 0, nullptr);
    if (file == INVALID_HANDLE_VALUE) return refused("open");
    LARGE_INTEGER size;
    if (!GetFileSizeEx(file, &size)) { CloseHandle(file); return refused("read the size"); }
    std::shared_ptr<MappedFile> mapped(new MappedFile);
    mapped->m_path = path;
    mapped->m_size = static_cast<std::size_t>(size.QuadPart);
    if (mapped->m_size > 0) {
        HANDLE mapping = CreateFileMappingW(file, nullptr, PAGE_READONLY, 0, 0, nullptr);
        void* data = mapping ? MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0) : nullptr;
        if (mapping) CloseHandle(mapping);
        if (!data) { CloseHandle(file); mapped->m_size = 0; return refused("map"); }
        mapped->m_data = static_cast<const std::byte*>(data);
    }
    CloseHandle(file);
    return mapped;
}

MappedFile::~MappedFile()
{
    if (m_data) UnmapViewOfFile(m_data);
}

Result<void> MappedFile::read(std::uint64_t offset, std::span<std::byte> out) const
{
    if (offset > m_size || out.size() > m_size - offset) return pastTheEnd(offset, out.size());
    std::memcpy(out.data(), m_data + offset, out.size()); // a mapped file cannot be truncated here
    return {};
}

void MappedFile::prefetch(std::uint64_t, std::uint64_t) const {}

bool MappedFile::isSameFileAs(const std::filesystem::path& path) const
{
    std::error_code missing;
    return std::filesystem::equivalent(m_path, path, missing);
}

#else

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path)
{
    auto refused = [&](const char* step, int reason) {
        const auto code = reason == ENOENT ? ErrorCode::NotFound : ErrorCode::Io;
        return fail(code, "{}: cannot {}: {}", path.string(), step, std::generic_category().message(reason));
    };
    std::shared_ptr<MappedFile> mapped(new MappedFile);
    mapped->m_path = path;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe would wait for its writer; files do not care
    if (fd < 0) return refused("open", errno);
    mapped->m_descriptor = fd;
    struct stat info {};
    if (::fstat(fd, &info) != 0) return refused("read the size", errno);
    if (!S_ISREG(info.st_mode)) return fail(ErrorCode::InvalidArgument, "{}: not a regular file", path.string());
    if (info.st_size > 0) {
        void* data = ::mmap(nullptr, static_cast<std::size_t>(info.st_size), PROT_READ, MAP_SHARED, fd, 0);
        if (data == MAP_FAILED) return refused("map", errno);
        mapped->m_data = static_cast<const std::byte*>(data);
        mapped->m_size = static_cast<std::size_t>(info.st_size);
    }
    return mapped;
}

MappedFile::~MappedFile()
{
    if (m_data) ::munmap(const_cast<std::byte*>(m_data), m_size);
    if (m_descriptor >= 0) ::close(m_descriptor);
}

Result<void> MappedFile::read(std::uint64_t offset, std::span<std::byte> out) const
{
    while (!out.empty()) {
        const ssize_t got = ::pread(m_descriptor, out.data(), out.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(ErrorCode::Io, "{}: cannot read at offset {}: {}", m_path.string(), offset, std::generic_category().message(errno));
        if (got == 0) return pastTheEnd(offset, out.size());
        out = out.subspan(static_cast<std::size_t>(got));
        offset += static_cast<std::uint64_t>(got);
    }
    return {};
}

void MappedFile::prefetch(std::uint64_t offset, std::uint64_t length) const
{
#ifdef POSIX_FADV_WILLNEED
    ::posix_fadvise(m_descriptor, static_cast<off_t>(offset), static_cast<off_t>(length), POSIX_FADV_WILLNEED);
#else
    (void)offset, (void)length;
#endif
}

bool MappedFile::isSameFileAs(const std::filesystem::path& path) const
{
    struct stat mine {}, other {};
    return ::fstat(m_descriptor, &mine) == 0 && ::stat(path.c_str(), &other) == 0 && mine.st_ino == other.st_ino && mine.st_dev == other.st_dev;
}

#endif

} // namespace corral
