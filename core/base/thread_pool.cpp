#include "core/base/thread_pool.h"

#include <chrono>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace corral {

namespace {

inline void relax()
{
#if defined(__x86_64__)
    _mm_pause();
#else
    std::this_thread::yield();
#endif
}

// How long a worker spins for the next job before it parks: longer than the gap between two stages of a token (some µs),
// shorter than a person's patience with a warm laptop.
constexpr auto kSpin = std::chrono::microseconds(150);

} // namespace

ThreadPool::ThreadPool(int threads)
    : m_threads(threads < 1 ? 1 : threads)
{
    try {
        for (int i = 1; i < m_threads; ++i) m_workers.emplace_back([this, i] { workerLoop(i); });
    } catch (...) {
        quit(); // or those that did start would be waited for
        throw;
    }
}

ThreadPool::~ThreadPool() { quit(); }

void ThreadPool::quit()
{
    {
        std::lock_guard lock(m_mutex);
        m_quit.store(true);
        m_epoch.fetch_add(1);
    }
    m_wake.notify_all();
}

void ThreadPool::runRaw(RawFn fn, void* context)
{
    const int threads = size();
    if (threads == 1) {
        fn(context, 0, 1);
        return;
    }
    m_fn = fn;
    m_context = context;
    m_pending.store(threads - 1, std::memory_order_relaxed);
    m_epoch.fetch_add(1, std::memory_order_seq_cst);
    if (m_parked.load(std::memory_order_seq_cst) > 0) {
        { std::lock_guard lock(m_mutex); } // a worker between its last look and its sleep sees the new epoch
        m_wake.notify_all();
    }
    fn(context, 0, threads);
    for (int spins = 0; m_pending.load(std::memory_order_acquire) != 0; ++spins) {
        if (spins < 2000) relax(); // some 50 µs
        else std::this_thread::yield(); // more threads than cores: let the worker run
    }
}

void ThreadPool::workerLoop(int thread)
{
    std::uint64_t seen = 0;
    for (;;) {
        const auto deadline = std::chrono::steady_clock::now() + kSpin;
        while (m_epoch.load(std::memory_order_acquire) == seen) {
            for (int i = 0; i < 64 && m_epoch.load(std::memory_order_relaxed) == seen; ++i) relax();
            if (std::chrono::steady_clock::now() > deadline) {
                std::unique_lock lock(m_mutex);
                m_parked.fetch_add(1, std::memory_order_seq_cst);
                m_wake.wait(lock, [&] { return m_epoch.load(std::memory_order_seq_cst) != seen; });
                m_parked.fetch_sub(1, std::memory_order_relaxed);
            }
        }
        if (m_quit.load()) return;
        ++seen;
        m_fn(m_context, thread, size());
        m_pending.fetch_sub(1, std::memory_order_release);
    }
}

} // namespace corral
