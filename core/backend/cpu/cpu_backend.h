#pragma once
// Runs graphs on the processor, with the threads of a pool that is passed in. One run walks the nodes in order: products and
// attention are split over the pool by their kernels; row-wise work too if there is enough of it, else it runs on the calling
// thread, for which a few thousand values are quicker than waking the others.
#include "core/backend/backend.h"
#include "core/base/thread_pool.h"

#include <array>
#include <cstdint>
#include <memory>
#include <variant>

namespace corral::cpu {

// Where the time of runs went, by operation (index as in graph::Op and graph::kOpNames).
struct Profile {
    struct Entry {
        std::uint64_t calls = 0;
        std::uint64_t nanoseconds = 0;
    };
    std::array<Entry, std::variant_size_v<graph::Op>> ops{};
};

// The pool must outlive the backend. profile may be null; if not, every run adds to it.
std::unique_ptr<backend::Backend> makeCpuBackend(ThreadPool& pool, Profile* profile = nullptr);

} // namespace corral::cpu
