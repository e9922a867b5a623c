#include "core/base/output_file.h"

#include "core/base/direct_reader.h"
#include "core/base/system_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>
#include <utility>

namespace corral {

namespace {

constexpr std::uint64_t kReserve = std::uint64_t(16) << 20; // of free space, left to the file system and to others
constexpr std::uint64_t kCopyPiece = std::uint64_t(32) << 20;

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

    const int descriptor = system_file::openLocked(part);
    if (descriptor < 0 && errno == EWOULDBLOCK)
        return fail(ErrorCode::Io, "{}: another job is writing it ({} is locked)", name.string(), part.filename().string());
    if (descriptor < 0) return fail(ErrorCode::Io, "{}: cannot create: {}", part.string(), std::generic_category().message(errno));
    out->m_descriptor = descriptor; // from here on the destructor removes the file
    out->m_stream = std::make_unique<BlockStream>(descriptor);

    const auto space = std::filesystem::space(folder, error); // after an old NAME.part gave its space back
    if (!error && expectedBytes > 0 && (space.available < kReserve || expectedBytes > space.available - kReserve))
        return fail(ErrorCode::Io, "{}: no space left on device: {} bytes are needed, {} are free", name.string(), expectedBytes, space.available);
    return out;
}

OutputFile::~OutputFile()
{
    m_stream.reset();
    if (m_descriptor >= 0) system_file::remove(m_descriptor, partName(m_name));
}

Result<void> OutputFile::checked(int error) const
{
    if (error == 0) return {};
    return fail(ErrorCode::Io, "{}: cannot write: {}", m_name.string(), std::generic_category().message(error));
}

Result<void> OutputFile::append(std::span<const std::byte> bytes)
try {
    return checked(m_stream->append(bytes));
} catch (const std::bad_alloc&) {
    return checked(ENOMEM);
}

Result<void> OutputFile::appendZeros(std::uint64_t count)
try {
    while (count > 0) {
        const auto room = m_stream->room();
        const std::size_t now = static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), count));
        std::memset(room.data(), 0, now);
        if (const int error = m_stream->filled(now)) return checked(error);
        count -= now;
    }
    return {};
} catch (const std::bad_alloc&) {
    return checked(ENOMEM);
}

Result<void> OutputFile::copyFrom(const MappedFile& source, std::uint64_t offset, std::uint64_t length)
try {
    const std::uint64_t sourceSize = source.bytes().size();
    if (offset > sourceSize || length > sourceSize - offset)
        return fail(ErrorCode::Io, "{}: cannot read: {} bytes at offset {} lie beyond its end", source.path().string(), length, offset);
    bool bySystem = !m_stream->direct();
    DirectReader reader(source);
    while (length > 0) {
        if (bySystem) {
            if (auto ok = flush(); !ok) return ok;
            const std::int64_t copied = system_file::copyRange(source.descriptor(), offset, m_descriptor, size(), std::min(length, kCopyPiece));
            if (copied < 0) return checked(errno);
            bySystem = copied > 0;
            m_stream->skip(static_cast<std::uint64_t>(copied));
            offset += static_cast<std::uint64_t>(copied);
            length -= static_cast<std::uint64_t>(copied);
            continue;
        }
        const auto room = m_stream->room();
        const auto piece = room.first(static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), length)));
        if (auto ok = reader.read(offset, piece); !ok) return ok;
        if (const int error = m_stream->filled(piece.size())) return checked(error);
        offset += piece.size();
        length -= piece.size();
    }
    return {};
} catch (const std::bad_alloc&) {
    return checked(ENOMEM);
}

Result<void> OutputFile::flush() { return checked(m_stream->flush()); }

Result<void> OutputFile::sync()
{
    if (auto ok = flush(); !ok) return ok;
    return checked(system_file::sync(m_descriptor) != 0 ? errno : 0);
}

Result<void> OutputFile::rename()
{
    const int descriptor = std::exchange(m_descriptor, -1);
    if (system_file::replace(descriptor, partName(m_name), m_name) == 0) return {};
    return fail(ErrorCode::Io, "{}: cannot rename the finished file: {}", m_name.string(), std::generic_category().message(errno));
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
        if (system_file::syncFolderOf(file->m_name) != 0) return file->checked(errno);
    return {};
}

} // namespace corral
