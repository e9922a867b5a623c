#pragma once
// A file that appears under its name only when it is whole: written as NAME.part, synced, renamed. An OutputFile that is
// destroyed before commit() leaves nothing behind.
//
//   auto out = OutputFile::create("model.gguf", expectedBytes);   // NAME.part; refuses when the disk has no room for it
//   (*out)->append(bytes); (*out)->copyFrom(source, offset, length);
//   (*out)->commit();
//
// Bytes are gathered and written by a thread of its own (core/base/block_stream.h): an error may be told by a later call than the one
// that brought the bytes, at the latest by flush() or commit().
#include "core/base/block_stream.h"
#include "core/base/error.h"
#include "core/base/mapped_file.h"

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

    std::uint64_t size() const { return m_stream->size(); }
    Result<void> append(std::span<const std::byte> bytes); // Io with the system's reason and the file's name ("No space left on device")
    Result<void> appendZeros(std::uint64_t count);
    // Bytes [offset, offset + length) of another file: past the page cache, or else by copy_file_range, which shares blocks or lets the
    // server copy where the file system can. Call it in pieces of some 10 MB to answer a cancellation in between.
    Result<void> copyFrom(const MappedFile& source, std::uint64_t offset, std::uint64_t length);
    // Gives back the memory of what was gathered; for files that are complete and wait for others to be committed.
    Result<void> flush();
    // Flushed, synced, renamed over NAME, and the folder synced.
    Result<void> commit();
    // Several files, all or none: everything is on the disk before the first is renamed. None may be nullptr. After an error here or in
    // commit() the only thing left to do is to destroy them.
    static Result<void> commitAll(std::span<OutputFile* const> files);

    const std::filesystem::path& name() const { return m_name; }
    static std::filesystem::path partName(const std::filesystem::path& name); // NAME.part

private:
    OutputFile() = default;
    Result<void> checked(int error) const; // errno, or 0
    Result<void> sync();
    Result<void> rename();

    std::filesystem::path m_name;
    int m_descriptor = -1;
    std::unique_ptr<BlockStream> m_stream;
};

} // namespace corral
