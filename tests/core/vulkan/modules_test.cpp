// Every compiled shader is valid SPIR-V: also those that this machine's device cannot run.
#include "core/backend/vulkan/pipelines.h"
#include "tests/support/cards.h"
#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace corral::vulkan {
namespace {

TEST(Modules, AreValid)
{
    CORRAL_NEEDS_CARD(std::system("spirv-val --version > /dev/null 2>&1") == 0, "spirv-val is not installed");
    const test::TempDir folder;
    std::string command = "for f in " + folder.path().string() + "/*; do spirv-val --target-env vulkan1.2 --scalar-block-layout $f || { echo $f; exit 1; }; done";
    for (const Shader& shader : allShaders())
        std::ofstream(folder / std::string(shader.name), std::ios::binary).write(reinterpret_cast<const char*>(shader.code.data()), static_cast<std::streamsize>(shader.code.size_bytes()));
    EXPECT_EQ(std::system(command.c_str()), 0);
}

} // namespace
} // namespace corral::vulkan
