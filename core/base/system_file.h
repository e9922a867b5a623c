#pragma once
// The few calls that reading and writing gigabytes needs and that differ between systems. Failures are -1 with errno set, as in POSIX.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace corral::system_file {

// Created, or emptied unless its content is kept, and locked. errno EWOULDBLOCK: somebody else is writing it.
enum class Content { Emptied, Kept };
int openLocked(const std::filesystem::path& name, Content content = Content::Emptied);
void close(int descriptor);
// All of it; 0 or -1.
int writeAt(int descriptor, std::span<const std::byte> bytes, std::uint64_t offset);
int sync(int descriptor);
int resize(int descriptor, std::uint64_t size);
// The file gets this size, and room on the disk for all of it where the file system can promise that.
int reserve(int descriptor, std::uint64_t size);
std::int64_t allocated(int descriptor); // bytes of the disk it takes; 0: not known
int syncFolderOf(const std::filesystem::path& file);
// Over a file that has the name already. `descriptor` is the open file and is closed.
int replace(int descriptor, const std::filesystem::path& from, const std::filesystem::path& to);
// Another name, never over a file that has it already: then -1 with EEXIST.
int moveTo(const std::filesystem::path& from, const std::filesystem::path& to);
// The open file goes without a trace.
void remove(int descriptor, const std::filesystem::path& name);

// Past the page cache from now on (or not any more): offsets, lengths and addresses must be multiples of kDirectAlignment then. A file
// system that cannot do it says so here, or with EINVAL at the first write.
inline constexpr std::size_t kDirectAlignment = 4096;
int setDirect(int descriptor, bool direct);
// The same file once more, for reading past the page cache; -1: not possible.
int reopenDirect(int descriptor);
// As much as is there, up to all of `out`; -1 on errors.
std::int64_t readAt(int descriptor, std::span<std::byte> out, std::uint64_t offset);
// Whether reading these bytes of a mapped file would find most of them in memory; also when that cannot be known.
bool mostlyCached(std::span<const std::byte> mapped);
// A hint: write out now what is in the page cache.
void startWriteback(int descriptor);
// Bytes of another file, moved by the system. How many; 0: it cannot, or the source ended.
std::int64_t copyRange(int from, std::uint64_t fromOffset, int to, std::uint64_t toOffset, std::uint64_t length);

} // namespace corral::system_file
