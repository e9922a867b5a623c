#pragma once
// What a container may hold at most: the reader refuses more, the writer writes no more (facts/gguf.md § 3).
#include <cstdint>
#include <limits>
#include <optional>

namespace corral::gguf {

inline constexpr std::uint64_t kMaxKeyLength = 65535; // of the format's specification
inline constexpr std::uint64_t kMaxNameLength = 63;   // of a tensor
inline constexpr std::uint32_t kMaxDims = 4;
inline constexpr std::uint64_t kMaxStringBytes = std::uint64_t{1} << 30;
inline constexpr std::uint64_t kMaxArrayLength = std::uint64_t{1} << 30;
inline constexpr std::uint64_t kDefaultAlignment = 32;

// `bytes` rounded up to the alignment (a power of two); nothing if that overflows.
inline std::optional<std::uint64_t> padded(std::uint64_t bytes, std::uint64_t alignment)
{
    if (bytes > std::numeric_limits<std::uint64_t>::max() - (alignment - 1)) return std::nullopt;
    return (bytes + alignment - 1) & ~(alignment - 1);
}

} // namespace corral::gguf
