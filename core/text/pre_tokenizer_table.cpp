#include "core/text/pre_tokenizer.h"

#include <algorithm>
#include <array>

// Source of the expressions: the models' tokenizer definitions as collected in the project's fact sheet on tokenizers, § 4. Where theirs
// nest groups under quantifiers ((?=\p{L})([^a-z]))* they are written here as the one class that matches the same: [^\P{L}a-z].

namespace corral::text {

namespace {

#define CONTRACTIONS R"((?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]))"
#define SPACES R"(\s*[\r\n]+|\s+(?!\S)|\s+)"
#define GPT2 R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S))"
#define ASCII_PUNCTUATED R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+)"
#define HAN_KANA R"([一-龥぀-ゟ゠-ヿ]+)"
// Han as the vocabularies were cut: the unified and compatibility ideographs, without the marks and radicals that \p{Han} also holds.
#define IDEOGRAPHS R"(\x{3400}-\x{4dbf}\x{4e00}-\x{9fff}\x{f900}-\x{faff}\x{20000}-\x{2a6df}\x{2a700}-\x{2ebef}\x{2f800}-\x{2fa1f})"
// U+0800 to U+9FA5 and Hangul but for white space, which the vocabularies' ranges never took along.
#define HAN_AND_OTHERS                                                                                                                     \
    R"([\x{800}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-龥가-\x{d7ff}]+)"

constexpr Expression kGpt2[] = {{GPT2}};
constexpr Expression kDigitThenGpt2[] = {{R"(\p{N})"}, {GPT2}};
constexpr Expression kLlama3[] = {
    {CONTRACTIONS R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES},
};
constexpr Expression kJais2[] = {
    {CONTRACTIONS R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S))"
                  R"(|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1})"},
};
constexpr Expression kQwen2[] = {
    {CONTRACTIONS R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES},
};
constexpr Expression kQwen35[] = {
    {CONTRACTIONS R"(|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|)" SPACES},
};
constexpr Expression kDeepseekLlm[] = {
    {R"([\r\n])"},
    {R"(\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃]+)"},
    {R"(\s?[!-/:-~！-／：-～‘-‟、-。]+)"},
    {R"((?<!\s)\s+$)"}, // the look-behind only saves trying again inside the same run
    {HAN_AND_OTHERS},
    {R"(\p{N}+)"},
};
constexpr Expression kDeepseek3[] = {
    {R"(\p{N}{1,3})"},
    {HAN_KANA},
    {ASCII_PUNCTUATED R"(| ?[\p{P}\p{S}]+[\r\n]*|)" SPACES},
};
constexpr Expression kSpark25[] = {
    {R"(\p{N}{1,3})"},
    {HAN_KANA},
    {ASCII_PUNCTUATED R"(| ?[\p{P}\p{S}]+|[\r\n]|\s+(?!\S)|\s+)"},
    {R"(\p{N})"},
};
constexpr Expression kYoutu[] = {
    {R"([가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|[一-龥぀-ゟ゠-ヿ]+)"},
    {R"([^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+)" CONTRACTIONS R"(?|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" SPACES},
};
constexpr Expression kDeepseekCoder[] = {
    {R"([\r\n])"}, {R"(\s?\p{L}+)"}, {R"(\s?\p{P}+)"}, {HAN_AND_OTHERS}, {R"(\p{N})"},
};
constexpr Expression kFalcon[] = {{R"([\p{P}\$\+<=>\^~\|`]+)"}, {GPT2}, {R"([0-9][0-9][0-9])"}};
constexpr Expression kBloom[] = {{R"( ?[^(\s|.,!?…。，、।۔،)]+)"}};
constexpr Expression kViking[] = {{R"( ?[^(\s|.,!?…。，、।۔،)]+)"}, {R"(\p{N})"}};
constexpr Expression kTekken[] = {
    {R"([^\r\n\p{L}\p{N}]?[^\P{L}a-z]*[^\P{L}A-Z]+|[^\r\n\p{L}\p{N}]?[^\P{L}a-z]+[^\P{L}A-Z]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" SPACES},
};
constexpr Expression kChameleon[] = {
    {R"(<sentinel:[0-9]+>)"}, {R"(IMGIMG[A-I]{1,4}Z)"}, {R"([\t\n]|    |  )"}, {R"(\p{N})"}, {R"([\p{P}!-/:-@\[-`{-~])"}, {GPT2},
};
constexpr Expression kGpt4o[] = {
    {R"([^\r\n\p{L}\p{N}]?[^\P{L}a-z]*[^\P{L}A-Z]+)" CONTRACTIONS R"(?|[^\r\n\p{L}\p{N}]?[^\P{L}a-z]+[^\P{L}A-Z]*)" CONTRACTIONS
     R"(?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" SPACES},
};
// [^…\p{C}a-z]: letters and marks but a-z
constexpr Expression kGraniteEmbedding[] = {
    {R"([^\r\n\p{L}\p{N}]?[^\p{N}\p{P}\p{S}\p{Z}\p{C}a-z]*[^\p{N}\p{P}\p{S}\p{Z}\p{C}A-Z]+)" CONTRACTIONS
     R"(?|[^\r\n\p{L}\p{N}]?[^\p{N}\p{P}\p{S}\p{Z}\p{C}a-z]+[^\p{N}\p{P}\p{S}\p{Z}\p{C}A-Z]*)" CONTRACTIONS
     R"(?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" SPACES},
};
constexpr Expression kTinyAya[] = {
    {R"(\p{N}+)", Cut::Threes},
    {R"([^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+)" CONTRACTIONS R"(?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)" SPACES},
};
constexpr Expression kKimiK2[] = {
    {"[" IDEOGRAPHS R"(]+|[^\r\n\p{L}\p{N}]?[^\P{L})" IDEOGRAPHS R"(a-z]*[^\P{L})" IDEOGRAPHS R"(A-Z]+)" CONTRACTIONS
     R"(?|[^\r\n\p{L}\p{N}]?[^\P{L})" IDEOGRAPHS R"(a-z]+[^\P{L})" IDEOGRAPHS R"(A-Z]*)" CONTRACTIONS
     R"(?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES},
};
constexpr Expression kSuperBpe[] = {{R"(\p{N}+)"}, {R"([0-9]{3,})", Cut::AtThrees}};
constexpr Expression kBailingMoe[] = {
    {R"('(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)"},
};
constexpr Expression kSeedCoder[] = {
    {CONTRACTIONS R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|)" SPACES},
};
constexpr Expression kUfakzeka[] = {{R"([^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES}};
constexpr Expression kAfmoe[] = {
    {R"(\p{N}+)", Cut::Threes},
    {R"([一-鿿㐀-䶿豈-﫿぀-ゟ゠-ヿ･-ﾟ⼀-⿟เ-๿຀-໿ក-៿က-႟ꩠ-ꩿꧠ-꧿가-힯ᄀ-ᇿ]+)"},
    {ASCII_PUNCTUATED R"(| ?[\p{P}\p{S}]+[\r\n]*|)" SPACES},
};
constexpr Expression kLines[] = {{R"([^\n]+|[\n]+)"}};
constexpr Expression kLaguna[] = {
    {R"([^\n]+|[\n]+)"},
    {CONTRACTIONS R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES},
};
constexpr Expression kExaoneMoe[] = {
    {CONTRACTIONS
     R"(|[^\r\n\p{L}\p{N}]?\p{L}[\p{L}\p{M}]*+(?: \p{L}[\p{L}\p{M}]*+)*+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+)"},
};
constexpr Expression kMiniCpm5[] = {
    {R"(\p{N}{1,3})"},
    {CONTRACTIONS R"(|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|)" SPACES},
};
constexpr Expression kWhitespace[] = {{R"(\S+)"}};
constexpr Expression kDefault[] = {{R"([\p{P}\$\+<=>\^~\|]+)"}, {GPT2}, {R"(\p{N}+)"}, {R"([0-9][0-9][0-9])"}};

#undef CONTRACTIONS
#undef SPACES
#undef GPT2
#undef ASCII_PUNCTUATED
#undef HAN_KANA
#undef IDEOGRAPHS
#undef HAN_AND_OTHERS

constexpr std::uint32_t kLlama3Flags = kIgnoreMerges | kAddBos;

constexpr PreTokenizerSpec kTable[] = {
    {"default", kDefault},
    {"llama3", kLlama3, kLlama3Flags},
    {"llama-v3", kLlama3, kLlama3Flags},
    {"llama-bpe", kLlama3, kLlama3Flags},
    {"falcon3", kLlama3, kLlama3Flags},
    {"falcon-h1", kLlama3, kLlama3Flags},
    {"pixtral", kLlama3, kLlama3Flags},
    {"midm-2.0", kLlama3, kLlama3Flags},
    {"lfm2", kLlama3, kLlama3Flags},
    {"jina-v5-nano", kLlama3, kLlama3Flags},
    {"tekken", kTekken, kLlama3Flags | kKeepSpaces},
    {"minicpm5", kMiniCpm5, kIgnoreMerges},
    {"youtu", kYoutu, kIgnoreMerges | kKeepSpaces},
    {"granite-embed-multi-97m", kGraniteEmbedding, kIgnoreMerges | kKeepSpaces},
    {"chameleon", kChameleon, kAddBos | kKeepSpaces},
    {"gpt-2", kGpt2},
    {"phi-2", kGpt2},
    {"gigachat", kGpt2},
    {"a.x-4.0", kGpt2},
    {"mellum", kGpt2},
    {"modern-bert", kGpt2},
    {"exaone4", kGpt2},
    {"jina-es", kGpt2},
    {"jina-de", kGpt2},
    {"jina-v2-es", kGpt2, kMaskStripsLeft},
    {"jina-v2-de", kGpt2, kMaskStripsLeft},
    {"jina-v1-en", kGpt2, kAddSep},
    {"roberta-bpe", kGpt2, kAddSep},
    {"jina-v2-code", kGpt2, kAddSep | kMaskStripsLeft},
    {"qwen2", kQwen2, kKeepSpaces},
    {"deepseek-r1-qwen", kQwen2, kKeepSpaces},
    {"kormo", kQwen2, kKeepSpaces},
    {"f2llmv2", kQwen2, kKeepSpaces},
    {"megrez", kQwen2},
    {"qwen35", kQwen35, kKeepSpaces},
    {"glm4", kLlama3, kNoBos},
    {"chatglm-bpe", kLlama3, kNoBos},
    {"gpt-4o", kGpt4o, kKeepSpaces},
    {"llama4", kGpt4o, kKeepSpaces},
    {"kanana2", kGpt4o, kKeepSpaces},
    {"talkie", kGpt4o, kKeepSpaces},
    {"deepseek-llm", kDeepseekLlm, kKeepSpaces},
    {"deepseek-coder", kDeepseekCoder, kKeepSpaces},
    {"deepseek-v3", kDeepseek3, kKeepSpaces},
    {"hunyuan-dense", kDeepseek3, kKeepSpaces},
    {"hy_v4", kDeepseek3, kKeepSpaces},
    {"joyai-llm", kDeepseek3, kKeepSpaces},
    {"hunyuan", kQwen2, kKeepSpaces},
    {"spark2_5", kSpark25, kKeepSpaces},
    {"command-r", kDigitThenGpt2, kKeepSpaces},
    {"smollm", kDigitThenGpt2, kKeepSpaces},
    {"poro-chat", kBloom, kKeepSpaces},
    {"viking", kViking, kKeepSpaces},
    {"seed-coder", kSeedCoder, kKeepSpaces},
    {"superbpe", kSuperBpe, kKeepSpaces},
    {"trillion", kGpt2, kKeepSpaces},
    {"granite-docling", kGpt2, kKeepSpaces},
    {"kimi-k2", kKimiK2, kKeepSpaces | kMergesOptional},
    {"grok-2", kQwen2, kKeepSpaces},
    {"afmoe", kAfmoe, kKeepSpaces},
    {"laguna", kLaguna, kKeepSpaces},
    {"minimax-m2", kGpt4o, kKeepSpaces},
    {"solar-open", kQwen2, kKeepSpaces},
    {"ufakzeka", kUfakzeka, kKeepSpaces},
    {"bailingmoe", kBailingMoe, kKeepSpaces},
    {"bailingmoe2", kBailingMoe, kKeepSpaces},
    {"llada-moe", kBailingMoe, kKeepSpaces},
    {"tiny_aya", kTinyAya, kKeepSpaces},
    {"cohere2moe", kTinyAya, kKeepSpaces},
    {"falcon", kFalcon},
    {"mpt", kGpt2},
    {"olmo", kGpt2},
    {"jais", kGpt2},
    {"starcoder", kDigitThenGpt2},
    {"refact", kDigitThenGpt2},
    {"codeshell", kDigitThenGpt2},
    {"exaone", kDigitThenGpt2},
    {"minerva-7b", kDigitThenGpt2},
    {"mellum2", kDigitThenGpt2},
    {"stablelm2", kQwen2},
    {"dbrx", kLlama3},
    {"smaug-bpe", kLlama3},
    {"jais-2", kJais2},
    {"bloom", kBloom},
    {"gpt3-finnish", kBloom},
    {"exaone-moe", kExaoneMoe},
    {"gemma4", kLines, kMarkSpaces | kRawUtf8 | kNewlineRuns},
    {"granite-embed-multi-311m", kLines, kMarkSpaces | kRawUtf8 | kNewlineRuns},
    {"sarvam-moe", kLines, kMarkSpaces | kRawUtf8 | kKeepSpaces},
    {"whitespace", kWhitespace, kRawUtf8},
};

} // namespace

std::span<const PreTokenizerSpec> preTokenizers() { return kTable; }

const PreTokenizerSpec* findPreTokenizer(std::string_view name)
{
    const auto found = std::ranges::find(kTable, name, &PreTokenizerSpec::name);
    return found == std::end(kTable) ? nullptr : found;
}

} // namespace corral::text
