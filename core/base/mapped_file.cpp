#include "core/base/mapped_file.h"

#include <cerrno>
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

#else

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path)
{
    auto refused = [&](const char* step, int reason) {
        const auto code = reason == ENOENT ? ErrorCode::NotFound : ErrorCode::Io;
        return fail(code, "{}: cannot {}: {}", path.string(), step, std::generic_category().message(reason));
    };
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe would wait for its writer; files do not care
    if (fd < 0) return refused("open", errno);
    struct stat info {};
    if (::fstat(fd, &info) != 0) {
        const int reason = errno;
        ::close(fd);
        return refused("read the size", reason);
    }
    if (!S_ISREG(info.st_mode)) {
        ::close(fd);
        return fail(ErrorCode::InvalidArgument, "{}: not a regular file", path.string());
    }
    std::shared_ptr<MappedFile> mapped(new MappedFile);
    mapped->m_path = path;
    if (info.st_size > 0) {
        void* data = ::mmap(nullptr, static_cast<std::size_t>(info.st_size), PROT_READ, MAP_SHARED, fd, 0);
        const int reason = errno;
        if (data == MAP_FAILED) {
            ::close(fd);
            return refused("map", reason);
        }
        mapped->m_data = static_cast<const std::byte*>(data);
        mapped->m_size = static_cast<std::size_t>(info.st_size);
    }
    ::close(fd);
    return mapped;
}

MappedFile::~MappedFile()
{
    if (m_data) ::munmap(const_cast<std::byte*>(m_data), m_size);
}

#endif

} // namespace corral
