// The recorded behaviour, through the program.
#include "tests/cli/program.h"
#include "tests/support/golden.h"

#include <gmock/gmock.h>

#include <fstream>

namespace corral::test {
namespace {

using Json = nlohmann::ordered_json;

std::string idList(const Json& ids)
{
    std::string list;
    for (const auto& id : ids) list += (list.empty() ? "" : ",") + id.dump();
    return list;
}

// What a batch answers, line by line.
std::vector<Json> batch(std::vector<std::string> arguments, const std::vector<Json>& requests)
{
    std::string input;
    for (const Json& request : requests) input += request.dump() + "\n";
    arguments.emplace_back("--batch");
    const auto ran = corral(arguments, input);
    EXPECT_EQ(ran.status, 0) << ran.error;
    std::vector<Json> answers;
    for (const auto& line : ran.lines()) answers.push_back(Json::parse(line));
    EXPECT_EQ(answers.size(), requests.size());
    answers.resize(requests.size());
    return answers;
}

TEST(CliGolden, Vocabularies)
{
    CORRAL_NEEDS_SHARED("golden/vocab");
    for (const std::string name : {"llama-spm", "gpt-2", "phi-3", "bert-bge"}) { // those that are not packed
        const std::string model = sharedPath("golden/vocab/" + name + ".gguf").string();
        const auto cases = readJson(sharedPath("golden/vocab/" + name + ".random.json"))["cases"];
        std::vector<Json> plain, withAll, back;
        for (const auto& c : cases) {
            plain.push_back(c["input"]);
            Json all = c["input"];
            all["special"] = true;
            withAll.push_back(all);
            back.push_back({{"ids", c["ids_add_and_parse_special"]}});
        }
        const auto ids = batch({"tokenize", "-m", model, "--no-bos"}, plain), allIds = batch({"tokenize", "-m", model}, withAll);
        const auto texts = batch({"detokenize", "-m", model}, back);
        for (std::size_t i = 0; i < cases.size(); ++i) {
            EXPECT_EQ(ids[i]["ids"], cases[i]["ids"]) << name << " " << cases[i]["input"];
            EXPECT_EQ(allIds[i]["ids"], cases[i]["ids_add_and_parse_special"]) << name << " " << cases[i]["input"];
            const auto& expected = cases[i]["detok_special"];
            const char* key = expected.contains("hex") ? "hex" : "text";
            EXPECT_EQ(texts[i][key], expected[key]) << name << " " << cases[i]["input"];
        }
    }
}

TEST(CliGolden, Templates)
{
    CORRAL_NEEDS_SHARED("golden/templates");
    const TempDir dir;
    int cases = 0;
    for (const auto& entry : std::filesystem::directory_iterator(sharedPath("golden/templates"))) {
        if (entry.path().extension() != ".json") continue;
        const auto golden = readJson(entry.path());
        if (!golden.contains("template_text")) continue;
        std::ofstream(dir / "template.jinja", std::ios::binary) << golden["template_text"].get<std::string>();
        std::vector<Json> requests;
        for (const auto& c : golden["cases"])
            requests.push_back({{"messages", c["messages"]}, {"tools", c["tools"]}, {"kwargs", c["kwargs"]}, {"now", golden["now"]}});
        const auto answers = batch({"apply-template", "--template", (dir / "template.jinja").string()}, requests);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            ++cases;
            const auto& c = golden["cases"][i];
            const std::string where = entry.path().stem().string() + " " + c["name"].get<std::string>();
            if (c.contains("expected")) {
                EXPECT_EQ(answers[i].value("text", answers[i].dump()), c["expected"].get<std::string>()) << where;
            } else {
                EXPECT_TRUE(answers[i].contains("error")) << where;
                if (c["expected_error"]["kind"] != "raised") continue;
                EXPECT_EQ(answers[i].value("error", ""), c["expected_error"]["message"].get<std::string>()) << where;
            }
        }
    }
    EXPECT_GE(cases, 700);
}

double largestDifference(const std::vector<float>& a, const std::vector<float>& b)
{
    if (a.size() != b.size()) return INFINITY;
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (const double d = std::abs(double(a[i]) - double(b[i])); !(d <= largest)) largest = d;
    return largest;
}

TEST(CliGolden, EvalGivesTheRecordedLogits)
{
    CORRAL_NEEDS_SHARED("golden/models");
    const auto models = readJson(sharedPath("golden/models/manifest.json"))["models"];
    const TempDir dir;
    const std::string out = (dir / "logits").string();
    for (const auto& [name, limit] : {std::pair{"llama", 1e-4}, {"qwen2", 1e-4}, {"qwen3", 1e-4}, {"phi3", 1e-4}, {"gemma3", 5e-3}}) {
        const auto& recorded = models[name]["cases"]["main"];
        const std::string model = sharedPath("golden/models/" + models[name]["file"].get<std::string>()).string();
        const auto expected = readArray<float>(sharedPath("golden/models/" + recorded["logits"].get<std::string>()));
        const auto forced = corral({"eval", "-m", model, "--ids", idList(recorded["prompt"]), "--then", idList(recorded["decoded"]), "--out", out, "--ctk", "f32"});
        ASSERT_EQ(forced.status, 0) << name << ": " << forced.error;
        EXPECT_LE(largestDifference(readArray<float>(out), expected), limit) << name;
        const auto greedy = corral({"eval", "-m", model, "--ids", idList(recorded["prompt"]), "--steps", "8", "--out", out, "--ctk", "f32"});
        EXPECT_EQ(Json::parse(greedy.out), recorded["decoded"]) << name;
    }
}

TEST(CliGolden, Stories260KTellsItsOneStory)
{
    CORRAL_NEEDS_SHARED("models/stories260K_greedy.json");
    const auto recorded = readJson(sharedPath("models/stories260K_greedy.json"));
    const auto& ids = recorded["ids"];
    const std::string model = sharedPath("models/stories260K/stories260K.gguf").string();
    const auto ran = corral({"complete", "-m", model, "-p", "", "-n", std::to_string(ids.size() - 1), "--temp", "0", "-ctk", "f32", "-ctv", "f32"});
    ASSERT_EQ(ran.status, 0) << ran.error;
    EXPECT_EQ(ran.out, recorded["text"].get<std::string>() + "\n");
}

TEST(CliGolden, TheStarterModelKnowsTheCapitalOfFrance)
{
    if (starterModel().empty()) GTEST_SKIP() << "needs the starter model, which ./run fetches";
    const auto ran = corral({"chat", "-s", "1"}, "What is the capital of France?\n");
    EXPECT_EQ(ran.status, 0) << ran.error;
    EXPECT_THAT(ran.out, testing::HasSubstr("Paris"));
    EXPECT_EQ(ran.error, "");
}

} // namespace
} // namespace corral::test
