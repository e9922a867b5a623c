// Tokenizers made here: recognised by their rules, or refused with what was found.
#include "core/convert/chat_templates.h"
#include "core/convert/pre_tokenizer_rules.h"
#include "core/convert/sentence_piece.h"
#include "core/convert/vocabulary.h"
#include "core/text/unicode.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace corral::convert {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Json splitBy(const std::string& pattern)
{
    return {{"type", "Split"}, {"pattern", {{"Regex", pattern}}}, {"behavior", "Isolated"}, {"invert", false}};
}
Json byteLevel(bool useRegex) { return {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", useRegex}}; }
Json tokenizerWith(Json steps, bool ignoreMerges = false)
{
    return {{"pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", std::move(steps)}}},
            {"model", {{"type", "BPE"}, {"ignore_merges", ignoreMerges}}}};
}
std::string nameOf(const Json& tokenizer, bool cleans = false)
{
    const auto spec = recognisePreTokenizer(tokenizer, cleans);
    return spec ? std::string((*spec)->name) : "refused: " + spec.error().message;
}

// Every list of expressions that is known is told from all others.
TEST(PreTokenizerRules, KnownOnesAreRecognised)
{
    int lists = 0;
    for (const text::PreTokenizerSpec& spec : text::preTokenizers()) {
        const bool plain = std::ranges::all_of(spec.expressions, [](const text::Expression& e) { return e.cut == text::Cut::Match; });
        if (!plain || spec.flags & (text::kMarkSpaces | text::kRawUtf8 | text::kMergesOptional))
            continue; // not written as a list of splits
        Json steps = Json::array();
        for (const text::Expression& e : spec.expressions) steps.push_back(splitBy(std::string(e.pattern)));
        steps.push_back(byteLevel(false));
        const bool ignores = (spec.flags & text::kIgnoreMerges) != 0;
        const auto found = recognisePreTokenizer(tokenizerWith(steps, ignores), !(spec.flags & text::kKeepSpaces));
        ASSERT_TRUE(found) << spec.name << ": " << found.error().message;
        const bool sameAsQwen2 = spec.name.starts_with("bailingmoe") || spec.name == "llada-moe"; // \s*[\r\n] ends where \s*[\r\n]+ does
        EXPECT_EQ((*found)->expressions.data(), sameAsQwen2 ? text::findPreTokenizer("qwen2")->expressions.data() : spec.expressions.data())
            << spec.name << " is taken for " << (*found)->name;
        EXPECT_EQ(((*found)->flags & text::kIgnoreMerges) != 0, ignores);
        EXPECT_EQ((*found)->flags & text::kKeepSpaces, spec.flags & text::kKeepSpaces) << spec.name << " is taken for " << (*found)->name;
        ++lists;
    }
    EXPECT_GT(lists, 50);
}

