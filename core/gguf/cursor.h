#pragma once
// A position in untrusted bytes. Every read is checked against what is left; after a failed read the position is unchanged.
// The bytes may be the beginning of something longer: needed() then says how much of it a failed check would have wanted.
#include "core/base/float16.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace corral::gguf {

class Cursor {
public:
    explicit Cursor(std::span<const std::byte> bytes) : Cursor(bytes, bytes.size()) {}
    Cursor(std::span<const std::byte> bytes, std::uint64_t whole) : m_bytes(bytes), m_whole(std::max<std::uint64_t>(whole, bytes.size())) {}

    std::uint64_t offset() const { return m_offset; }
    std::uint64_t remaining() const { return m_bytes.size() - m_offset; }
    // Are this many bytes left?
    bool has(std::uint64_t bytes)
    {
        if (bytes <= remaining()) return true;
        if (bytes <= m_whole - m_offset) m_needed = std::max(m_needed, m_offset + bytes);
        return false;
    }
    std::uint64_t needed() const { return m_needed; } // 0: nothing was missing that lies beyond the bytes

    // A little-endian number; the host is little-endian as every platform of Corral is.
    template <class T> std::optional<T> read()
    {
        if (!has(sizeof(T))) return std::nullopt;
        const T value = loadAs<T>(m_bytes.data() + m_offset);
        m_offset += sizeof(T);
        return value;
    }

    // `length` bytes as text, pointing into the input.
    std::optional<std::string_view> readText(std::uint64_t length)
    {
        if (!has(length)) return std::nullopt;
        const std::string_view text(reinterpret_cast<const char*>(m_bytes.data() + m_offset), static_cast<std::size_t>(length));
        m_offset += length;
        return text;
    }

private:
    std::span<const std::byte> m_bytes;
    std::uint64_t m_whole = 0; // length of what m_bytes begin
    std::uint64_t m_offset = 0, m_needed = 0;
};

// A name out of a hostile file as an error message may show it: in quotes, at most 80 bytes, nothing but printable ASCII.
std::string shown(std::string_view name);

} // namespace corral::gguf
