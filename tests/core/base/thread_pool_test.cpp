#include "core/base/thread_pool.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <system_error>
#include <vector>

#if defined(__linux__)
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace corral {
namespace {

TEST(ThreadPool, EveryThreadRunsOnce)
{
    for (int threads : {1, 2, 3, 8}) {
        ThreadPool pool(threads);
        ASSERT_EQ(pool.size(), threads);
        for (int round = 0; round < 200; ++round) {
            std::vector<int> seen(static_cast<std::size_t>(threads)); // not atomic: run() itself must order the accesses
            pool.run([&](int thread, int all) {
                seen[static_cast<std::size_t>(thread)] += 1 + (all - threads);
            });
            ASSERT_EQ(seen, std::vector<int>(static_cast<std::size_t>(threads), 1)) << "round " << round;
        }
    }
}

TEST(ThreadPool, AtLeastOneThread)
{
    ThreadPool pool(0);
    EXPECT_EQ(pool.size(), 1);
    int calls = 0;
    pool.run([&](int, int) { ++calls; });
    EXPECT_EQ(calls, 1);
}

#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // those need much address space themselves
TEST(ThreadPoolDeathTest, ThreadsThatCannotBeStartedAreAnExceptionNotAHang)
{
    const auto inAChild = [] {
        ::alarm(20); // instead of a hang
        const rlimit limit{1u << 30, 1u << 30}; // address space; each thread's stack takes some 8 MiB of it
        ::setrlimit(RLIMIT_AS, &limit);
        try {
            ThreadPool pool(1024);
        } catch (const std::system_error&) {
            std::_Exit(0);
        }
        std::_Exit(1);
    };
    EXPECT_EXIT(inAChild(), testing::ExitedWithCode(0), "");
}
#endif

TEST(ThreadPool, ParallelForCoversEveryIndexOnce)
{
    ThreadPool pool(3);
    for (std::int64_t count : {0, 1, 2, 7, 100, 1001})
        for (std::int64_t grain : {1, 3, 64, 5000}) {
            std::vector<int> seen(static_cast<std::size_t>(count));
            pool.parallelFor(count, grain, [&](std::int64_t begin, std::int64_t end) {
                ASSERT_LT(begin, end);
                for (std::int64_t i = begin; i < end; ++i) ++seen[static_cast<std::size_t>(i)];
            });
            EXPECT_EQ(seen, std::vector<int>(static_cast<std::size_t>(count), 1)) << count << " by " << grain;
        }
}

// What one run wrote, the next reads on other threads.
TEST(ThreadPool, RunsFollowEachOther)
{
    ThreadPool pool(4);
    std::vector<std::int64_t> values(64);
    for (int round = 0; round < 500; ++round)
        pool.run([&](int thread, int threads) {
            for (auto i = static_cast<std::size_t>((thread + round) % threads); i < values.size(); i += static_cast<std::size_t>(threads)) ++values[i];
        });
    EXPECT_EQ(values, std::vector<std::int64_t>(64, 500));
}

// Pauses of every length around the moment workers go to sleep: no wake-up may be lost.
TEST(ThreadPool, WakesFromSleep)
{
    ThreadPool pool(3);
    std::atomic<int> calls{0};
    for (int round = 0; round < 300; ++round) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(round * 2);
        while (std::chrono::steady_clock::now() < until) {}
        pool.run([&](int, int) { calls.fetch_add(1, std::memory_order_relaxed); });
        ASSERT_EQ(calls.load(), 3 * (round + 1));
    }
}

TEST(ThreadPool, MadeAndDroppedAtOnce)
{
    for (int round = 0; round < 100; ++round) {
        ThreadPool pool(3);
        if (round % 2 == 0) pool.run([](int, int) {});
    }
}

// Two pools do not know of each other; each serves its own thread.
TEST(ThreadPool, OneCallerEach)
{
    std::vector<std::int64_t> sums(2);
    std::vector<std::jthread> callers;
    for (std::size_t c = 0; c < 2; ++c)
        callers.emplace_back([&, c] {
            ThreadPool pool(2);
            std::atomic<std::int64_t> sum{0};
            for (int round = 0; round < 200; ++round)
                pool.parallelFor(100, 9, [&](std::int64_t begin, std::int64_t end) { sum.fetch_add(end - begin, std::memory_order_relaxed); });
            sums[c] = sum.load();
        });
    callers.clear();
    EXPECT_EQ(sums, (std::vector<std::int64_t>{20000, 20000}));
}

// An idle pool sleeps: after the short spin its workers use no processor time.
TEST(ThreadPool, IdleCostsNothing)
{
    ThreadPool pool(4);
    pool.run([](int, int) {});
    auto processSeconds = [] {
        timespec t;
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
        return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
    };
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const double before = processSeconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_LT(processSeconds() - before, 0.02);
}

} // namespace
} // namespace corral