// As the models' own files spell them.
TEST(PreTokenizerRules, SpellingsOfRealFiles)
{
    const std::string contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)", spaces = R"(\s*[\r\n]+|\s+(?!\S)|\s+)";
    const std::string llama = contractions + R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" + spaces;
    EXPECT_EQ(nameOf(tokenizerWith({splitBy(llama), byteLevel(false)}, true), true), "llama-bpe");
    EXPECT_EQ(nameOf(tokenizerWith({splitBy(llama), byteLevel(false)}), true), "dbrx");
    EXPECT_EQ(nameOf(tokenizerWith({splitBy(contractions + R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" + spaces), byteLevel(false)})), "qwen2");
    EXPECT_EQ(nameOf(tokenizerWith({byteLevel(true)}), true), "gpt-2");
    EXPECT_EQ(nameOf({{"pre_tokenizer", byteLevel(true)}, {"model", {{"type", "BPE"}}}}, true), "gpt-2");
    EXPECT_EQ(nameOf(tokenizerWith({{{"type", "Digits"}, {"individual_digits", true}}, byteLevel(true)})), "smollm");
    EXPECT_EQ(nameOf(tokenizerWith({{{"type", "Digits"}, {"individual_digits", true}}, byteLevel(true)}), true), "starcoder");
    const std::string lower = R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])", upper = R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])";
    const std::string letters = R"([^\r\n\p{L}\p{N}]?)" + upper + "*" + lower + "+%|" + R"([^\r\n\p{L}\p{N}]?)" + upper + "+" + lower + "*%";
    const auto ending = [&](const std::string& end) { return text::replaceAll(letters, "%", end); };
    const std::string rest = R"(| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" + spaces;
    EXPECT_EQ(nameOf(tokenizerWith({splitBy(ending(contractions + "?") + R"(|\p{N}{1,3})" + rest), byteLevel(false)})), "gpt-4o");
    EXPECT_EQ(nameOf(tokenizerWith({splitBy(ending("") + R"(|\p{N})" + rest), byteLevel(false)}, true)), "tekken");
    EXPECT_EQ(nameOf(tokenizerWith({splitBy(R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)"), byteLevel(false)}), true),
              "dbrx");
    EXPECT_EQ(nameOf(tokenizerWith({splitBy(R"(\p{N}{1,3})"), splitBy("[一-龥぀-ゟ゠-ヿ]+"),
                                    splitBy(R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|)" + spaces),
                                    byteLevel(false)})),
              "deepseek-v3");
    Json inverted = splitBy(llama);
    inverted["behavior"] = "Removed";
    inverted["invert"] = true;
    EXPECT_EQ(nameOf(tokenizerWith({inverted, byteLevel(false)}, true), true), "llama-bpe");
}

TEST(PreTokenizerRules, UnknownOnesAreShown)
{
    const auto refused = [](const Json& tokenizer, const std::string& why) { EXPECT_THAT(nameOf(tokenizer), HasSubstr(why)); };
    refused(tokenizerWith({splitBy("[aeiou]+"), byteLevel(false)}), "no known one cuts text as it does");
    refused(tokenizerWith({splitBy("[aeiou]+"), byteLevel(false)}), "[aeiou]+"); // what was found
    refused(tokenizerWith({splitBy("[aeiou"), byteLevel(false)}), "expression");
    refused(tokenizerWith({{{"type", "Whitespace"}}}), "a rule of type \"Whitespace\"");
    refused(tokenizerWith({splitBy(R"(\p{N})")}), "not byte-level");
    refused(tokenizerWith({{{"type", "ByteLevel"}, {"add_prefix_space", true}, {"use_regex", true}}}), "add_prefix_space");
    refused({{"model", {{"type", "BPE"}}}}, "it has none");
    refused(tokenizerWith(Json::array()), "not byte-level");
    Json merging = splitBy(R"(\p{N})");
    merging["behavior"] = "MergedWithNext";
    refused(tokenizerWith({merging, byteLevel(false)}), "MergedWithNext");
    refused(tokenizerWith({splitBy(std::string(10000, 'x')), byteLevel(false)}), "more than 8192 bytes");
    refused(tokenizerWith(Json(40, splitBy("x"))), "more than 16 rules");
    refused(tokenizerWith({splitBy("(x+x+)+y|(.*)*$"), byteLevel(false)}), "no known one"); // ends in time
    Json deep = byteLevel(true);
    for (int i = 0; i < 30; ++i) deep = {{"type", "Sequence"}, {"pretokenizers", Json::array({deep})}};
    EXPECT_EQ(nameOf({{"pre_tokenizer", deep}, {"model", {{"type", "BPE"}}}}, true), "gpt-2");
}

class Vocabulary : public testing::Test {
protected:
    Result<gguf::Keys> convert(const VocabularyStyle& style = {})
    {
        tiny.writeAllBut(folder, "");
        const auto files = readTokenizerFiles(folder);
        if (!files) return std::unexpected(files.error());
        Config config = Config::of(tiny.config);
        return vocabularyKeys(*files, config, style, size);
    }
    void expectRefused(const std::string& why)
    {
        const auto keys = convert();
        ASSERT_FALSE(keys) << why;
        EXPECT_THAT(keys.error().message, HasSubstr(why));
    }
    static const gguf::Value* find(const gguf::Keys& keys, const std::string& name)
    {
        const auto found = std::ranges::find(keys, "tokenizer." + name, [](const auto& entry) { return entry.first; });
        return found == keys.end() ? nullptr : &found->second;
    }
    std::optional<std::int64_t> integer(const std::string& name, const VocabularyStyle& style = {})
    {
        const auto keys = convert(style);
        EXPECT_TRUE(keys) << keys.error().message;
        const gguf::Value* value = keys ? find(*keys, name) : nullptr;
        return value ? value->asInt() : std::nullopt;
    }

    test::TempDir temporary;
    std::filesystem::path folder = temporary / "tiny";
    test::TinyCheckpoint tiny;
    std::int64_t size = tiny.config["vocab_size"];
};

TEST_F(Vocabulary, TokensTypesAndMerges)
{
    size += 2; // two spare ids
    tiny.tokenizer["added_tokens"].push_back({{"id", 0}, {"content", "<|look|>"}, {"special", false}});
    tiny.tokenizer["added_tokens"].push_back({{"id", 1}, {"content", "two\u2581words"}, {"special", false}});
    tiny.tokenizer["model"]["merges"] = Json::array({Json::array({"t", "h"}), Json::array({"th", " e"})});
    const auto keys = convert();
    ASSERT_TRUE(keys) << keys.error().message;
    const auto& texts = *find(*keys, "ggml.tokens")->asStrings();
    const auto types = *find(*keys, "ggml.token_type")->asInts();
    ASSERT_EQ(texts.size(), static_cast<std::size_t>(size));
    EXPECT_EQ(texts[0], "<|look|>");
    EXPECT_EQ(types[0], 3) << "looks special";
    EXPECT_EQ(texts[1], "two words");
    EXPECT_EQ(types[1], 4);
    EXPECT_EQ(texts[2], "#");
    EXPECT_EQ(types[2], 1);
    EXPECT_EQ(texts[texts.size() - 3], "<|end|>");
    EXPECT_EQ(types[texts.size() - 3], 3);
    EXPECT_EQ(texts.back(), std::format("[PAD{}]", size - 1));
    EXPECT_EQ(types.back(), 5);
    EXPECT_THAT(*find(*keys, "ggml.merges")->asStrings(), ElementsAre("t h", "th \u0120e"));
    EXPECT_EQ(*find(*keys, "ggml.pre")->asString(), "qwen2");
    EXPECT_EQ(*find(*keys, "chat_template")->asString(), "{{ messages[0].content }}");
}

TEST_F(Vocabulary, FilesThatAreWrong)
{
    const Json fine = tiny.tokenizer;
    const auto with = [&](auto change, const std::string& why) {
        tiny.tokenizer = fine;
        change(tiny.tokenizer);
        expectRefused(why);
    };
    with([](Json& t) { t["model"]["vocab"]["zz"] = 1 << 20; }, "has id 1048576");
    with([](Json& t) { t["model"]["vocab"]["zz"] = -1; }, "has id -1");
    with([](Json& t) { t["model"]["vocab"]["zz"] = "1"; }, "has no id");
    with([](Json& t) { t["model"]["vocab"]["zz"] = 5; }, "more than one token has id 5");
    with([](Json& t) { t["model"]["vocab"] = Json::array(); }, "has no vocab");
    with([](Json& t) { t["model"]["merges"] = 4; }, "no merges");
    with([](Json& t) { t["model"]["merges"] = {"th"}; }, "merge 0 is no pair");
    with([](Json& t) { t["model"]["merges"] = Json::array({Json::array({"a", "b", "c"})}); }, "merge 0 is no pair");
    with([](Json& t) { t["model"]["type"] = "Unigram"; }, "a model of type \"Unigram\"");
    with([](Json& t) { t["added_tokens"] = 3; }, "added_tokens is no list");
    with([](Json& t) { t["added_tokens"][0].erase("id"); }, "no content or no id");
    with([](Json& t) { t["added_tokens"][0]["id"] = 1 << 20; }, "tokenizer.json: token \"<|end|>\" has id");
    with([](Json& t) { t["normalizer"] = {{"type", "Lowercase"}}; }, "a normalizer of type \"Lowercase\"");
    tiny.tokenizer = nullptr; // is not written
    std::filesystem::remove(folder / "tokenizer.json");
    expectRefused("neither tokenizer.json nor tokenizer.model");
    test::writeFile(folder / "tokenizer.json", std::string(100, '[') + std::string(100, ']'));
    expectRefused("nested deeper");
    test::writeFile(folder / "tokenizer.json", "[]");
    expectRefused("not a JSON object");
}

TEST_F(Vocabulary, SpecialTokensAndFraming)
{
    const std::int64_t end = size - 1;
    EXPECT_EQ(integer("ggml.eos_token_id"), end);
    EXPECT_EQ(integer("ggml.add_bos_token"), 0);
    EXPECT_EQ(integer("ggml.bos_token_id"), std::nullopt);
    tiny.config["bos_token_id"] = 5;
    EXPECT_EQ(integer("ggml.bos_token_id"), 5);
    tiny.config["bos_token_id"] = {5, 6};
    EXPECT_EQ(integer("ggml.bos_token_id"), std::nullopt) << "a list is no id";
    tiny.config["bos_token_id"] = 1 << 20;
    EXPECT_EQ(integer("ggml.bos_token_id"), std::nullopt) << "outside the vocabulary";

    // A template says what is added, unless the settings do.
    const Json bos = {{"SpecialToken", {{"id", "<|look|>"}, {"type_id", 0}}}}, text = {{"Sequence", {{"id", "A"}, {"type_id", 0}}}},
               last = {{"SpecialToken", {{"id", "<|end|>"}, {"type_id", 0}}}};
    tiny.tokenizer["added_tokens"].push_back({{"id", 0}, {"content", "<|look|>"}, {"special", true}});
    const Json steps = Json::array({{{"type", "ByteLevel"}}, {{"type", "TemplateProcessing"}, {"single", {bos, text, last}}}});
    tiny.tokenizer["post_processor"] = {{"type", "Sequence"}, {"processors", steps}};
    tiny.settings.erase("add_bos_token");
    tiny.settings["bos_token"] = {{"content", "<|look|>"}};
    tiny.settings["eos_token"] = nullptr;
    tiny.config["eos_token_id"] = 7;
    EXPECT_EQ(integer("ggml.bos_token_id"), 0);
    EXPECT_EQ(integer("ggml.add_bos_token"), 1);
    EXPECT_EQ(integer("ggml.add_eos_token"), 1);
    EXPECT_EQ(integer("ggml.eos_token_id"), end) << "what is added last ends a text";
    EXPECT_EQ(integer("ggml.eot_token_id"), 7);
    tiny.settings["add_bos_token"] = false;
    tiny.settings["add_eos_token"] = false;
    EXPECT_EQ(integer("ggml.add_bos_token"), 0);
    EXPECT_EQ(integer("ggml.add_eos_token"), 0);
    EXPECT_EQ(integer("ggml.eos_token_id"), 7);
}

TEST_F(Vocabulary, ChatTemplatesFromAllPlaces)
{
    const auto text = [&](const std::string& name) {
        const auto keys = convert();
        const gguf::Value* value = keys ? find(*keys, name) : nullptr;
        return value ? *value->asString() : std::string("missing");
    };
    tiny.settings["chat_template"] = Json::array({{{"name", "default"}, {"template", "D"}}, {{"name", "tool use"}, {"template", "T"}}});
    EXPECT_EQ(text("chat_template"), "D");
    EXPECT_EQ(text("chat_template.tool_use"), "T");
    tiny.settings.erase("chat_template");
    EXPECT_EQ(text("chat_template"), "missing");
    test::writeFile(folder / "chat_template.json", R"({"chat_template": "J"})");
    EXPECT_EQ(text("chat_template"), "J");
    test::writeFile(folder / "chat_template.jinja", "F");
    std::filesystem::create_directory(folder / "additional_chat_templates");
    test::writeFile(folder / "additional_chat_templates" / "rag.jinja", "R");
    EXPECT_EQ(text("chat_template"), "F");
    EXPECT_EQ(text("chat_template.rag"), "R");
}

// SentencePiece.

std::string varint(std::uint64_t value)
{
    std::string bytes;
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(0x80 | (value & 0x7f));
    return bytes + static_cast<char>(value);
}
std::string field(int number, const std::string& bytes)
{
    return varint(static_cast<std::uint64_t>(number) << 3 | 2) + varint(bytes.size()) + bytes;
}
std::string field(int number, std::uint64_t value) { return varint(static_cast<std::uint64_t>(number) << 3) + varint(value); }
std::string field(int number, float value)
{
    return varint(static_cast<std::uint64_t>(number) << 3 | 5) + std::string(reinterpret_cast<const char*>(&value), 4);
}
std::string piece(const std::string& text, float score, std::uint64_t type)
{
    return field(1, field(1, text) + field(2, score) + (type == 1 ? "" : field(3, type)));
}

class SentencePiece : public Vocabulary {
protected:
    void SetUp() override
    {
        tiny.tokenizer = nullptr;
        tiny.settings = {{"added_tokens_decoder", {{"3", {{"content", "<turn>"}, {"special", true}}},
                                                   {"4", {{"content", "\u2581\u2581"}, {"special", false}}}}}};
        size = 7;
        std::filesystem::create_directories(folder);
    }
    void write(const std::string& model) { test::writeFile(folder / "tokenizer.model", model); }

    const std::string pieces = piece("<unk>", 0, 2) + piece("\u2581a", -1.5, 1) + piece("<0x0A>", 0, 6) + piece("<turn>", 0, 4);
    const std::string bpe = field(2, field(3, std::uint64_t(2)));
};

TEST_F(SentencePiece, PiecesAndAddedTokens)
{
    write(pieces + bpe + field(99, "later") + field(3, field(1, "identity")));
    test::writeFile(folder / "added_tokens.json", R"({"<x>": 5})");
    const auto keys = convert();
    ASSERT_TRUE(keys) << keys.error().message;
    EXPECT_THAT(*find(*keys, "ggml.tokens")->asStrings(), ElementsAre("<unk>", "\u2581a", "<0x0A>", "<turn>", "  ", "<x>", "[PAD6]"));
    EXPECT_THAT(*find(*keys, "ggml.token_type")->asInts(), ElementsAre(2, 1, 6, 3, 4, 4, 5));
    EXPECT_THAT(*find(*keys, "ggml.scores")->asFloats(), ElementsAre(0, -1.5, 0, -1000, -1000, -1000, -10000));
    EXPECT_EQ(*find(*keys, "ggml.model")->asString(), "llama");
    EXPECT_EQ(integer("ggml.add_space_prefix"), 1);
    EXPECT_EQ(integer("ggml.add_space_prefix", {.neverPrefixSpace = true}), 0);
    write(pieces + bpe + field(3, field(3, std::uint64_t(0))));
    EXPECT_EQ(integer("ggml.add_space_prefix"), 0);
    tiny.settings["add_prefix_space"] = true;
    EXPECT_EQ(integer("ggml.add_space_prefix"), 1);
}

TEST_F(SentencePiece, WrongOnes)
{
    write(pieces + field(2, field(3, std::uint64_t(1))));
    expectRefused("(unigram)");
    write(pieces + bpe + piece("x", 0, 9));
    expectRefused("unknown type 9");
    write(pieces + bpe + piece("x", NAN, 1));
    expectRefused("no number");
    write(pieces + bpe + pieces);
    expectRefused("the vocabulary has 7 entries");
    write(bpe);
    expectRefused("it has no pieces");
    write("IQ== 0\nIg== 1\n");
    expectRefused("no SentencePiece model");
    write("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    expectRefused("no SentencePiece model");
}

// Whatever the bytes, an answer and no crash.
TEST(SentencePieceModel, DamagedBytes)
{
    const std::string settings = field(2, field(3, std::uint64_t(2))) + field(3, field(3, std::uint64_t(1)));
    const std::string whole = piece("<unk>", 0, 2) + piece("ab", -1, 1) + settings;
    EXPECT_TRUE(readSentencePiece(whole));
    for (std::size_t length = 0; length < whole.size(); ++length) (void)readSentencePiece(whole.substr(0, length));
    for (std::size_t i = 0; i < whole.size(); ++i)
        for (int value = 0; value < 256; ++value) {
            std::string changed = whole;
            changed[i] = static_cast<char>(value);
            (void)readSentencePiece(changed);
        }
}

// Byte-fallback BPE in a tokenizer.json: merges become scores in their order.
TEST_F(Vocabulary, MergesBecomeScores)
{
    const Json replace = {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "\u2581"}};
    const Json prepend = {{"type", "Prepend"}, {"prepend", "\u2581"}};
    tiny.tokenizer = {{"added_tokens", {{{"id", 6}, {"content", "</s>"}, {"special", true}}}},
                      {"normalizer", {{"type", "Sequence"}, {"normalizers", {prepend, replace}}}},
                      {"model", {{"type", "BPE"}, {"byte_fallback", true}, {"unk_token", "<unk>"}, {"merges", {"b c", "a bc"}},
                                 {"vocab", {{"<unk>", 0}, {"<0x0A>", 1}, {"a", 2}, {"b", 3}, {"c", 4}, {"bc", 5}, {"</s>", 6},
                                            {"abc", 7}}}}}};
    tiny.settings = Json::object();
    size = 8;
    const auto keys = convert();
    ASSERT_TRUE(keys) << keys.error().message;
    EXPECT_THAT(*find(*keys, "ggml.scores")->asFloats(), ElementsAre(-1000, -1000, -1e6, -1e6, -1e6, 0, -1000, -1));
    EXPECT_THAT(*find(*keys, "ggml.token_type")->asInts(), ElementsAre(2, 6, 1, 1, 1, 1, 3, 1));
    EXPECT_EQ(integer("ggml.add_space_prefix"), 1);
    tiny.tokenizer["normalizer"] = replace;
    EXPECT_EQ(integer("ggml.add_space_prefix"), 0);
    tiny.tokenizer["normalizer"] = nullptr;
    tiny.tokenizer["pre_tokenizer"] = {{"type", "Metaspace"}, {"replacement", "\u2581"}, {"prepend_scheme", "first"}};
    EXPECT_EQ(integer("ggml.add_space_prefix"), 1);
    tiny.tokenizer["pre_tokenizer"]["prepend_scheme"] = "never";
    EXPECT_EQ(integer("ggml.add_space_prefix"), 0);
    tiny.tokenizer["pre_tokenizer"] = {{"type", "Whitespace"}};
    expectRefused("treatment of spaces is not known; found: normalizer none, pre_tokenizer {\"type\":\"Whitespace\"}");
}

} // namespace
} // namespace corral::convert
