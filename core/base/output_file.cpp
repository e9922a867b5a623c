#include "core/base/output_file.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
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
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace corral {

namespace {

constexpr std::uint64_t kReserve = std::uint64_t(16) << 20;     // of free space, left to the file system and to others
constexpr std::uint64_t kCopyPiece = std::uint64_t(4) << 20;    // bytes in memory where the system cannot copy
constexpr std::uint64_t kWritebackPiece = std::uint64_t(32) << 20;

Result<void> checkSource(const MappedFile& source, std::uint64_t offset, std::uint64_t length)
{
    const std::uint64_t size = source.bytes().size();
    if (offset <= size && length <= size - offset) return {};
    return fail(ErrorCode::Io, "{}: cannot read: {} bytes at offset {} lie beyond its end", source.path().string(), length, offset);
}

// A link is followed, so that committing replaces the file and not the link; a dangling one is replaced.
std::filesystem::path followed(const std::filesystem::path& name)
{
    std::error_code error;
    if (!std::filesystem::is_symlink(name, error)) return name;
    auto target = std::filesystem::canonical(name, error);
    return error ? name : target;
}

} // namespace

std::filesystem::path OutputFile::partName(const std::filesystem::path& name)
{
    auto part = name;
    part += ".part";
    return part;
}

std::unexpected<Error> OutputFile::refused(const char* step, int reason) const
{
    return fail(ErrorCode::Io, "{}: cannot {}: {}", m_name.string(), step, std::generic_category().message(reason));
}

#ifdef _WIN32

namespace {

// Opened for writing by nobody else at the same time: the lock. -1: errno tells why (EACCES: locked, or not allowed).
int openLocked(const std::filesystem::path& part)
{
    int descriptor = -1;
    const errno_t error = _wsopen_s(&descriptor, part.c_str(), _O_RDWR | _O_CREAT | _O_TRUNC | _O_BINARY | _O_NOINHERIT, _SH_DENYWR,
                                    _S_IREAD | _S_IWRITE);
    if (error != 0) errno = error == EACCES && std::filesystem::exists(part) ? EWOULDBLOCK : error;
    return descriptor;
}

std::int64_t writeSome(int descriptor, const std::byte* bytes, std::size_t count, std::uint64_t offset)
{
    if (_lseeki64(descriptor, static_cast<std::int64_t>(offset), SEEK_SET) < 0) return -1;
    return _write(descriptor, bytes, static_cast<unsigned>(std::min<std::size_t>(count, std::size_t(1) << 30)));
}

int setSize(int descriptor, std::uint64_t size)
{
    errno = _chsize_s(descriptor, static_cast<std::int64_t>(size));
    return errno == 0 ? 0 : -1;
}

int syncFile(int descriptor) { return _commit(descriptor); }
void closeFile(int descriptor) { _close(descriptor); }
int syncFolderOf(const std::filesystem::path&) { return 0; } // the rename writes through

} // namespace

Result<std::uint64_t> OutputFile::copyInSystem(std::uint64_t, const MappedFile&, std::uint64_t, std::uint64_t) { return 0; }
void OutputFile::wrote(std::uint64_t) {}

Result<void> OutputFile::rename()
{
    closeFile(m_descriptor); // an open file cannot be renamed here
    m_descriptor = -1;
    const auto part = partName(m_name);
    if (MoveFileExW(part.c_str(), m_name.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) return {};
    const auto reason = std::system_category().message(static_cast<int>(GetLastError()));
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    return fail(ErrorCode::Io, "{}: cannot rename: {}", m_name.string(), reason);
}

#else

namespace {

// Opened and locked; -1: errno tells why (EWOULDBLOCK: somebody is writing it).
int openLocked(const std::filesystem::path& part)
{
    for (;;) {
        const int descriptor = ::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
        if (descriptor < 0) return -1;
        struct stat opened {}, named {};
        int reason = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 || ::fstat(descriptor, &opened) != 0 ? errno : 0;
        if (reason == 0 && !S_ISREG(opened.st_mode)) reason = EEXIST;
        // Between opening and locking its writer may have renamed or removed it: then another file has the name now, or none.
        const bool current = reason == 0 && ::stat(part.c_str(), &named) == 0 && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
        if (current && ::ftruncate(descriptor, 0) != 0) reason = errno;
        if (current && reason == 0) return descriptor;
        ::close(descriptor);
        if (reason != 0) {
            errno = reason;
            return -1;
        }
    }
}

std::int64_t writeSome(int descriptor, const std::byte* bytes, std::size_t count, std::uint64_t offset)
{
    return ::pwrite(descriptor, bytes, count, static_cast<off_t>(offset));
}

int setSize(int descriptor, std::uint64_t size) { return ::ftruncate(descriptor, static_cast<off_t>(size)); }
int syncFile(int descriptor) { return ::fsync(descriptor); }
void closeFile(int descriptor) { ::close(descriptor); }

int syncFolderOf(const std::filesystem::path& name)
{
    const auto folder = name.has_parent_path() ? name.parent_path() : std::filesystem::path(".");
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    if (descriptor < 0) return errno == EACCES ? 0 : -1; // a folder that may be written but not read
    const int failed = ::fsync(descriptor);
    const int reason = errno;
    ::close(descriptor);
    errno = reason;
    return failed != 0 && reason != EINVAL && reason != EROFS ? -1 : 0; // file systems without folders to sync say EINVAL
}

} // namespace

Result<std::uint64_t> OutputFile::copyInSystem(std::uint64_t offset, const MappedFile& source, std::uint64_t sourceOffset, std::uint64_t length)
{
#ifdef __linux__
    off_t from = static_cast<off_t>(sourceOffset), to = static_cast<off_t>(offset);
    for (;;) {
        const ssize_t copied = ::copy_file_range(source.descriptor(), &from, m_descriptor, &to, static_cast<std::size_t>(length), 0);
        if (copied >= 0) return static_cast<std::uint64_t>(copied); // 0: the source ended; reading it will tell
        if (errno == EINTR) continue;
        if (errno == ENOSPC || errno == EDQUOT || errno == EIO || errno == EFBIG) return refused("write", errno);
        return 0; // not between these file systems
    }
#else
    (void)offset, (void)source, (void)sourceOffset, (void)length;
    return 0;
#endif
}

// The disk works while the next tensors are encoded, so that the sync at the end has little left to wait for.
void OutputFile::wrote(std::uint64_t count)
{
#ifdef __linux__
    const std::uint64_t before = m_written.fetch_add(count, std::memory_order_relaxed);
    if (before / kWritebackPiece != (before + count) / kWritebackPiece) ::sync_file_range(m_descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
#else
    (void)count;
#endif
}

Result<void> OutputFile::rename()
{
    if (::rename(partName(m_name).c_str(), m_name.c_str()) != 0) return refused("rename the finished file", errno);
    closeFile(m_descriptor);
    m_descriptor = -1;
    return {};
}

#endif

Result<std::unique_ptr<OutputFile>> OutputFile::create(const std::filesystem::path& name, std::uint64_t expectedBytes)
{
    std::unique_ptr<OutputFile> out(new OutputFile);
    out->m_name = followed(name);
    std::error_code error;
    const auto status = std::filesystem::status(out->m_name, error);
    if (std::filesystem::is_directory(status)) return fail(ErrorCode::InvalidArgument, "{}: this is a folder", name.string());
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
        return fail(ErrorCode::InvalidArgument, "{}: not a regular file, will not be replaced", name.string());
    const auto part = partName(out->m_name);
    const auto folder = part.has_parent_path() ? part.parent_path() : std::filesystem::path(".");
    if (!std::filesystem::is_directory(folder, error)) return fail(ErrorCode::Io, "{}: there is no folder {}", name.string(), folder.string());

    const int descriptor = openLocked(part);
    if (descriptor < 0 && errno == EWOULDBLOCK)
        return fail(ErrorCode::Io, "{}: another job is writing it ({} is locked)", name.string(), part.filename().string());
    if (descriptor < 0) return fail(ErrorCode::Io, "{}: cannot create: {}", part.string(), std::generic_category().message(errno));
    out->m_descriptor = descriptor; // from here on the destructor removes the file

    const auto space = std::filesystem::space(folder, error); // after an old NAME.part gave its space back
    if (!error && expectedBytes > 0 && (space.available < kReserve || expectedBytes > space.available - kReserve))
        return fail(ErrorCode::Io, "{}: no space left on device: {} bytes are needed, {} are free", name.string(), expectedBytes, space.available);
    return out;
}

OutputFile::~OutputFile() { discard(); }

void OutputFile::discard()
{
    if (m_descriptor < 0) return;
    std::error_code ignored;
#ifdef _WIN32
    closeFile(m_descriptor);
    std::filesystem::remove(partName(m_name), ignored);
#else
    std::filesystem::remove(partName(m_name), ignored); // while the lock still keeps others from it
    closeFile(m_descriptor);
#endif
    m_descriptor = -1;
}

Result<void> OutputFile::writeAt(std::uint64_t offset, std::span<const std::byte> bytes)
{
    const std::uint64_t count = bytes.size();
    while (!bytes.empty()) {
        const std::int64_t written = writeSome(m_descriptor, bytes.data(), bytes.size(), offset);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return refused("write", written < 0 ? errno : ENOSPC);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    wrote(count);
    return {};
}

Result<std::uint64_t> OutputFile::copySome(std::uint64_t offset, const MappedFile& source, std::uint64_t sourceOffset, std::uint64_t length)
{
    length = std::min(length, kWritebackPiece);
    const auto copied = copyInSystem(offset, source, sourceOffset, length);
    if (!copied) return copied;
    if (*copied > 0) {
        wrote(*copied);
        return *copied;
    }
    std::vector<std::byte> piece(static_cast<std::size_t>(std::min(length, kCopyPiece)));
    if (auto ok = source.read(sourceOffset, piece); !ok) return std::unexpected(ok.error());
    if (auto ok = writeAt(offset, piece); !ok) return std::unexpected(ok.error());
    return piece.size();
}

Result<void> OutputFile::append(std::span<const std::byte> bytes)
{
    if (auto ok = writeAt(m_size, bytes); !ok) return ok;
    m_size += bytes.size();
    return {};
}

Result<void> OutputFile::appendZeros(std::uint64_t count)
{
    if (count == 0) return {};
    if (setSize(m_descriptor, m_size + count) != 0) return refused("write", errno);
    m_size += count;
    return {};
}

Result<void> OutputFile::copyFrom(const MappedFile& source, std::uint64_t offset, std::uint64_t length)
{
    if (auto ok = checkSource(source, offset, length); !ok) return ok;
    while (length > 0) {
        const auto copied = copySome(m_size, source, offset, length);
        if (!copied) return std::unexpected(copied.error());
        m_size += *copied;
        offset += *copied;
        length -= *copied;
    }
    return {};
}

Result<void> OutputFile::checkWritten(std::uint64_t offset, std::uint64_t count) const
{
    if (offset <= m_size && count <= m_size - offset) return {};
    return fail(ErrorCode::InvalidArgument, "{}: {} bytes at offset {} were not written yet", m_name.string(), count, offset);
}

Result<void> OutputFile::patch(std::uint64_t offset, std::span<const std::byte> bytes)
{
    if (auto ok = checkWritten(offset, bytes.size()); !ok) return ok;
    return writeAt(offset, bytes);
}

Result<void> OutputFile::patchFrom(std::uint64_t offset, const MappedFile& source, std::uint64_t sourceOffset, std::uint64_t length)
{
    if (auto ok = checkSource(source, sourceOffset, length); !ok) return ok;
    if (auto ok = checkWritten(offset, length); !ok) return ok;
    while (length > 0) {
        const auto copied = copySome(offset, source, sourceOffset, length);
        if (!copied) return std::unexpected(copied.error());
        offset += *copied;
        sourceOffset += *copied;
        length -= *copied;
    }
    return {};
}

Result<void> OutputFile::sync()
{
    if (syncFile(m_descriptor) != 0) return refused("write", errno);
    return {};
}

Result<void> OutputFile::commit()
{
    OutputFile* const self = this;
    return commitAll({&self, 1});
}

Result<void> OutputFile::commitAll(std::span<OutputFile* const> files)
{
    for (OutputFile* file : files)
        if (auto ok = file->sync(); !ok) return ok;
    for (std::size_t i = 0; i < files.size(); ++i)
        if (auto ok = files[i]->rename(); !ok) {
            std::error_code ignored;
            for (std::size_t k = 0; k < i; ++k) std::filesystem::remove(files[k]->m_name, ignored);
            return ok;
        }
    for (OutputFile* file : files)
        if (syncFolderOf(file->m_name) != 0) return file->refused("sync the folder", errno);
    return {};
}

} // namespace corral
