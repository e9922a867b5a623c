#pragma once
// 64-byte aligned memory that the system hands out page by page as it is first written, so that a cache for a long context costs
// only what is used of it.
#include "core/base/error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace corral::cpu {

class LazyMemory {
public:
    static Result<LazyMemory> allocate(std::uint64_t bytes, const char* what)
    {
        LazyMemory memory;
        if (bytes > PTRDIFF_MAX - kAlignment) return fail(ErrorCode::OutOfMemory, "{} bytes for the {} are more than this system can address", bytes, what);
        memory.m_data.reset(static_cast<std::byte*>(::operator new(bytes ? static_cast<std::size_t>(bytes) : 1, std::align_val_t(kAlignment), std::nothrow)));
        if (!memory.m_data) return fail(ErrorCode::OutOfMemory, "no memory for the {} ({} MiB)", what, bytes >> 20);
        memory.m_bytes = bytes;
        return memory;
    }
    std::byte* data() const { return m_data.get(); }
    std::uint64_t size() const { return m_bytes; }

private:
    static constexpr std::size_t kAlignment = 64;
    struct Free {
        void operator()(std::byte* p) const { ::operator delete(p, std::align_val_t(kAlignment)); }
    };
    std::unique_ptr<std::byte, Free> m_data;
    std::uint64_t m_bytes = 0;
};

} // namespace corral::cpu
