#pragma once
// A file that appears under its name only when it is whole: written as NAME.part, synced, renamed. An OutputFile that is
// destroyed before commit() leaves nothing behind.
//
//   auto out = OutputFile::create("model.gguf", expectedBytes);   // NAME.part; refuses when the disk has no room for it
//   (*out)->append(bytes); (*out)->copyFrom(source, offset, length);
//   (*out)->commit();
#include "core/base/error.h"
#include "core/base/mapped_file.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace corral {

class OutputFile {
public:
    // expectedBytes is compared with the free space of the file system (with a small reserve); 0: not known. An existing NAME stays until
    // commit(); it must be a regular file (or a link to one, which is then followed). An old NAME.part is overwritten unless another
    // OutputFile, of any process, is writing it (advisory lock): then Io.
    static Result<std::unique_ptr<OutputFile>> create(const std::filesystem::path& name, std::uint64_t expectedBytes);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    std::uint64_t size() const { return m_size; }
    Result<void> append(std::span<const std::byte> bytes); // Io with the system's reason and the file's name ("no space left on device")
    Result<void> appendZeros(std::uint64_t count);         // as a hole where the file system has them
    // Bytes [offset, offset + length) of another file, by copy_file_range or reflink where the file system can. Call it in pieces of some
    // 10 MB to answer a cancellation in between.
    Result<void> copyFrom(const MappedFile& source, std::uint64_t offset, std::uint64_t length);
    // Overwrite bytes that were already appended, also as zeros: a header that is known last, or parts that several threads fill in
    // at the same time (these two may be called so; nothing else may).
    Result<void> patch(std::uint64_t offset, std::span<const std::byte> bytes);
    Result<void> patchFrom(std::uint64_t offset, const MappedFile& source, std::uint64_t sourceOffset, std::uint64_t length);
    // fsync, rename over NAME, fsync of the folder.
    Result<void> commit();
    // Several files, all or none: everything is on the disk before the first is renamed. None may be nullptr.
    static Result<void> commitAll(std::span<OutputFile* const> files);

    const std::filesystem::path& name() const { return m_name; }
    static std::filesystem::path partName(const std::filesystem::path& name); // NAME.part

private:
    OutputFile() = default;
    Result<void> writeAt(std::uint64_t offset, std::span<const std::byte> bytes);
    // Copies some of the range, at least a byte of it; how much.
    Result<std::uint64_t> copySome(std::uint64_t offset, const MappedFile& source, std::uint64_t sourceOffset, std::uint64_t length);
    // The same by the system alone; 0: it cannot.
    Result<std::uint64_t> copyInSystem(std::uint64_t offset, const MappedFile& source, std::uint64_t sourceOffset, std::uint64_t length);
    Result<void> checkWritten(std::uint64_t offset, std::uint64_t count) const;
    void wrote(std::uint64_t count);
    Result<void> sync();
    Result<void> rename();
    void discard();
    std::unexpected<Error> refused(const char* step, int reason) const;

    std::filesystem::path m_name;
    int m_descriptor = -1;
    std::uint64_t m_size = 0;
    std::atomic<std::uint64_t> m_written{0}; // bytes, in whatever order
};

} // namespace corral
