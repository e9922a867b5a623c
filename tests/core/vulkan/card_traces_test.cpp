#include "core/backend/vulkan/card_traces.h"
#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <fstream>

namespace corral::vulkan {
namespace {

class CardTraces : public testing::Test {
protected:
    void file(const std::filesystem::path& path, const std::string& text = {})
    {
        std::filesystem::create_directories((root / path.string()).parent_path());
        std::ofstream(root / path.string()) << text;
    }
    bool found() { return hasCardTraces(root / ""); }
    test::TempDir root;
};

#ifdef __linux__
TEST_F(CardTraces, AMachineWithoutACard)
{
    EXPECT_FALSE(found());
    file("dev/null");
    file("dev/dri/card0"); // a screen that only shows
    file("sys/bus/pci/devices/0000:00:01.0/class", "0x018000\n");
    file("sys/bus/pci/devices/0000:00:02.0/class", "0x020000\n");
    EXPECT_FALSE(found());
}

TEST_F(CardTraces, DeviceFiles)
{
    for (const char* path : {"dev/dri/renderD128", "dev/nvidiactl", "dev/dxg", "dev/kgsl-3d0", "dev/mali0"}) {
        file(path);
        EXPECT_TRUE(found()) << path;
        std::filesystem::remove(root / path);
        EXPECT_FALSE(found());
    }
}

TEST_F(CardTraces, ACardWhoseDriverSleeps)
{
    for (const char* kind : {"0x030000\n", "0x030200\n", "0x120000\n"}) {
        file("sys/bus/pci/devices/0000:01:00.0/class", kind);
        EXPECT_TRUE(found()) << kind;
    }
}
#endif

} // namespace
} // namespace corral::vulkan
