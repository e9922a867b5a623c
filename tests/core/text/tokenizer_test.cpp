// Tokenizers on vocabularies of a few tokens: rules that can be followed by eye, hostile files, long texts.
#include "core/text/pre_tokenizer.h"
#include "tests/core/text/small_vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <thread>

namespace corral::text {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Tokenizer::Encode kPlain{.addSpecial = false, .parseSpecial = false};
constexpr Tokenizer::Encode kParsed{.addSpecial = false, .parseSpecial = true};

std::string joined(const Tokenizer& tokenizer, std::span<const Token> ids) // "a|b": what each id says
{
    std::string out;
    for (const Token id : ids) out += (out.empty() ? "" : "|") + tokenizer.piece(id, true);
    return out;
}

TEST(Spm, MergesByScoreAndFallsBackToBytes)
{
    const auto t = loaded(spmFile({"▁a", "bc", "▁", "a", "b", "c", "ab"}));
    EXPECT_EQ(joined(*t, t->encode("abc", kPlain)), " a|bc"); // ▁a before bc before ab
    EXPECT_EQ(t->encode("é", kPlain), (std::vector<Token>{261, 3 + 0xC3, 3 + 0xA9}));
    EXPECT_EQ(t->encode("", kPlain).size(), 0u);
    EXPECT_THAT(t->encode("", {}), ElementsAre(1));
    EXPECT_THAT(t->encode("<s>a", {}), ElementsAre(1, 1, 259));
    EXPECT_EQ(t->encode("\xE4\xBD", kPlain), (std::vector<Token>{261, 3 + 0xE4, 3 + 0xBD}));
    EXPECT_EQ(t->special().newline, 3 + '\n');
}

TEST(Spm, PrefixSpaceAfterSpecialsOnly)
{
    const auto t = loaded(spmFile({"▁a", "▁b", "▁", "a", "b"}));
    EXPECT_EQ(t->encode("a<s>b", kParsed), (std::vector<Token>{259, 1, 260}));
    EXPECT_EQ(t->decode(std::vector<Token>{1, 259, 260}, {.removeSpecial = true}), " a b");
    EXPECT_EQ(t->decode(std::vector<Token>{259, 260}, {}), "a b");
    EXPECT_EQ(t->decode(std::vector<Token>{1, 259}, {.unparseSpecial = false}), " a");
    const auto without = loaded(spmFile({"▁a", "▁", "a"}).add("tokenizer.ggml.add_space_prefix", false));
    EXPECT_EQ(without->encode("a", kPlain), (std::vector<Token>{261}));
    EXPECT_EQ(without->decode(std::vector<Token>{259}, {}), " a");
}

TEST(Bpe, MergesByRankLeftmostFirst)
{
    const auto t = loaded(bpeFile({"a a", "b c", "a b", "Ġ a"}));
    EXPECT_EQ(joined(*t, t->encode("aaa", kPlain)), "aa|a");
    EXPECT_EQ(joined(*t, t->encode("abc", kPlain)), "a|bc");                 // b c ranks before a b
    EXPECT_EQ(joined(*t, t->encode("x ab aaaa", kPlain)), "x| |ab| |aa|aa"); // a b and a a rank before Ġ a
    EXPECT_EQ(joined(*t, t->encode("x a", kPlain)), "x| a");
    EXPECT_EQ(joined(*t, t->encode("é", kPlain)), "\xC3|\xA9");
}

TEST(Bpe, InvalidUtf8BecomesReplacementCharacters)
{
    const auto t = loaded(bpeFile({}));
    EXPECT_EQ(t->decode(t->encode("a\x80z", kPlain), {}), "a\xEF\xBF\xBDz");
    EXPECT_EQ(t->decode(t->encode("\xE4\xBD", kPlain), {}), "\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(t->decode(t->encode("\xC0\xAF", kPlain), {}), "/");                // overlong
    EXPECT_EQ(t->decode(t->encode("\xED\xA0\x80", kPlain), {}), "\xED\xA0\x80"); // a surrogate passes
    EXPECT_EQ(t->decode(t->encode("\xF4\x90\x80\x80", kPlain), {}), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"); // beyond U+10FFFF
}

TEST(Bpe, SpecialTokensInTheText)
{
    const auto t = loaded(bpeFile({"a a"}));
    EXPECT_EQ(joined(*t, t->encode("x<a>~~<b>", kParsed)), "x|<a>|~~|<b>");
    EXPECT_EQ(joined(*t, t->encode("x<a>~~", kPlain)), "x|<|a|>|~~"); // user-defined ones are always cut out
    EXPECT_EQ(joined(*t, t->encode("~~~", kPlain)), "~~|~");
    const std::vector<Token> ids = t->encode("<a>a", kParsed);
    EXPECT_EQ(t->decode(ids, {.unparseSpecial = false}), "a");
    EXPECT_EQ(t->decode(ids, {}), "<a>a");
    EXPECT_EQ(t->piece(-1, true), "");
    EXPECT_EQ(t->piece(t->size(), true), "");
}

TEST(Bpe, AddsBosAndEosAsTheFileSays)
{
    const auto file = [] { return bpeFile({}).add("tokenizer.ggml.bos_token_id", 256u).add("tokenizer.ggml.eos_token_id", 257u); };
    EXPECT_THAT(loaded(file())->encode("a", {}), ElementsAre('a'));
    const auto t = loaded(file().add("tokenizer.ggml.add_bos_token", true).add("tokenizer.ggml.add_eos_token", true));
    EXPECT_THAT(t->encode("a", {}), ElementsAre(256, 'a', 257));
    EXPECT_THAT(t->encode("a", kPlain), ElementsAre('a'));
    EXPECT_EQ(t->decode(std::vector<Token>{256, 'a', 257}, {.removeSpecial = true}), "a");
    EXPECT_TRUE(t->isEndOfGeneration(257));
    EXPECT_FALSE(t->isEndOfGeneration('a'));
}

TEST(Bpe, CleansSpacesUnlessThePreTokenizerKeepsThem)
{
    const std::string text = "a , b . it 's ' q ' c ?";
    const auto tidy = loaded(bpeFile({}, "gpt-2")), raw = loaded(bpeFile({}, "smollm"));
    EXPECT_EQ(tidy->decode(tidy->encode(text, kPlain), {}), "a, b. it's'q'c?");
    EXPECT_EQ(raw->decode(raw->encode(text, kPlain), {}), text);
}

TEST(Bpe, RoundTripsEveryText)
{
    const auto t = loaded(bpeFile({"Ġ t", "h e", "Ġt he", "Ã ©"}, "qwen2"));
    for (const std::string text : {"the thé  the\n\n\tthe 123", " ", "\n", "日本語 😀 مرحبا"})
        EXPECT_EQ(t->decode(t->encode(text, kPlain), {}), text);
}

TEST(Bpe, TokensOutsideTheByteAlphabet)
{
    std::vector<std::string> tokens{"日x", "Ġ", ""};
    for (int i = 0; i < 20000; ++i) tokens[2] += "日";
    SmallFile file;
    file.add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.tokens", tokens).add("tokenizer.ggml.merges", std::vector<std::string>{});
    const auto t = loaded(file);
    EXPECT_EQ(t->piece(0), "[UNK_BYTE_0xe697a5日x]x");
    EXPECT_EQ(t->piece(1), " ");
    EXPECT_LT(t->piece(2).size(), 20000u * 32);
}

TEST(Wpm, LowersStripsAndCutsGreedily)
{
    const auto t = loaded(wpmFile({"▁he", "▁hello", "llo", "▁", "▁,", "▁中", "e"}));
    EXPECT_THAT(t->encode("Héllo, hee", kPlain), ElementsAre(6, 9, 5, 11));
    EXPECT_THAT(t->encode("hex", kPlain), ElementsAre(1)); // no token for x: the whole word is unknown
    EXPECT_THAT(t->encode("中中", kPlain), ElementsAre(10, 10));
    EXPECT_THAT(t->encode("", {}), ElementsAre(2, 3));
    EXPECT_THAT(t->encode("[MASK] he", {}), ElementsAre(2, 4, 5, 3));
    EXPECT_EQ(t->decode(std::vector<Token>{6, 9}, {}), " hello,");
}

TEST(Special, LongestFirstAndStripping)
{
    std::vector<std::string> tokens{"<unk>", "<s>", "</s>", "<|x|>", "<|x|>y", "a", "▁a", "▁"};
    SmallFile file;
    file.add("general.name", "my phi-3 thing").add("tokenizer.ggml.model", "llama").add("tokenizer.ggml.tokens", tokens);
    file.add("tokenizer.ggml.token_type", std::vector<std::int32_t>{2, 3, 3, 3, 3, 1, 1, 1});
    const auto t = loaded(file);
    EXPECT_THAT(t->encode("<|x|>y<|x|>", kParsed), ElementsAre(4, 3));
    EXPECT_THAT(t->encode("<|x|> \n a", kParsed), ElementsAre(3, 6)); // swallows the white space after it
    EXPECT_EQ(t->attributes(1) & kStripRight, 0u);
    EXPECT_NE(t->attributes(2) & kStripRight, 0u);
}

TEST(Special, EndOfGenerationByTextAndKey)
{
    std::vector<std::string> tokens{"a", "<|im_end|>", "<|eot_id|>", "<|file_sep|>", "[PAD]", "b"};
    SmallFile file;
    file.add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.tokens", tokens).add("tokenizer.ggml.merges", std::vector<std::string>{});
    file.add("tokenizer.ggml.eos_token_id", 5u).add("tokenizer.ggml.suppress_tokens", std::vector<std::int32_t>{0, 99, -1});
    const auto t = loaded(file);
    EXPECT_THAT(t->endOfGeneration(), ElementsAre(1, 2, 3, 4, 5));
    EXPECT_EQ(t->special().eot, 2);        // <|eot_id|> is tried first
    EXPECT_EQ(t->special().bos, kNoToken); // the default, 11, is not in this vocabulary
    EXPECT_NE(t->attributes(1) & kControl, 0u);
    EXPECT_THAT(t->suppressed(), ElementsAre(0));
}

TEST(Load, NamesWhatIsWrong)
{
    const auto message = [](const SmallFile& file) {
        const auto t = file.load();
        return t ? std::string("loaded") : t.error().message;
    };
    const std::vector<std::string> ab{"a", "b"};
    EXPECT_THAT(message(SmallFile()), HasSubstr("tokenizer.ggml.model is missing"));
    EXPECT_THAT(message(SmallFile().add("tokenizer.ggml.model", "t5")), HasSubstr("unknown tokenizer 't5'"));
    EXPECT_THAT(message(SmallFile().add("tokenizer.ggml.model", 7u)), HasSubstr("tokenizer.ggml.model"));
    EXPECT_THAT(message(SmallFile().add("tokenizer.ggml.model", "llama")), HasSubstr("tokenizer.ggml.tokens is missing"));
    const auto llama = [] { return SmallFile().add("tokenizer.ggml.model", "llama"); };
    EXPECT_THAT(message(llama().add("tokenizer.ggml.tokens", 3u)), HasSubstr("must be an array of strings"));
    EXPECT_THAT(message(llama().add("tokenizer.ggml.tokens", std::vector<std::string>{"a", "b", "a"})),
                HasSubstr("'a' is both token 0 and token 2"));
    EXPECT_THAT(message(llama().add("tokenizer.ggml.tokens", ab).add("tokenizer.ggml.scores", std::vector<float>{1})),
                HasSubstr("tokenizer.ggml.scores has 1 entries for 2 tokens"));
    EXPECT_THAT(message(llama().add("tokenizer.ggml.tokens", ab).add("tokenizer.ggml.token_type", "x")), HasSubstr("token_type must be"));
    EXPECT_THAT(message(llama().add("tokenizer.ggml.tokens", std::vector<std::string>{"a", std::string(70'000, 'x')})),
                HasSubstr("token 1 has 70000 bytes, more than 65536"));
    std::vector<std::string> manySpecials; // 9 MB
    for (char c = 0; c < 100; ++c) manySpecials.push_back(std::string(60'000 + c, c) + std::string(30, 'y'));
    for (char c = 0; c < 100; ++c) manySpecials.push_back(std::string(50'000 + c, c) + "z");
    EXPECT_THAT(message(llama()
                            .add("tokenizer.ggml.tokens", manySpecials)
                            .add("tokenizer.ggml.token_type", std::vector<std::int32_t>(manySpecials.size(), 3))),
                HasSubstr("special tokens' texts have"));
    const auto gpt2 = [&] { return SmallFile().add("tokenizer.ggml.model", "gpt2").add("tokenizer.ggml.tokens", ab); };
    EXPECT_THAT(message(gpt2()), HasSubstr("tokenizer.ggml.merges is missing"));
    EXPECT_THAT(message(gpt2().add("tokenizer.ggml.pre", "kimi-k2")), "loaded");
    EXPECT_THAT(message(gpt2().add("tokenizer.ggml.merges", std::vector<std::string>{"ab"})), HasSubstr("merges[0] is 'ab'"));
    EXPECT_THAT(message(gpt2().add("tokenizer.ggml.merges", std::vector<std::string>{"a "})), HasSubstr("merges[0]"));
    EXPECT_THAT(message(gpt2().add("tokenizer.ggml.merges", std::vector<std::string>{""})), HasSubstr("merges[0]"));
    EXPECT_THAT(message(gpt2().add("tokenizer.ggml.pre", "mine")), HasSubstr("unknown pre-tokenizer 'mine'"));
    EXPECT_THAT(message(gpt2().add("tokenizer.ggml.merges", std::vector<std::string>{"a b", "x yz", "a b"})), "loaded"); // also of no token
    EXPECT_EQ(loaded(llama().add("tokenizer.ggml.tokens", std::vector<std::string>{"", "b"}))->text(0), "[EMPTY_0]");
}

TEST(PreTokenizers, AllCompileAndCoverTheText)
{
    std::string text = "Hello we're 1234567 ½ naïve\r\n\n  中文、かな 한국어 👍🏽!!! __x__ \xC2\xA0 <sentinel:12>IMGIMGABZ";
    for (const PreTokenizerSpec& spec : preTokenizers()) {
        const auto pre = PreTokenizer::compile(spec.expressions);
        ASSERT_TRUE(pre) << spec.name << ": " << pre.error().message;
        std::size_t sum = 0;
        const auto sizes = pre->split(text);
        for (const std::size_t size : sizes) {
            EXPECT_GT(size, 0u);
            sum += size;
        }
        EXPECT_EQ(sum, text.size()) << spec.name;
        EXPECT_GT(sizes.size(), 1u) << spec.name;
        EXPECT_EQ(findPreTokenizer(spec.name), &spec) << "named twice";
        EXPECT_TRUE(pre->split("").empty());
    }
    EXPECT_EQ(findPreTokenizer("nonesuch"), nullptr);
}

std::string pieces(std::string_view pre, std::string_view text)
{
    const auto compiled = PreTokenizer::compile(findPreTokenizer(pre)->expressions);
    std::string out;
    std::size_t begin = 0;
    for (const std::size_t size : compiled->split(text)) {
        out.append(begin ? "|" : "").append(text.substr(begin, size));
        begin += size;
    }
    return out;
}

TEST(PreTokenizers, CutAsKnown)
{
    EXPECT_EQ(pieces("gpt-2", "I'm 12 years  old! "), "I|'m| 12| years| | old|!| ");
    EXPECT_EQ(pieces("llama3", "I'M 12345\n\n x"), "I|'M| |123|45|\n\n| x");
    EXPECT_EQ(pieces("qwen2", "a12 b"), "a|1|2| b");
    EXPECT_EQ(pieces("gpt-4o", "camelCase HTTPServer's"), "camel|Case| HTTPServer's");
    EXPECT_EQ(pieces("superbpe", "x1234567"), "x|1|234|567");
    EXPECT_EQ(pieces("superbpe", "123456"), "123|456");
    EXPECT_EQ(pieces("afmoe", "a1234567"), "a|1|234|567");
    EXPECT_EQ(pieces("kimi-k2", "汉字abc汉"), "汉字|abc|汉");
    EXPECT_EQ(pieces("deepseek-llm", "a \n"), "a| |\n");
    EXPECT_EQ(pieces("chameleon", "<sentinel:12>IMGIMGABZ  x"), "<|sentinel|:|1|2|>|IMGIMGABZ|  |x");
    EXPECT_EQ(pieces("falcon", "12345"), "123|45");
}

// No text may take much longer than its size warrants: neither words without end nor runs that the expressions try again and again.
TEST(Speed, HostileTextsAreLinear)
{
    constexpr std::size_t kSize = 1 << 17;
    const auto bpe = loaded(bpeFile({"a a", "aa aa", "aaaa aaaa", "Ġ Ġ", "1 1"}, "llama3")),
               spm = loaded(spmFile({"aa", "aaaa", "a", "▁", "▁▁"})), wpm = loaded(wpmFile({"▁a", "a", "aa", "aaaaaaaa"}));
    for (const std::string_view unit : {"a", " ", "\n", "1", "A", "'", "a ", " \n", "é", "中", "!", "\xFF", "\xED\xA0\x80", "<a>", "<"}) {
        std::string text;
        while (text.size() < kSize) text += unit;
        for (const std::string_view tail : {"", "x"}) {
            text += tail;
            for (const auto& t : {bpe, spm, wpm}) {
                const auto begin = std::chrono::steady_clock::now();
                EXPECT_GT(t->encode(text, {}).size(), 0u);
                const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
                EXPECT_LT(seconds, 5) << t->kind() << " '" << unit << "'";
            }
        }
    }
    for (const PreTokenizerSpec& spec : preTokenizers()) {
        const auto pre = PreTokenizer::compile(spec.expressions);
        for (const std::string_view unit : {"a", " ", "1", "A", "!", "a b ", "中"}) {
            std::string text;
            while (text.size() < kSize / 4) text += unit;
            const auto begin = std::chrono::steady_clock::now();
            pre->split(text + "x");
            const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            EXPECT_LT(seconds, 5) << spec.name << " '" << unit << "'";
        }
    }
}

TEST(Threads, OneTokenizerForMany)
{
    const auto t = loaded(bpeFile({"Ġ t", "h e", "Ġt he"}, "llama3"));
    const std::string text = "the quick then the other 123 thé\n\n";
    const auto expected = t->encode(text, kPlain);
    std::vector<std::jthread> threads;
    std::vector<int> wrong(4);
    for (int& count : wrong)
        threads.emplace_back([&] {
            for (int i = 0; i < 300; ++i) count += t->encode(text, kPlain) != expected || t->decode(expected, {}) != text;
        });
    threads.clear();
    EXPECT_THAT(wrong, ElementsAre(0, 0, 0, 0));
}

// Random bytes in, random ids out: nothing crashes, byte-level vocabularies give back what valid text they got.
TEST(Fuzz, EncodeAndDecode)
{
    std::vector<std::shared_ptr<const Tokenizer>> all{loaded(spmFile({"▁a", "ab", "▁", "a", "b", "é"})),
                                                      loaded(wpmFile({"▁a", "b", "▁", "▁<"}))};
    for (const PreTokenizerSpec& spec : preTokenizers()) all.push_back(loaded(bpeFile({"a b", "Ġ a", "Ã ©", "ï ¿", "ï¿ ½"}, spec.name)));
    std::mt19937 engine(42);
    const std::string_view parts[] = {"a",   "b",  " ", "\n",           "<a>",      "~~",   "é",    "中", "[MASK]",
                                      "<s>", "'s", "1", "\xED\xA0\x80", "\xF0\x9F", "\xC3", "\xFF", "▁",  "\xE2\x80"};
    for (int round = 0; round < 4000; ++round) {
        std::string text;
        for (auto n = engine() % 24; n > 0; --n) {
            if (engine() % 2)
                text += static_cast<char>(engine());
            else
                text += parts[engine() % std::size(parts)];
        }
        const auto& t = all[engine() % all.size()];
        const Tokenizer::Encode options{.addSpecial = engine() % 2 == 0, .parseSpecial = engine() % 2 == 0};
        const auto ids = t->encode(text, options);
        for (const Token id : ids) ASSERT_TRUE(id >= 0 && id < t->size());
        t->decode(ids, {.removeSpecial = engine() % 2 == 0, .unparseSpecial = engine() % 2 == 0});
        std::vector<Token> random(engine() % 16);
        for (Token& id : random) id = static_cast<Token>(engine() % 600) - 20;
        t->decode(random, {.removeSpecial = engine() % 2 == 0, .unparseSpecial = engine() % 2 == 0});
    }
}

TEST(Fuzz, BrokenFilesLoadOrFail)
{
    std::mt19937 engine(7);
    const std::vector<std::string> texts{
        "", "a", "b", "ab", "\xFF", "<0x41>", "<0xZZ>", "</s>", "<|im_end|>", "<|channel|>", "▁", " ", std::string(300, 'q')};
    const char* kModels[] = {"llama", "gpt2", "bert", "gemma4", "whitespace"};
    for (int round = 0; round < 2000; ++round) {
        std::vector<std::string> tokens(engine() % 12), merges(engine() % 6);
        for (std::string& t : tokens) t = texts[engine() % texts.size()] + (engine() % 2 ? std::to_string(engine() % 20) : "");
        for (std::string& m : merges) m = texts[engine() % texts.size()] + " " + texts[engine() % texts.size()];
        std::vector<std::int32_t> types(tokens.size() + engine() % 2);
        for (std::int32_t& t : types) t = static_cast<std::int32_t>(engine() % 9) - 1;
        SmallFile file;
        file.add("tokenizer.ggml.model", kModels[engine() % std::size(kModels)]).add("tokenizer.ggml.tokens", tokens);
        if (engine() % 2) file.add("tokenizer.ggml.token_type", types);
        if (engine() % 4) file.add("tokenizer.ggml.merges", merges);
        if (engine() % 2) file.add("tokenizer.ggml.eos_token_id", static_cast<std::uint32_t>(engine() % 16));
        if (engine() % 2) file.add("tokenizer.ggml.pre", std::string_view(preTokenizers()[engine() % preTokenizers().size()].name));
        const auto t = file.load();
        if (!t) {
            EXPECT_FALSE(t.error().message.empty());
            continue;
        }
        const auto ids = (*t)->encode("abab <|im_end|> \xFF q </s>", {});
        (*t)->decode(ids, {});
    }
}

} // namespace
} // namespace corral::text
