// -ngl and --device from outside: on the software device where there is one, and on a machine without any Vulkan driver.
#include "tests/cli/program.h"
#include "tests/support/cards.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

namespace corral::test {
namespace {

using nlohmann::json;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class CliOffload : public testing::Test {
protected:
    void SetUp() override { TinyModel{}.write(model); }
    Ran with(std::vector<std::string> environment, const std::vector<std::string>& arguments)
    {
        environment.push_back("XDG_CACHE_HOME=" + (dir / "cache").string());
        environment.emplace_back(CORRAL_PROGRAM);
        environment.insert(environment.end(), arguments.begin(), arguments.end());
        return runProgram("/usr/bin/env", environment);
    }
    Ran software(const std::vector<std::string>& arguments) { return with({"CORRAL_VULKAN_SOFTWARE=1"}, arguments); }
    Ran withoutDriver(const std::vector<std::string>& arguments) { return with({"VK_DRIVER_FILES=/nonexistent", "VK_ICD_FILENAMES=/nonexistent", "CORRAL_VULKAN_SOFTWARE=1"}, arguments); }
    bool hasSoftware()
    {
        const auto listed = json::parse(with({}, {"devices", "--json"}).out, nullptr, false);
        return listed.is_array() && std::ranges::any_of(listed, [](const json& device) { return device["type"] == "software"; });
    }
    std::vector<std::string> complete(const std::vector<std::string>& more) const
    {
        std::vector<std::string> arguments{"complete", "-m", model, "-p", "Hello world", "-n", "8", "--temp", "0", "-c", "64", "-ctk", "f32", "-ctv", "f32"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
    TempDir dir;
    std::string model = (dir / "tiny.gguf").string();
};

TEST_F(CliOffload, LayersGoToTheCard)
{
    CORRAL_NEEDS_CARD(hasSoftware(), "no software device here");
    const auto alone = corral(complete({"-ngl", "0"}));
    ASSERT_EQ(alone.status, 0) << alone.error;
    EXPECT_THAT(alone.error, IsEmpty());
    const auto all = software(complete({"-ngl", "all"})), some = software(complete({"--gpu-layers", "1"})), chosen = software(complete({})),
               named = with({}, complete({"--device", "llvmpipe", "-ngl", "2"}));
    EXPECT_THAT(all.error, HasSubstr("3 of 3 layers on llvmpipe"));
    EXPECT_THAT(some.error, HasSubstr("1 of 3 layers on llvmpipe"));
    EXPECT_THAT(some.error, HasSubstr("2 on the processor"));
    EXPECT_THAT(chosen.error, HasSubstr("3 of 3 layers on llvmpipe")) << "auto: as many as fit";
    EXPECT_THAT(named.error, HasSubstr("2 of 3 layers on llvmpipe")) << "naming it lets it compute";
    for (const Ran& ran : {all, some, chosen, named}) {
        EXPECT_EQ(ran.status, 0);
        EXPECT_EQ(ran.out, alone.out);
    }
    EXPECT_THAT(software(complete({"--device", "none"})).error, IsEmpty());
    EXPECT_THAT(software(complete({"--device", "none", "-ngl", "all"})).error, IsEmpty()) << "none is none, wherever it stands";
    EXPECT_THAT(software(complete({"-ngl", "all", "--device", "none"})).error, IsEmpty());
    EXPECT_THAT(software(complete({"--device", "99"})).error, HasSubstr("there is no device \"99\""));
    EXPECT_TRUE(std::ranges::any_of(std::filesystem::directory_iterator(dir / "cache" / "corral"),
                                    [](const auto& entry) { return entry.path().filename().string().starts_with("pipelines-"); }));
}

TEST_F(CliOffload, EveryCommandHasIt)
{
    CORRAL_NEEDS_CARD(hasSoftware(), "no software device here");
    const std::string text = (dir / "text.txt").string();
    {
        std::ofstream out(text);
        for (int i = 0; i < 60; ++i) out << "Hello world, " << i;
    }
    for (const auto& arguments : std::vector<std::vector<std::string>>{{"chat", "-m", model, "-p", "Hello", "-n", "2", "-ngl", "2"},
                                                                        {"eval", "-m", model, "--ids", "1,2,3", "-ngl", "2"},
                                                                        {"perplexity", "-m", model, "-f", text, "-c", "64", "--chunks", "1", "-ngl", "2"}}) {
        const auto ran = software(arguments);
        EXPECT_EQ(ran.status, 0) << ran.error;
        EXPECT_THAT(ran.error, HasSubstr("corral " + arguments[0] + ": 2 of 3 layers on llvmpipe"));
    }
    const auto bench = software({"bench", "-m", model, "-p", "4", "-n", "2", "-r", "1", "-ngl", "0,all", "-o", "json"});
    ASSERT_EQ(bench.status, 0) << bench.error;
    const auto rows = json::parse(bench.out);
    ASSERT_EQ(rows.size(), 4u);
    EXPECT_EQ(rows[0]["n_gpu_layers"], 0);
    EXPECT_EQ(rows[0]["backends"], "CPU");
    EXPECT_EQ(rows[2]["n_gpu_layers"], 3);
    EXPECT_EQ(rows[2]["backends"], "Vulkan");
    EXPECT_THAT(rows[2]["gpu_info"].get<std::string>(), HasSubstr("llvmpipe"));
    EXPECT_THAT(software({"bench", "-m", model, "-p", "4", "-n", "0", "-r", "1", "-ngl", "1"}).out, HasSubstr("| Vulkan     |       1 |"));
}

TEST_F(CliOffload, WrongValues)
{
    for (const auto& [flag, value, words] : {std::tuple{"-ngl", "many", "many"}, {"-ngl", "-3", "-3"}, {"--device", "no such card", "no such card"}, {"--device", ",", ""}}) {
        const auto ran = with({}, complete({flag, value}));
        EXPECT_EQ(ran.status, 2) << flag << ' ' << value;
        EXPECT_THAT(ran.error, HasSubstr(words));
        EXPECT_THAT(ran.out, IsEmpty());
    }
}

// Issue 8: without any driver everything is as before.
TEST_F(CliOffload, WithoutADriver)
{
    const auto alone = corral(complete({"-ngl", "0"}));
    const auto usual = withoutDriver(complete({}));
    EXPECT_EQ(usual.status, 0);
    EXPECT_EQ(usual.out, alone.out);
    EXPECT_THAT(usual.error, IsEmpty()) << "nobody asked for a card";
    for (const char* layers : {"all", "2"}) {
        const auto wished = withoutDriver(complete({"-ngl", layers}));
        EXPECT_EQ(wished.status, 0);
        EXPECT_EQ(wished.out, alone.out);
        EXPECT_THAT(wished.error, HasSubstr("warning: "));
        EXPECT_THAT(wished.error, HasSubstr("Vulkan"));
        EXPECT_THAT(wished.error, HasSubstr("the processor computes all layers"));
    }
    EXPECT_EQ(withoutDriver(complete({"--device", "llvmpipe"})).status, 2);
    EXPECT_EQ(withoutDriver({"devices"}).status, 0);
    EXPECT_EQ(withoutDriver({"bench", "-m", model, "-p", "4", "-n", "2", "-r", "1"}).status, 0);
}

} // namespace
} // namespace corral::test
