// Every vector of golden/vocab, both directions, and the prompts of golden/real and golden/models.
#include "core/text/tokenizer.h"

#include "tests/support/golden.h"

#include <cstdlib>
#include <map>
#include <sstream>

namespace corral::text {
namespace {

using test::sharedPath;

std::string bytesOf(const nlohmann::ordered_json& value) // {"text": …} or {"hex": …}
{
    if (value.contains("text")) return value["text"].get<std::string>();
    const auto hex = value["hex"].get<std::string>();
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return out;
}

std::shared_ptr<const Tokenizer> loadTokenizer(const std::filesystem::path& path)
{
    auto file = gguf::File::open(path);
    if (!file) throw std::runtime_error(file.error().message);
    auto tokenizer = Tokenizer::load(**file);
    if (!tokenizer) throw std::runtime_error(tokenizer.error().message);
    return *tokenizer;
}

// golden/vocab/NAME.gguf or NAME.gguf.xz.
std::shared_ptr<const Tokenizer> vocabulary(const std::string& name)
{
    const auto plain = sharedPath("golden/vocab/" + name + ".gguf");
    if (std::filesystem::exists(plain)) return loadTokenizer(plain);
    const test::TempDir dir;
    const auto unpacked = dir / (name + ".gguf");
    const std::string command = "xz -dkc '" + plain.string() + ".xz' > '" + unpacked.string() + "'";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("cannot unpack " + plain.string() + ".xz");
    return loadTokenizer(unpacked);
}

class VocabularyTest : public testing::TestWithParam<const char*> {};

TEST_P(VocabularyTest, StockCases)
{
    CORRAL_NEEDS_SHARED("golden/vocab");
    const std::string name = GetParam();
    const auto tokenizer = vocabulary(name);
    const std::string inputs = test::readText(sharedPath("golden/vocab/" + name + ".gguf.inp"));
    std::istringstream outputs(test::readText(sharedPath("golden/vocab/" + name + ".gguf.out")));
    const std::string separator = "\n__ggml_vocab_test__\n";
    int cases = 0;
    for (std::size_t begin = 0; begin <= inputs.size();) {
        const std::size_t end = std::min(inputs.find(separator, begin), inputs.size());
        std::string line;
        if (!std::getline(outputs, line)) break; // the last separator ends the file
        std::istringstream numbers(line);
        std::vector<Token> expected;
        for (Token token; numbers >> token;) expected.push_back(token);
        const std::string text = inputs.substr(begin, end - begin);
        EXPECT_EQ(tokenizer->encode(text, {.addSpecial = false, .parseSpecial = false}), expected) << name << ": '" << text << "'";
        begin = end + separator.size();
        ++cases;
    }
    EXPECT_GE(cases, 46);
}

TEST_P(VocabularyTest, RandomCases)
{
    CORRAL_NEEDS_SHARED("golden/vocab");
    const std::string name = GetParam();
    const auto tokenizer = vocabulary(name);
    const auto golden = test::readJson(sharedPath("golden/vocab/" + name + ".random.json"));

    const SpecialTokens& special = tokenizer->special();
    const auto& expected = golden["special"];
    EXPECT_EQ(tokenizer->kind(), expected["type"].get<std::string>());
    EXPECT_EQ(special.bos, expected["bos"]);
    EXPECT_EQ(special.eos, expected["eos"]);
    EXPECT_EQ(special.eot, expected["eot"]);
    EXPECT_EQ(special.separator, expected["sep"]);
    EXPECT_EQ(special.newline, expected["nl"]);
    EXPECT_EQ(special.padding, expected["pad"]);
    EXPECT_EQ(special.mask, expected["mask"]);
    EXPECT_EQ(int(special.addBos), expected["add_bos"]);
    EXPECT_EQ(int(special.addEos), expected["add_eos"]);
    EXPECT_EQ(int(special.addSep), expected["add_sep"]);
    EXPECT_EQ(tokenizer->endOfGeneration(), expected["eog"].get<std::vector<Token>>());

    for (const auto& c : golden["cases"]) {
        const std::string text = bytesOf(c["input"]);
        const auto ids = c["ids"].get<std::vector<Token>>();
        const auto parsed = c.contains("ids_parse_special") ? c["ids_parse_special"].get<std::vector<Token>>() : ids;
        const auto full = c["ids_add_and_parse_special"].get<std::vector<Token>>();
        SCOPED_TRACE(name + " " + c["kind"].get<std::string>() + ": " + c["input"].dump());
        EXPECT_EQ(tokenizer->encode(text, {.addSpecial = false, .parseSpecial = false}), ids);
        EXPECT_EQ(tokenizer->encode(text, {.addSpecial = false, .parseSpecial = true}), parsed);
        EXPECT_EQ(tokenizer->encode(text, {.addSpecial = true, .parseSpecial = true}), full);
        EXPECT_EQ(tokenizer->decode(ids, {.removeSpecial = false, .unparseSpecial = true}), bytesOf(c["detok"]));
        EXPECT_EQ(tokenizer->decode(full, {.removeSpecial = false, .unparseSpecial = true}), bytesOf(c["detok_special"]));
        EXPECT_EQ(tokenizer->decode(full, {.removeSpecial = true, .unparseSpecial = false}), bytesOf(c["detok_special_removed"]));
    }
    EXPECT_GE(golden["cases"].size(), 199u);

    for (const auto& [id, value] : golden["pieces"].items()) {
        const Token token = std::stoi(id);
        EXPECT_EQ(tokenizer->piece(token, true), bytesOf({{"hex", value[0]}})) << name << " token " << id;
        EXPECT_EQ(tokenizer->attributes(token), value[1].get<std::uint32_t>()) << name << " token " << id;
    }
}

INSTANTIATE_TEST_SUITE_P(Golden, VocabularyTest,
                         testing::Values("llama-spm", "llama-bpe", "qwen2", "gpt-2", "phi-3", "deepseek-coder", "command-r", "bert-bge"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::ranges::replace(name, '-', '_');
                             return name;
                         });

TEST(TokenizerGolden, RealModelsPrompts)
{
    CORRAL_NEEDS_SHARED("golden/real");
    const auto manifest = test::readJson(sharedPath("golden/real/manifest.json"));
    int prompts = 0;
    for (const auto& [name, model] : manifest["models"].items()) {
        const auto tokenizer = loadTokenizer(sharedPath("golden/real/" + model["file"].get<std::string>()));
        for (const auto& [variant, data] : model["variants"].items()) {
            for (const auto& generation : data["generations"]) {
                EXPECT_EQ(tokenizer->encode(generation["prompt"].get<std::string>(), {.addSpecial = true, .parseSpecial = false}),
                          generation["prompt_ids"].get<std::vector<Token>>())
                    << name << " " << variant << ": " << generation["prompt"];
                ++prompts;
            }
            EXPECT_EQ(tokenizer->encode(manifest["text"].get<std::string>(), {.addSpecial = true, .parseSpecial = false}),
                      data["perplexity"]["ids"].get<std::vector<Token>>());
        }
    }
    EXPECT_GT(prompts, 4);
}

TEST(TokenizerGolden, StarterPrompts)
{
    CORRAL_NEEDS_SHARED("golden/real/starter.json");
    const auto model = test::starterModel();
    if (model.empty()) GTEST_SKIP() << "needs the starter model, which ./run or ./test installs";
    const auto tokenizer = loadTokenizer(model);
    const auto starter = test::readJson(sharedPath("golden/real/starter.json"));
    EXPECT_GT(starter["generations"].size(), 1u);
    for (const auto& generation : starter["generations"]) {
        EXPECT_EQ(tokenizer->encode(generation["prompt"].get<std::string>(), {.addSpecial = true, .parseSpecial = true}),
                  generation["prompt_ids"].get<std::vector<Token>>());
        EXPECT_EQ(tokenizer->decode(generation["ids"].get<std::vector<Token>>(), {}), generation["text"].get<std::string>());
    }
}

// Files made to break loaders: an error that names the fault, or the fault ignored where the reference ignores it.
TEST(TokenizerGolden, BadFiles)
{
    CORRAL_NEEDS_SHARED("golden/bad");
    const std::map<std::string, std::pair<ErrorCode, std::string>> expected{
        {"model-merges-missing", {ErrorCode::Format, "tokenizer.ggml.merges"}},
        {"model-tokens-not-strings", {ErrorCode::Format, "tokenizer.ggml.tokens"}},
        {"model-token-types-too-short", {ErrorCode::Format, "tokenizer.ggml.token_type has 2 entries for 8 tokens"}},
        {"model-pre-tokenizer-unknown", {ErrorCode::Unsupported, "nonesuch"}},
        {"valid-model", {ErrorCode::NotFound, "no_vocab"}},
    };
    for (const auto& [name, error] : expected) {
        const auto file = gguf::File::open(sharedPath("golden/bad/" + name + ".gguf"));
        ASSERT_TRUE(file) << name;
        const auto tokenizer = Tokenizer::load(**file);
        ASSERT_FALSE(tokenizer) << name;
        EXPECT_EQ(tokenizer.error().code, error.first) << name;
        EXPECT_TRUE(tokenizer.error().message.contains(error.second)) << tokenizer.error().message;
    }
    const auto outOfRange = loadTokenizer(sharedPath("golden/bad/model-bos-out-of-range.gguf"));
    EXPECT_EQ(outOfRange->special().bos, kNoToken);
    EXPECT_EQ(outOfRange->special().eos, 1);
    EXPECT_EQ(loadTokenizer(sharedPath("golden/bad/valid-model-bpe.gguf"))->encode("abc", {}),
              (std::vector<Token>{0, 1, 2})); // "ab" is no token: its bytes
}

} // namespace
} // namespace corral::text
