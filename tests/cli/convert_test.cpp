// corral convert, from outside.
#include "core/gguf/file.h"
#include "tests/cli/program.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <map>

namespace corral::test {
namespace {

using testing::HasSubstr;
using nlohmann::json;

class ConvertCommand : public testing::Test {
protected:
    void SetUp() override { tiny.write(folder); }
    // Type name → number of tensors, of a model file.
    static std::map<std::string, int> typesOf(const std::filesystem::path& file)
    {
        std::map<std::string, int> types;
        const auto ran = corral({"info", "--json", file.string()});
        EXPECT_EQ(ran.status, 0) << ran.error;
        const json parsed = json::parse(ran.out, nullptr, false);
        if (parsed.is_object())
            for (const auto& tensor : parsed["tensors"]) ++types[tensor["type"]];
        return types;
    }

    TempDir temporary;
    std::filesystem::path folder = temporary / "Tiny-Chat";
    TinyCheckpoint tiny;
};

TEST_F(ConvertCommand, MakesAModelBesideTheFolder)
{
    const auto ran = corral({"convert", folder.string()});
    ASSERT_EQ(ran.status, 0) << ran.error;
    const auto file = temporary / "Tiny-Chat-F16.gguf";
    EXPECT_THAT(ran.out, HasSubstr(file.filename().string() + ": F16, 21 tensors"));
    EXPECT_EQ(ran.error, "");
    EXPECT_EQ(typesOf(file), (std::map<std::string, int>{{"f16", 16}, {"f32", 5}}));
    const auto said = corral({"complete", "-m", file.string(), "-p", "the", "-n", "4", "--temp", "0"});
    EXPECT_EQ(said.status, 0) << said.error;
}

TEST_F(ConvertCommand, WritesAnyTypeInOnePass)
{
    const auto q8 = corral({"convert", folder.string(), "--outfile", (temporary / "a-{ftype}-{OUTTYPE}.gguf").string(), "--outtype",
                            "q8_0"});
    ASSERT_EQ(q8.status, 0) << q8.error;
    EXPECT_EQ(typesOf(temporary / "a-q8_0-Q8_0.gguf"), (std::map<std::string, int>{{"q8_0", 16}, {"f32", 5}}));
    const auto q4 = corral({"convert", (folder / "model.safetensors").string(), "--outfile", (temporary / "b.gguf").string(),
                            "--outtype=Q4_0", "--model-name", "Little One", "-t", "1"});
    ASSERT_EQ(q4.status, 0) << q4.error;
    const auto types = typesOf(temporary / "b.gguf");
    EXPECT_EQ(types.at("q4_0"), 15);
    const auto file = gguf::File::open(temporary / "b.gguf");
    ASSERT_TRUE(file);
    EXPECT_EQ((*file)->getString("general.name").value_or(""), "Little One");
    EXPECT_EQ((*file)->getInt("general.file_type").value_or(-1), 2);
}

// One pass is the same as two.
TEST_F(ConvertCommand, QuantizedAtOnceEqualsQuantizedAfterwards)
{
    ASSERT_EQ(corral({"convert", folder.string(), "--outtype", "f32", "--outfile", (temporary / "f32.gguf").string()}).status, 0);
    const auto quantized = corral({"quantize", (temporary / "f32.gguf").string(), (temporary / "two.gguf").string(), "Q5_0"});
    ASSERT_EQ(quantized.status, 0) << quantized.error;
    ASSERT_EQ(corral({"convert", folder.string(), "--outtype", "q5_0", "--outfile", (temporary / "one.gguf").string()}).status, 0);
    const auto one = gguf::File::open(temporary / "one.gguf"), two = gguf::File::open(temporary / "two.gguf");
    ASSERT_TRUE(one && two);
    ASSERT_EQ((*one)->tensors().size(), (*two)->tensors().size());
    for (const auto& tensor : (*one)->tensors()) {
        const auto* other = (*two)->tensor(tensor.name);
        ASSERT_TRUE(other) << tensor.name;
        EXPECT_EQ(tensor.type, other->type) << tensor.name;
        EXPECT_TRUE(std::ranges::equal((*one)->data(tensor), (*two)->data(*other))) << tensor.name;
    }
}

TEST_F(ConvertCommand, DryRunWritesNothing)
{
    const auto ran = corral({"convert", folder.string(), "--outtype", "bf16", "--dry-run"});
    ASSERT_EQ(ran.status, 0) << ran.error;
    EXPECT_EQ(ran.lines().size(), 22u);
    EXPECT_THAT(ran.out, HasSubstr("token_embd.weight"));
    EXPECT_THAT(ran.out, HasSubstr("f32 -> bf16"));
    EXPECT_FALSE(std::filesystem::exists(temporary / "Tiny-Chat-BF16.gguf"));
}

TEST_F(ConvertCommand, WhatIsWrongIsSaid)
{
    const auto fails = [&](const std::vector<std::string>& arguments, int status, const std::string& why) {
        const auto ran = corral(arguments);
        EXPECT_EQ(ran.status, status) << why;
        EXPECT_THAT(ran.error, HasSubstr(why));
        EXPECT_EQ(ran.out, "");
    };
    fails({"convert"}, 2, "which checkpoint?");
    fails({"convert", "a", "b"}, 2, "which checkpoint?");
    fails({"convert", folder.string(), "--outtype", "q9_k"}, 2, "\"q9_k\" is no type of output");
    fails({"convert", folder.string(), "--outtype", "copy"}, 2, "\"copy\" is no type of output");
    fails({"convert", (temporary / "nowhere").string()}, 1, "nowhere: not there");
    fails({"convert", temporary.path().string()}, 1, "config.json");
    TinyCheckpoint(256).write(folder); // rows that such types fit
    fails({"convert", folder.string(), "--outtype", "iq2_xxs"}, 1, "requires an importance matrix");
    fails({"convert", folder.string(), "--outfile", (temporary / "no" / "where.gguf").string()}, 1, "where.gguf");
    fails({"convert", folder.string(), "--outfile", (folder / "model.safetensors").string()}, 1, "is a part of the checkpoint");
    fails({"convert", folder.string(), "--outfile", (folder / "config.json").string()}, 1, "is a part of the checkpoint");
    tiny.config["architectures"] = {"MambaForCausalLM"};
    tiny.write(folder);
    fails({"convert", folder.string()}, 1, "\"MambaForCausalLM\" cannot be converted");
    int files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(temporary.path())) ++files;
    EXPECT_EQ(files, 1) << "nothing is left behind";
}

// A NaN is named by its tensor, and leaves no file.
TEST_F(ConvertCommand, NumbersThatAreNone)
{
    auto& weight = tiny.tensors["model.layers.1.mlp.up_proj.weight"];
    const float nan = NAN;
    std::memcpy(weight.bytes.data() + 400, &nan, sizeof nan);
    tiny.write(folder);
    const auto ran = corral({"convert", folder.string(), "--outtype", "q8_0", "--outfile", (temporary / "x.gguf").string()});
    EXPECT_EQ(ran.status, 1);
    EXPECT_THAT(ran.error, HasSubstr("blk.1.ffn_up.weight"));
    EXPECT_FALSE(std::filesystem::exists(temporary / "x.gguf"));
    EXPECT_FALSE(std::filesystem::exists(temporary / "x.gguf.part"));
}

TEST_F(ConvertCommand, GoldenCheckpointsTalk)
{
    CORRAL_NEEDS_SHARED("golden/hf");
    for (const char* family : {"mistral", "gemma3", "phi3", "olmo2"}) {
        const auto file = temporary / (std::string(family) + ".gguf");
        const auto ran = corral({"convert", sharedPath("golden/hf/" + std::string(family) + "/" + family).string(), "--outfile",
                                 file.string(), "--outtype", "f32"});
        ASSERT_EQ(ran.status, 0) << ran.error;
        const auto expected = readJson(sharedPath("golden/hf/" + std::string(family) + "/expect.json"));
        const std::string text = expected["tokenize"][2]["text"];
        const auto tokens = corral({"tokenize", "-m", file.string(), "--special", text});
        ASSERT_EQ(tokens.status, 0) << tokens.error;
        EXPECT_EQ(json::parse(tokens.out), json(expected["tokenize"][2]["with_special"])) << family;
    }
}

} // namespace
} // namespace corral::test
