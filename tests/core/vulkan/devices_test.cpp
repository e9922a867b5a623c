// On Mesa's software device, which every machine with its driver has.
#include "core/backend/vulkan/devices.h"
#include "tests/support/cards.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace corral::vulkan {
namespace {

// A machine may have no Vulkan at all: that is an ordinary answer.
std::vector<DeviceInfo> found()
{
    auto all = devices();
    if (all) return std::move(*all);
    EXPECT_EQ(all.error().code, ErrorCode::Unsupported) << all.error().message;
    return {};
}

TEST(Devices, TheSoftwareDeviceIsDescribedAndNotUsed)
{
    const auto all = found();
    const auto software = std::ranges::find(all, DeviceType::Software, &DeviceInfo::type);
    CORRAL_NEEDS_CARD(software != all.end(), "no software device (mesa-vulkan-drivers) on this machine");
    EXPECT_NE(software->name.find("llvmpipe"), std::string::npos) << software->name;
    EXPECT_EQ(software->id.size(), 32u);
    EXPECT_NE(software->driver.find("Mesa"), std::string::npos) << software->driver;
    EXPECT_GT(software->memory, 100'000'000u);
    EXPECT_LE(software->freeMemory, software->memory);
    EXPECT_TRUE(software->unified);
    EXPECT_TRUE(software->storage16 && software->storage8);
    EXPECT_GE(software->largestBinding, 128u << 20); // the least Vulkan allows
    EXPECT_GE(software->sharedMemory, 16384u);
    EXPECT_GE(software->subgroup, 4u);
    EXPECT_LE(software->smallestSubgroup, software->subgroup);
    EXPECT_GE(software->largestSubgroup, software->subgroup);
    EXPECT_NE(software->unusable.find("processor itself is faster"), std::string::npos);
}

TEST(Devices, TheUsableOnesComeFirst)
{
    const auto all = found();
    EXPECT_TRUE(std::ranges::is_sorted(all, {}, [](const DeviceInfo& d) { return !d.unusable.empty(); }));
}

TEST(Devices, AskingAgainGivesTheSame)
{
    const auto first = found(), second = found();
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].id, second[i].id);
}

// Loader without a driver: an ordinary machine without a card.
TEST(Devices, NoDriverIsSaid)
{
    CORRAL_NEEDS_CARD(!found().empty(), "there is none anyway");
    ::setenv("VK_DRIVER_FILES", "/nonexistent/icd.json", 1);
    const auto all = devices();
    ::unsetenv("VK_DRIVER_FILES");
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().code, ErrorCode::Unsupported);
    EXPECT_NE(all.error().message.find("driver"), std::string::npos) << all.error().message;
}

} // namespace
} // namespace corral::vulkan
