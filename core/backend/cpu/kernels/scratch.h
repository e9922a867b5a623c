#pragma once
// Cuts a scratch span into 64-byte aligned pieces. Internal to the kernels folder.
#include <cassert>
#include <cstddef>
#include <span>

namespace corral::cpu {

inline constexpr std::size_t kScratchAlign = 64;
constexpr std::size_t scratchRound(std::size_t bytes) { return (bytes + kScratchAlign - 1) & ~(kScratchAlign - 1); }

class ScratchCutter {
public:
    explicit ScratchCutter(std::span<std::byte> scratch) : m_rest(scratch) {}

    template <class T> T* take(std::size_t count)
    {
        const std::size_t bytes = scratchRound(count * sizeof(T));
        assert(bytes <= m_rest.size() && "scratch is smaller than the kernel's own *ScratchBytes()");
        T* piece = reinterpret_cast<T*>(m_rest.data());
        m_rest = m_rest.subspan(bytes);
        return piece;
    }

private:
    std::span<std::byte> m_rest;
};

} // namespace corral::cpu
