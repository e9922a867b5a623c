#include "core/base/system_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <format>
#include <vector>

#ifdef _WIN32
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <share.h>
#include <sys/stat.h>
#else
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace corral::system_file {

#ifdef _WIN32

int openLocked(const std::filesystem::path& name, Content content)
{
    int descriptor = -1;
    const int emptied = content == Content::Emptied ? _O_TRUNC : 0;
    const errno_t error = _wsopen_s(&descriptor, name.c_str(), _O_RDWR | _O_CREAT | emptied | _O_BINARY | _O_NOINHERIT, _SH_DENYWR, _S_IREAD | _S_IWRITE);
    if (error != 0) errno = error == EACCES && std::filesystem::exists(name) ? EWOULDBLOCK : error; // nobody else may write: the lock
    return descriptor;
}

void close(int descriptor) { _close(descriptor); }

static std::int64_t writeSome(int descriptor, std::span<const std::byte> bytes, std::uint64_t offset)
{
    if (_lseeki64(descriptor, static_cast<std::int64_t>(offset), SEEK_SET) < 0) return -1;
    return _write(descriptor, bytes.data(), static_cast<unsigned>(std::min<std::size_t>(bytes.size(), std::size_t(1) << 30)));
}

int sync(int descriptor) { return _commit(descriptor); }
int resize(int descriptor, std::uint64_t size) { return _chsize_s(descriptor, static_cast<std::int64_t>(size)) == 0 ? 0 : -1; }
int reserve(int descriptor, std::uint64_t size) { return resize(descriptor, size); } // room for all of it, on NTFS
std::int64_t allocated(int) { return 0; }
int syncFolderOf(const std::filesystem::path&) { return 0; } // the rename writes through

int replace(int descriptor, const std::filesystem::path& from, const std::filesystem::path& to)
{
    _close(descriptor); // an open file cannot be renamed here
    if (MoveFileExW(from.c_str(), to.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) return 0;
    std::error_code ignored;
    std::filesystem::remove(from, ignored);
    errno = EACCES;
    return -1;
}

int moveTo(const std::filesystem::path& from, const std::filesystem::path& to)
{
    if (MoveFileExW(from.c_str(), to.c_str(), MOVEFILE_WRITE_THROUGH)) return 0;
    const DWORD reason = GetLastError();
    errno = reason == ERROR_ALREADY_EXISTS || reason == ERROR_FILE_EXISTS ? EEXIST : reason == ERROR_FILE_NOT_FOUND ? ENOENT : EACCES;
    return -1;
}

void remove(int descriptor, const std::filesystem::path& name)
{
    _close(descriptor);
    std::error_code ignored;
    std::filesystem::remove(name, ignored);
}

int setDirect(int, bool direct)
{
    errno = EINVAL;
    return direct ? -1 : 0;
}

int reopenDirect(int) { return -1; }
std::int64_t readAt(int descriptor, std::span<std::byte> out, std::uint64_t offset)
{
    if (_lseeki64(descriptor, static_cast<std::int64_t>(offset), SEEK_SET) < 0) return -1;
    return _read(descriptor, out.data(), static_cast<unsigned>(std::min<std::size_t>(out.size(), std::size_t(1) << 30)));
}
bool mostlyCached(std::span<const std::byte>) { return true; }
void startWriteback(int) {}
std::int64_t copyRange(int, std::uint64_t, int, std::uint64_t, std::uint64_t) { return 0; }

#else

int openLocked(const std::filesystem::path& name, Content content)
{
    for (;;) {
        const int descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
        if (descriptor < 0) return -1;
        struct stat opened {}, named {};
        int reason = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 || ::fstat(descriptor, &opened) != 0 ? errno : 0;
        if (reason == 0 && !S_ISREG(opened.st_mode)) reason = EEXIST;
        // Between opening and locking its writer may have renamed or removed it: then another file has the name now, or none.
        const bool current = reason == 0 && ::stat(name.c_str(), &named) == 0 && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
        if (current && content == Content::Emptied && ::ftruncate(descriptor, 0) != 0) reason = errno;
        if (current && reason == 0) return descriptor;
        ::close(descriptor);
        if (reason != 0) {
            errno = reason;
            return -1;
        }
    }
}

void close(int descriptor) { ::close(descriptor); }

static std::int64_t writeSome(int descriptor, std::span<const std::byte> bytes, std::uint64_t offset)
{
    return ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
}

int sync(int descriptor) { return ::fsync(descriptor); }
int resize(int descriptor, std::uint64_t size) { return ::ftruncate(descriptor, static_cast<off_t>(size)); }

int reserve(int descriptor, std::uint64_t size)
{
#ifdef __linux__
    if (size > 0 && ::fallocate(descriptor, 0, 0, static_cast<off_t>(size)) != 0 && errno != EOPNOTSUPP && errno != ENOSYS && errno != EINTR) return -1;
#endif
    return resize(descriptor, size);
}

std::int64_t allocated(int descriptor)
{
    struct stat status {};
    constexpr std::int64_t kUnit = 512; // of st_blocks, whatever the file system's own
    return ::fstat(descriptor, &status) == 0 ? static_cast<std::int64_t>(status.st_blocks) * kUnit : 0;
}

int syncFolderOf(const std::filesystem::path& file)
{
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    if (descriptor < 0) return errno == EACCES ? 0 : -1; // a folder that may be written but not read
    const int failed = ::fsync(descriptor);
    const int reason = errno;
    ::close(descriptor);
    errno = reason;
    return failed != 0 && reason != EINVAL && reason != EROFS ? -1 : 0; // file systems without folders to sync say EINVAL
}

int replace(int descriptor, const std::filesystem::path& from, const std::filesystem::path& to)
{
    if (::rename(from.c_str(), to.c_str()) != 0) {
        const int reason = errno;
        remove(descriptor, from);
        errno = reason;
        return -1;
    }
    ::close(descriptor);
    return 0;
}

int moveTo(const std::filesystem::path& from, const std::filesystem::path& to)
{
#if defined(__linux__) && defined(RENAME_NOREPLACE)
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1; // these: the file system cannot promise it
#endif
    struct stat there {};
    if (::lstat(to.c_str(), &there) == 0) {
        errno = EEXIST;
        return -1;
    }
    return ::rename(from.c_str(), to.c_str());
}

void remove(int descriptor, const std::filesystem::path& name)
{
    ::unlink(name.c_str()); // while the lock still keeps others from it
    ::close(descriptor);
}

int setDirect(int descriptor, bool direct)
{
#ifdef O_DIRECT
    const int flags = ::fcntl(descriptor, F_GETFL);
    return flags < 0 ? -1 : ::fcntl(descriptor, F_SETFL, direct ? flags | O_DIRECT : flags & ~O_DIRECT);
#else
    (void)descriptor;
    errno = EINVAL;
    return direct ? -1 : 0;
#endif
}

int reopenDirect(int descriptor)
{
#ifdef __linux__
    return ::open(std::format("/proc/self/fd/{}", descriptor).c_str(), O_RDONLY | O_CLOEXEC | O_DIRECT); // also when its name is gone
#else
    (void)descriptor;
    return -1;
#endif
}

std::int64_t readAt(int descriptor, std::span<std::byte> out, std::uint64_t offset)
{
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got = ::pread(descriptor, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0 || static_cast<std::size_t>(got) % kDirectAlignment != 0) return static_cast<std::int64_t>(done + static_cast<std::size_t>(got)); // the end
        done += static_cast<std::size_t>(got);
    }
    return static_cast<std::int64_t>(done);
}

bool mostlyCached(std::span<const std::byte> mapped)
{
#ifdef __linux__
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(mapped.data()) / page * page;
    const std::size_t length = reinterpret_cast<std::uintptr_t>(mapped.data()) + mapped.size() - begin;
    std::vector<unsigned char> pages((length + page - 1) / page);
    if (::mincore(reinterpret_cast<void*>(begin), length, pages.data()) != 0) return true;
    const auto present = std::ranges::count_if(pages, [](unsigned char flags) { return (flags & 1) != 0; });
    return static_cast<std::size_t>(present) * 2 > pages.size();
#else
    (void)mapped;
    return true;
#endif
}

void startWriteback(int descriptor)
{
#ifdef __linux__
    ::sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
#else
    (void)descriptor;
#endif
}

std::int64_t copyRange(int from, std::uint64_t fromOffset, int to, std::uint64_t toOffset, std::uint64_t length)
{
#ifdef __linux__
    off_t in = static_cast<off_t>(fromOffset), out = static_cast<off_t>(toOffset);
    for (;;) {
        const ssize_t copied = ::copy_file_range(from, &in, to, &out, static_cast<std::size_t>(length), 0);
        if (copied >= 0) return copied;
        if (errno == EINTR) continue;
        return errno == ENOSPC || errno == EDQUOT || errno == EIO || errno == EFBIG ? -1 : 0; // else: not between these file systems
    }
#else
    (void)from, (void)fromOffset, (void)to, (void)toOffset, (void)length;
    return 0;
#endif
}

#endif

int writeAt(int descriptor, std::span<const std::byte> bytes, std::uint64_t offset)
{
    while (!bytes.empty()) {
        const std::int64_t written = writeSome(descriptor, bytes, offset);
        if (written < 0 && errno == EINTR) continue;
        if (written == 0) errno = ENOSPC;
        if (written <= 0) return -1;
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    return 0;
}

} // namespace corral::system_file
