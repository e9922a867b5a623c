#include "core/base/job.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace corral {
namespace {

using namespace std::chrono_literals;

TEST(Job, GoesOnUntilCancelled)
{
    Job job;
    const std::stop_token stop = job.stopToken();
    EXPECT_TRUE(job.proceed());
    EXPECT_FALSE(job.cancelled());
    EXPECT_FALSE(stop.stop_requested());
    job.cancel();
    EXPECT_FALSE(job.proceed());
    EXPECT_TRUE(job.cancelled());
    EXPECT_TRUE(stop.stop_requested());
}

TEST(Job, WaitsWhilePaused)
{
    for (const bool resumed : {true, false}) {
        Job job;
        job.pause();
        EXPECT_TRUE(job.paused());
        std::atomic<bool> returned = false, goOn = !resumed;
        std::jthread worker([&] {
            goOn = job.proceed();
            returned = true;
        });
        std::this_thread::sleep_for(20ms);
        EXPECT_FALSE(returned);
        if (resumed) job.resume();
        else job.cancel(); // ends a pause too
        worker.join();
        EXPECT_EQ(goOn, resumed);
    }
}

} // namespace
} // namespace corral
