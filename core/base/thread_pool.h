#pragma once
// Persistent worker threads with fork-join: run(fn) calls fn(thread, threads) once on every thread (the caller is thread 0)
// and returns when all are done. Between calls workers spin briefly, then park, so that a token loop pays under 2 µs for a
// join and an idle program costs nothing. One pool serves one caller at a time; a pool is passed to whoever needs one, there is no global.
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace corral {

class ThreadPool {
public:
    explicit ThreadPool(int threads); // at least 1; std::system_error if the system starts no more threads
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int size() const { return m_threads; }

    // fn: void(int thread, int threads). Must not throw. Does not allocate.
    template <class Fn> void run(Fn&& fn)
    {
        runRaw([](void* context, int thread, int threads) { (*static_cast<std::remove_reference_t<Fn>*>(context))(thread, threads); },
               const_cast<void*>(static_cast<const void*>(&fn)));
    }

    // Splits [0, count) into pieces of `grain` handed out on demand: fn(begin, end). For work of uneven speed.
    template <class Fn> void parallelFor(std::int64_t count, std::int64_t grain, Fn&& fn)
    {
        if (count <= grain || size() == 1) {
            if (count > 0) fn(std::int64_t(0), count);
            return;
        }
        std::atomic<std::int64_t> next{0};
        run([&](int, int) {
            for (;;) {
                const std::int64_t begin = next.fetch_add(grain, std::memory_order_relaxed);
                if (begin >= count) return;
                fn(begin, begin + grain < count ? begin + grain : count);
            }
        });
    }

private:
    using RawFn = void (*)(void* context, int thread, int threads);
    void runRaw(RawFn fn, void* context);
    void workerLoop(int thread);
    void quit();

    const int m_threads;
    RawFn m_fn = nullptr;
    void* m_context = nullptr;
    alignas(64) std::atomic<std::uint64_t> m_epoch{0}; // one more for each run(); workers wait for it to change
    alignas(64) std::atomic<int> m_pending{0};         // workers still inside the current run()
    std::atomic<int> m_parked{0};
    std::atomic<bool> m_quit{false};
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<std::jthread> m_workers;
};

} // namespace corral
