// corral quantize, gguf-split and merge from outside.
#include "tests/cli/program.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"
#include "tests/support/sha256.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <format>
#include <fstream>
#include <limits>
#include <map>

namespace corral::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using testing::HasSubstr;

std::vector<std::string> namesIn(const fs::path& folder)
{
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

class QuantizeCommand : public testing::Test {
protected:
    void SetUp() override { TinyModel{}.write(model); }
    Ran quantize(std::vector<std::string> arguments)
    {
        arguments.insert(arguments.begin(), "quantize");
        return corral(arguments);
    }
    ordered_json info(const std::string& file)
    {
        const auto ran = corral({"info", file, "--json"});
        EXPECT_EQ(ran.status, 0) << ran.error;
        return ran.status == 0 ? ordered_json::parse(ran.out) : ordered_json{};
    }
    // One line on stderr, nothing on stdout, and no new file.
    void expectRefused(const std::vector<std::string>& arguments, const std::string& words)
    {
        const auto before = namesIn(dir.path());
        const auto ran = corral(arguments);
        EXPECT_EQ(ran.status, 1) << ran.error;
        EXPECT_EQ(ran.out, "") << words;
        EXPECT_EQ(std::ranges::count(ran.error, '\n'), 1) << ran.error;
        EXPECT_THAT(ran.error, HasSubstr(words));
        EXPECT_EQ(namesIn(dir.path()), before) << words;
    }
    std::string path(const std::string& name) const { return (dir / name).string(); }
    TempDir dir;
    std::string model = (dir / "tiny.gguf").string();
};

TEST_F(QuantizeCommand, WithoutArgumentsItListsTheTargets)
{
    const auto ran = quantize({});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.error, "");
    std::vector<std::string> names;
    for (const std::string& line : ran.lines())
        if (const auto colon = line.find(" : "); colon != std::string::npos && (line.contains(" or ") || line.contains("COPY"))) {
            const auto begin = line.rfind(' ', line.find_last_not_of(' ', colon));
            names.push_back(line.substr(begin + 1, line.find_last_not_of(' ', colon) - begin));
        }
    EXPECT_EQ(names, (std::vector<std::string>{"Q1_0",   "Q2_0",   "Q4_0",   "Q4_1",   "MXFP4_MOE", "Q5_0",   "Q5_1",   "IQ2_XXS", "IQ2_XS", "IQ2_S",
                                               "IQ2_M",  "IQ1_S",  "IQ1_M",  "TQ1_0",  "TQ2_0",     "Q2_K",   "Q2_K_S", "IQ3_XXS", "IQ3_S",  "IQ3_M",
                                               "Q3_K",   "IQ3_XS", "Q3_K_S", "Q3_K_M", "Q3_K_L",    "IQ4_NL", "IQ4_XS", "Q4_K",    "Q4_K_S", "Q4_K_M",
                                               "Q5_K",   "Q5_K_S", "Q5_K_M", "Q6_K",   "Q8_0",      "F16",    "BF16",   "F32",     "COPY"}));
    const auto help = quantize({"--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_EQ(help.out, ran.out);
}

TEST_F(QuantizeCommand, ArgumentsInTheReferencesOrder)
{
    for (const auto& [arguments, output] : {std::pair<std::vector<std::string>, std::string>{{model, "Q8_0"}, "ggml-model-Q8_0.gguf"},
                                            {{model, "q8_0", "1"}, "ggml-model-Q8_0.gguf"},
                                            {{model, "7", "-1"}, "ggml-model-Q8_0.gguf"},
                                            {{model, path("a.gguf"), "Q8_0"}, "a.gguf"},
                                            {{model, path("b"), "Q8_0", "2"}, "b"},
                                            {{"--pure", "--max-buffer-size", "1", model, path("c.gguf"), "7", "0"}, "c.gguf"}}) {
        const auto ran = quantize(arguments);
        ASSERT_EQ(ran.status, 0) << ran.error;
        EXPECT_EQ(ran.error, "");
        EXPECT_THAT(ran.out, HasSubstr("quantizing '" + model + "' to '" + path(output) + "' as Q8_0"));
        const auto made = info(path(output));
        EXPECT_EQ(made["types"]["q8_0"]["tensors"].get<int>(), info(path("ggml-model-Q8_0.gguf"))["types"]["q8_0"]["tensors"].get<int>());
        fs::remove(path(output == "ggml-model-Q8_0.gguf" ? "none" : output));
    }
    EXPECT_EQ(namesIn(dir.path()), (std::vector<std::string>{"ggml-model-Q8_0.gguf", "tiny.gguf"}));
}

TEST_F(QuantizeCommand, SaysWhatBecomesOfEachTensor)
{
    const auto ran = quantize({model, path("out.gguf"), "Q8_0"});
    ASSERT_EQ(ran.status, 0) << ran.error;
    EXPECT_THAT(ran.out, HasSubstr("[   1/"));
    EXPECT_THAT(ran.out, HasSubstr("converting to q8_0 .. size ="));
    EXPECT_THAT(ran.out, HasSubstr("output_norm.weight - ["));
    EXPECT_THAT(ran.out, HasSubstr("model size  ="));
    EXPECT_THAT(ran.out, HasSubstr("quant size  ="));
    EXPECT_THAT(ran.out, HasSubstr("quantize time ="));
    const auto fallen = quantize({"--dry-run", model, "Q4_K_M"}); // its rows have 32 values
    EXPECT_EQ(fallen.status, 0);
    EXPECT_THAT(fallen.out, HasSubstr("required fallback quantization"));
    EXPECT_FALSE(fs::exists(path("ggml-model-Q4_K_M.gguf")));
}

TEST_F(QuantizeCommand, TheResultTalks)
{
    for (const char* type : {"F32", "F16", "BF16", "Q8_0", "Q5_1", "Q4_0", "IQ4_NL"}) {
        ASSERT_EQ(quantize({model, path("out.gguf"), type}).status, 0) << type;
        const auto ran = corral({"complete", "-m", path("out.gguf"), "-p", "ab", "-n", "3", "--temp", "0"});
        EXPECT_EQ(ran.status, 0) << type << ": " << ran.error;
    }
}

TEST_F(QuantizeCommand, OptionsReachTheFile)
{
    std::ofstream(path("types.txt")) << "ATTN_Q=q4_0\nblk.0.ffn_up=q5_1 \t ffn_up=q4_1";
    const auto ran = quantize({"--tensor-type-file", path("types.txt"), "--tensor-type", "attn_k=q5_0", "--token-embedding-type", "f16", "--override-kv", "general.name=str:other",
                               "--override-kv", "a.number=int:-5", "--override-kv=a.flag=bool:true", "--prune-layers", "0", model, path("out.gguf"), "Q8_0"});
    ASSERT_EQ(ran.status, 0) << ran.error;
    const auto made = info(path("out.gguf"));
    std::map<std::string, std::string> types;
    for (const auto& tensor : made["tensors"]) types[tensor["name"]] = tensor["type"];
    EXPECT_EQ(types["blk.0.attn_q.weight"], "q4_0");
    EXPECT_EQ(types["blk.0.attn_k.weight"], "q5_0");
    EXPECT_EQ(types["blk.0.ffn_up.weight"], "q5_1") << "by its new name";
    EXPECT_EQ(types["blk.0.attn_v.weight"], "q8_0");
    EXPECT_EQ(types["token_embd.weight"], "f16");
    EXPECT_FALSE(types.contains("blk.1.attn_q.weight"));
    EXPECT_EQ(made["block_count"].get<int>(), 1);
    EXPECT_EQ(made["metadata"]["general.name"].get<std::string>(), "other");
    EXPECT_EQ(made["metadata"]["a.number"].get<int>(), 5);
    EXPECT_EQ(made["metadata"]["a.flag"].get<bool>(), true);
}

TEST_F(QuantizeCommand, KeepsSplits)
{
    ASSERT_EQ(corral({"gguf-split", "--split-max-tensors", "7", model, path("in")}).status, 0);
    const auto shards = namesIn(dir.path()).size() - 1;
    const std::string first = path("in-00001-of-0000" + std::to_string(shards) + ".gguf");
    ASSERT_EQ(quantize({"--keep-split", first, path("out.gguf"), "Q8_0"}).status, 0);
    ASSERT_EQ(quantize({first, path("whole.gguf"), "Q8_0"}).status, 0);
    const auto kept = info(path("out-00002-of-0000" + std::to_string(shards) + ".gguf")), whole = info(path("whole.gguf"));
    EXPECT_EQ(kept["files"].get<std::size_t>(), shards);
    EXPECT_EQ(whole["files"].get<int>(), 1);
    EXPECT_EQ(kept["tensor_bytes"], whole["tensor_bytes"]);
    EXPECT_FALSE(whole["metadata"].contains("split.count"));
}

TEST_F(QuantizeCommand, RefusesInOneLineAndLeavesNothing)
{
    expectRefused({"quantize", model}, "as which type");
    expectRefused({"quantize", model, "Q9"}, "as which type");
    expectRefused({"quantize", model, path("o"), "Q9"}, "\"Q9\" is no type");
    expectRefused({"quantize", model, path("o"), "Q8_0", "many"}, "many");
    expectRefused({"quantize", model, path("o"), "Q8_0", "2", "more"}, "more");
    expectRefused({"quantize", "--hepl", model, "Q8_0"}, "nearest is --help");
    expectRefused({"quantize", model, model, "Q8_0"}, "tiny.gguf");
    expectRefused({"quantize", path("none.gguf"), path("o"), "Q8_0"}, "none.gguf");
    expectRefused({"quantize", model, path("no/folder/o.gguf"), "Q8_0"}, "no/folder");
    expectRefused({"quantize", model, dir.path().string(), "Q8_0"}, "folder");
    expectRefused({"quantize", "--tensor-type", "attn_q", model, path("o"), "Q8_0"}, "NAME=TYPE");
    expectRefused({"quantize", "--tensor-type", "attn_(q=q8_0", model, path("o"), "Q8_0"}, "position");
    expectRefused({"quantize", "--tensor-type", "attn_q=q9", model, path("o"), "Q8_0"}, "q9");
    expectRefused({"quantize", "--tensor-type-file", path("none.txt"), model, path("o"), "Q8_0"}, "none.txt");
    expectRefused({"quantize", "--output-tensor-type", "i32", model, path("o"), "Q8_0"}, "i32");
    expectRefused({"quantize", "--prune-layers", "1,x", model, path("o"), "Q8_0"}, "\"x\"");
    expectRefused({"quantize", "--prune-layers", "99", model, path("o"), "Q8_0"}, "99");
    expectRefused({"quantize", "--override-kv", "a=int:x", model, path("o"), "Q8_0"}, "a=int:x");
    expectRefused({"quantize", "--override-kv", "a=str:" + std::string(128, 'x'), model, path("o"), "Q8_0"}, "127");
    expectRefused({"quantize", "--max-buffer-size", "0", model, path("o"), "Q8_0"}, "MiB");
    expectRefused({"quantize", "--imatrix", model, model, path("o"), "Q8_0"}, "no importance matrix");
    expectRefused({"quantize", "--include-weights", "a", "--exclude-weights", "b", "--imatrix", model, model, path("o"), "Q8_0"}, "either");
    expectRefused({"quantize", "--target-size", "big", model, path("o")}, "big");
    expectRefused({"quantize", "--target-bpw", "0", model, path("o")}, "bits");
    std::ofstream(path("text.gguf")) << "no model";
    expectRefused({"quantize", path("text.gguf"), path("o"), "Q8_0"}, "not a GGUF file");

    ASSERT_EQ(quantize({model, path("small.gguf"), "Q8_0"}).status, 0);
    expectRefused({"quantize", path("small.gguf"), path("o"), "Q4_0"}, "already quantized, to q8_0");
    EXPECT_EQ(quantize({"--allow-requantize", path("small.gguf"), path("o"), "Q4_0"}).status, 0);
    EXPECT_EQ(quantize({"--dry-run", path("small.gguf"), "Q4_0"}).status, 0) << "nothing is lost by looking";
}

TEST_F(QuantizeCommand, ANanIsNamed)
{
    GgufBuilder b;
    std::vector<float> values(64 * 32, 0.5f);
    b.string("general.architecture", "llama").tensorF32("blk.0.attn_k.weight", {32, 64}, values);
    values[777] = std::numeric_limits<float>::quiet_NaN();
    b.tensorF32("blk.0.attn_q.weight", {32, 64}, values);
    b.write(path("nan.gguf"));
    const auto ran = quantize({path("nan.gguf"), path("o.gguf"), "Q8_0"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_THAT(ran.error, HasSubstr("blk.0.attn_q.weight"));
    EXPECT_EQ(namesIn(dir.path()), (std::vector<std::string>{"nan.gguf", "tiny.gguf"}));
}

TEST_F(QuantizeCommand, AimsForASize)
{
    const auto dry = [&](const std::vector<std::string>& goal) {
        std::vector<std::string> arguments = {"--dry-run", "--json"};
        arguments.insert(arguments.end(), goal.begin(), goal.end());
        arguments.push_back(model);
        const auto ran = quantize(arguments);
        EXPECT_EQ(ran.status, 0) << ran.error;
        return ordered_json::parse(ran.status == 0 ? ran.out : "{}");
    };
    double last = 0;
    for (const char* bits : {"7.5", "8.5", "10", "20"}) {
        const auto plan = dry({"--target-bpw", bits});
        EXPECT_LE(plan["bpw"].get<double>(), std::stod(bits));
        EXPECT_GT(plan["bpw"].get<double>(), last) << bits;
        last = plan["bpw"].get<double>();
    }
    const auto whole = fs::file_size(model);
    const auto size = std::to_string(whole / 3);
    const auto ran = quantize({"--target-size", size, model, path("sized.gguf"), "2"});
    ASSERT_EQ(ran.status, 0) << ran.error;
    EXPECT_LE(fs::file_size(path("sized.gguf")), whole / 3);
    EXPECT_GT(fs::file_size(path("sized.gguf")), whole / 3 * 8 / 10) << "most of what is allowed";
    const auto planned = dry({"--target-size", size});
    const auto made = info(path("sized.gguf"));
    for (const auto& tensor : made["tensors"]) EXPECT_EQ(tensor["type"], planned["tensors"][tensor["name"].get<std::string>()]) << tensor["name"];

    ASSERT_EQ(quantize({"--target-size", size, model, "Q3_K_S"}).status, 0) << "TYPE says how the file is called";
    EXPECT_EQ(info(path("ggml-model-Q3_K_S.gguf"))["metadata"]["general.file_type"].get<int>(), 11);
    expectRefused({"quantize", "--target-size", "1K", model, path("o")}, "this model can have");
    expectRefused({"quantize", "--target-bpw", "1.1", model, path("o")}, "bits a weight");
    expectRefused({"quantize", "--pure", "--target-bpw", "5", model, path("o")}, "exclude each other");
}

// A disk that takes no more after 64 kB, as far as the program can tell (the limit comes in units of 512 or 1024 bytes).
TEST_F(QuantizeCommand, AFullDiskLeavesNothing)
{
    GgufBuilder b;
    b.string("general.architecture", "llama").tensorF32("blk.0.attn_k.weight", {256, 512}, std::vector<float>(256 * 512, 0.25f));
    b.tensorF32("blk.0.attn_q.weight", {256, 512}, std::vector<float>(256 * 512, 0.5f)).write(path("large.gguf"));
    ASSERT_EQ(corral({"gguf-split", "--split-max-tensors", "1", path("large.gguf"), path("part")}).status, 0);
    const auto before = namesIn(dir.path());
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"quantize", path("large.gguf"), path("o.gguf"), "F16"},
                                                      {"gguf-split", "--split-max-tensors", "1", path("large.gguf"), path("o")},
                                                      {"merge", path("part-00001-of-00002.gguf"), path("o.gguf")}}) {
        std::vector<std::string> all = {"-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"", CORRAL_PROGRAM};
        all.insert(all.end(), arguments.begin(), arguments.end());
        const auto ran = runProgram("/bin/sh", all);
        EXPECT_EQ(ran.status, 1) << arguments.front();
        EXPECT_EQ(std::ranges::count(ran.error, '\n'), 1) << ran.error;
        EXPECT_THAT(ran.error, HasSubstr("File too large")) << arguments.front();
        EXPECT_EQ(namesIn(dir.path()), before) << arguments.front();
    }
}

// A model of gigabytes that are a hole in its file, so that there is time to interrupt.
TEST_F(QuantizeCommand, CtrlCLeavesNothing)
{
    constexpr std::uint64_t kRows = 1 << 20, kColumns = 2048;
    GgufBuilder b;
    b.string("general.architecture", "llama").tensor("blk.0.ffn_up.weight", {kColumns, kRows}, 1, {});
    const auto header = b.build();
    std::ofstream(path("huge.gguf"), std::ios::binary).write(reinterpret_cast<const char*>(header.data()), static_cast<std::streamsize>(header.size()));
    fs::resize_file(path("huge.gguf"), header.size() + kRows * kColumns * 2);
    const std::string script = "\"$1\" quantize huge.gguf out.gguf Q6_K 1 & pid=$!; "
                               "for i in $(seq 500); do [ -s out.gguf.part ] && break; sleep 0.02; done; ls; kill -INT $pid; wait $pid; echo status $?";
    const auto ran = runProgram("/bin/sh", {"-c", "cd \"$0\" || exit 9; " + script, dir.path().string(), CORRAL_PROGRAM});
    EXPECT_THAT(ran.out, HasSubstr("out.gguf.part")) << ran.error;
    EXPECT_THAT(ran.out, HasSubstr("status 1"));
    EXPECT_THAT(ran.error, HasSubstr("corral quantize: cancelled"));
    EXPECT_EQ(namesIn(dir.path()), (std::vector<std::string>{"huge.gguf", "tiny.gguf"}));
}

TEST_F(QuantizeCommand, SplitAndMerge)
{
    const auto split = corral({"gguf-split", "--split-max-tensors", "10", model, path("part")});
    ASSERT_EQ(split.status, 0) << split.error;
    const auto names = namesIn(dir.path());
    const std::size_t count = names.size() - 1;
    ASSERT_GE(count, 2u);
    EXPECT_THAT(split.out, HasSubstr("n_split: " + std::to_string(count) + "\n"));
    EXPECT_THAT(split.out, HasSubstr("split 00001: n_tensors = 10, total_size = "));
    EXPECT_THAT(split.out, HasSubstr("Writing file " + path(names.front()) + " ... done\n"));
    expectRefused({"gguf-split", "--split-max-tensors", "10", model, path("part")}, "exists already");
    const auto dry = corral({"gguf-split", "--dry-run", "--split-max-size", "1M", model, path("dry")});
    EXPECT_EQ(dry.out.find("n_split: 1\nsplit 00001: "), 0u) << dry.out;
    EXPECT_EQ(namesIn(dir.path()), names);

    const auto merged = corral({"merge", path(names[1])});
    ASSERT_EQ(merged.status, 0) << merged.error;
    EXPECT_TRUE(fs::exists(path("part.gguf")));
    expectRefused({"merge", path(names[1])}, "part.gguf exists already");
    ASSERT_EQ(corral({"gguf-split", "--merge", path(names[0]), path("whole.gguf")}).status, 0);
    EXPECT_EQ(readBytes(path("whole.gguf")), readBytes(path("part.gguf")));
    EXPECT_EQ(info(path("whole.gguf"))["tensors"].size(), info(model)["tensors"].size());
    expectRefused({"gguf-split", "--merge", path(names[0]), path("whole.gguf")}, "exists already");
    expectRefused({"merge", model, path("o.gguf")}, "not a file of a split model");
    expectRefused({"merge", path("whole.gguf"), path("o.gguf")}, "not a file of a split model");

    fs::create_directory(path("folder"));
    ASSERT_EQ(corral({"merge", path(names[0]), path("folder")}).status, 0);
    EXPECT_TRUE(fs::exists(dir.path() / "folder" / "part.gguf"));
    ASSERT_EQ(corral({"gguf-split", "--merge", "--delete-splits", path(names[0]), path("last.gguf")}).status, 0);
    EXPECT_FALSE(std::ranges::any_of(namesIn(dir.path()), [](const std::string& name) { return name.contains("-of-"); }));
    EXPECT_EQ(readBytes(path("last.gguf")), readBytes(path("part.gguf")));
}

TEST_F(QuantizeCommand, SplitRefusals)
{
    ASSERT_EQ(corral({"gguf-split", "--split-max-tensors", "10", model, path("part")}).status, 0);
    const auto names = namesIn(dir.path());
    fs::remove(path(names[1]));
    expectRefused({"merge", path(names[0])}, names[1] + " is missing");
    expectRefused({"gguf-split", path("none.gguf"), path("o")}, "none.gguf");
    for (const auto& [arguments, words] : {std::pair<std::vector<std::string>, std::string>{{"--split", "--merge", model, "o"}, "either"},
                                           {{"--split-max-tensors", "0", model, "o"}, "above 0"},
                                           {{"--split-max-size", "5K", model, "o"}, "300M"},
                                           {{"--split-max-size", "M", model, "o"}, "300M"},
                                           {{"--split-max-size", "1M", "--split-max-tensors", "3", model, "o"}, "either"},
                                           {{"--delete-splits", model, "o"}, "--merge"},
                                           {{model}, "GGUF_OUT"}}) {
        auto all = arguments;
        all.insert(all.begin(), "gguf-split");
        const auto ran = corral(all);
        EXPECT_EQ(ran.status, 2) << words;
        EXPECT_THAT(ran.error, HasSubstr(words));
        EXPECT_EQ(ran.out, "");
    }
}

// Any architecture, from its header alone.
TEST_F(QuantizeCommand, GoldenDryRuns)
{
    CORRAL_NEEDS_SHARED("golden/mixes");
    const auto mixes = readJson(sharedPath("golden/mixes/mixes.json"));
    std::map<int, std::string> typeNames;
    for (const auto& [name, id] : mixes["type_ids"].items()) typeNames[id.get<int>()] = name;
    int compared = 0;
    for (const auto& [name, golden] : mixes["models"].items()) {
        const std::string input = path(name + ".gguf");
        fs::copy_file(sharedPath("golden/mixes/" + golden["head"].get<std::string>()), input);
        fs::permissions(input, fs::perms::owner_all);
        fs::resize_file(input, golden["full_size"].get<std::uint64_t>());
        for (const auto& [target, runs] : golden["targets"].items()) {
            // One model as everything, the others as what differs most; the room's own test takes them all.
            constexpr std::string_view kTelling[] = {"Q1_0", "MXFP4_MOE", "Q2_K_S", "IQ3_XXS", "IQ2_M", "Q3_K_M", "Q4_K_M", "Q5_0"};
            if (name != "deepseek2-8" && !std::ranges::contains(kTelling, target)) continue;
            const auto ran = quantize({"--dry-run", "--json", input, target});
            const auto& run = runs["plain"];
            const std::string what = name + " as " + target;
            if (run.contains("refused")) {
                EXPECT_EQ(ran.status, 1) << what;
                EXPECT_THAT(ran.error, HasSubstr(run["refused"].get<std::string>()));
                continue;
            }
            ASSERT_EQ(ran.status, 0) << what << ": " << ran.error;
            EXPECT_EQ(ran.error.contains("importance matrix"), run["needs_imatrix"].get<bool>()) << what << ": " << ran.error;
            const auto printed = ordered_json::parse(ran.out);
            ordered_json tensors;
            for (std::size_t i = 0; i < golden["tensors"].size(); ++i)
                tensors[golden["tensors"][i][0].get<std::string>()] = typeNames[run["types"][i].get<int>()];
            EXPECT_EQ(printed["tensors"], tensors) << what;
            EXPECT_EQ(printed["bytes"], run["tensor_bytes"]) << what;
            EXPECT_NEAR(printed["bpw"].get<double>(), run["printed_bpw"].get<double>(), 0.0051) << what;
            ++compared;
        }
        const auto text = quantize({"--dry-run", input, "Q4_K_M"});
        EXPECT_THAT(text.out, HasSubstr(std::format("{:8.2f} MiB ({:.2f} BPW)", golden["targets"]["Q4_K_M"]["plain"]["printed_mib"].get<double>(),
                                                    golden["targets"]["Q4_K_M"]["plain"]["printed_bpw"].get<double>())));
        fs::remove(input);
    }
    EXPECT_EQ(compared, 35 + 9 * 8 - 3);
}

TEST_F(QuantizeCommand, GoldenFiles)
{
    CORRAL_NEEDS_SHARED("golden/mixes");
    const auto runs = readJson(sharedPath("golden/mixes/real_runs.json"));
    const std::string input = sharedPath("golden/models/" + runs["input"].get<std::string>()).string();
    const std::string matrix = sharedPath("golden/mixes/imatrix.gguf").string();
    for (const char* target : {"F16", "Q8_0", "Q4_0", "Q4_K_M", "Q6_K", "IQ4_XS", "TQ1_0"}) {
        const auto& modes = runs["targets"][target];
        ASSERT_EQ(quantize({input, path("plain.gguf"), target}).status, 0) << target;
        EXPECT_EQ(sha256(readBytes(path("plain.gguf"))), modes["plain"]["sha256"].get<std::string>()) << target;
        ASSERT_EQ(quantize({"--imatrix", matrix, input, path("weighted.gguf"), target}).status, 0) << target;
        const auto made = info(path("weighted.gguf"));
        const auto bytes = readBytes(path("weighted.gguf"));
        const auto& tensors = modes["imatrix"]["tensors"];
        ASSERT_EQ(made["tensors"].size(), tensors.size());
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            EXPECT_EQ(made["tensors"][i]["name"], tensors[i][0]);
            const auto data = std::span(bytes).subspan(made["tensors"][i]["offset"].get<std::size_t>(), made["tensors"][i]["bytes"].get<std::size_t>());
            EXPECT_EQ(sha256(data).substr(0, 16), tensors[i][2].get<std::string>()) << target << " " << tensors[i][0];
        }
        EXPECT_EQ(made["metadata"]["quantize.imatrix.file"].get<std::string>(), matrix);
        EXPECT_EQ(made["metadata"]["quantize.imatrix.entries_count"].get<std::size_t>(), runs["imatrix"].size());
    }
    // An entry that is left out weighs every column the same.
    ASSERT_EQ(quantize({"--imatrix", matrix, "--include-weights", "no such name", input, path("none.gguf"), "Q4_K_M"}).status, 0);
    EXPECT_EQ(info(path("none.gguf"))["metadata"]["quantize.imatrix.entries_count"].get<int>(), 0);
    const auto refused = quantize({"--imatrix", matrix, "--exclude-weights", "ffn_up", input, path("o.gguf"), "IQ2_XXS"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.error, HasSubstr("blk.0.ffn_up.weight"));
}

TEST_F(QuantizeCommand, GoldenSplits)
{
    CORRAL_NEEDS_SHARED("golden/split");
    const auto manifest = readJson(sharedPath("golden/split/manifest.json"));
    for (const auto& [name, entry] : manifest["cases"].items()) {
        const auto& shards = entry["shards"];
        ASSERT_EQ(corral({"merge", sharedPath("golden/split/" + shards.back()["file"].get<std::string>()).string(), path(name + ".gguf")}).status, 0) << name;
        EXPECT_EQ(sha256(readBytes(path(name + ".gguf"))), entry["merged_sha256"].get<std::string>()) << name;
        const std::string input = entry["input"].is_string() ? sharedPath("golden/models/" + entry["input"].get<std::string>()).string() : path(name + ".gguf");
        auto arguments = entry["arguments"].get<std::vector<std::string>>();
        arguments.insert(arguments.begin(), "gguf-split");
        arguments.insert(arguments.end(), {input, path(name)});
        const auto ran = corral(arguments);
        ASSERT_EQ(ran.status, 0) << ran.error;
        EXPECT_THAT(ran.out, HasSubstr("n_split: " + std::to_string(shards.size())));
        for (const auto& shard : shards)
            EXPECT_EQ(sha256(readBytes(path(shard["file"].get<std::string>()))), shard["sha256"].get<std::string>()) << shard["file"];
    }
}

} // namespace
} // namespace corral::test
