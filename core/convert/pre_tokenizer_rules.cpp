#include "core/convert/pre_tokenizer_rules.h"

#include "core/gguf/cursor.h"

#include <algorithm>
#include <array>
#include <deque>

namespace corral::convert {

namespace {

using text::Expression;

constexpr std::size_t kMostRules = 16, kMostPattern = 8192; // the longest known has 2,500 bytes

// The expression that ByteLevel applies with use_regex (GPT-2's).
constexpr std::string_view kGpt2 = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
// Unicode punctuation, and the ASCII signs that count as such.
constexpr std::string_view kPunctuation = R"([\p{P}!-/:-@\[-`{-~])";

// Everything that known expressions treat differently: contractions in both cases, digits in runs and other scripts, letters with marks,
// ideographs and kana, Hangul, Thai, punctuation before words and newlines, slashes, white space of all kinds and lengths.
constexpr std::string_view kSample =
    "I'm sure you're here; WE'LL see, they'Ve gone, it'S O'Neil's 'd 't'x don'T it'shard 'tis\n"
    "1 22   333    4444 55555 666666 7777777 12345678901 3.14 1,000,000 a1b22c333 ①② ٣٤٥٦ ⅫⅣ x² 五六\n"
    "camelCase HTTPServer iPhone McDonald ABCdef ABCDefGHI ÉCOLEétéÑandú ǅungla ʰa straße ŐŰ ΑΒΓαβγ ЖЗИжзи\n"
    "e\u0301te\u0301 a\u0308b n\u0303o \u0939\u093F\u0928\u094D\u0926\u0940 \u0BA4\u0BAE\u0BBF\u0BB4\u0BCD \u05E9\u05C1 \u0627\u064E\u0628 ภาษาไทย ລາວ ខ្មែរ မြန်မာ\n"
    "漢字かな交じり文カタカナ，。！？、「」 中文English混排123个 ㄅㄆ 㐀㐁 豈 𠀀𠀁 한국어 가나다 ㄱㄴ \u1100\u1161 々〇 ｱｲｳ ⼀⼁ ⺀\n"
    "!a #b $c %d &e (f) *g +h ,i -j .k /l :m <n> =o ?p @q [r] \\s ^t _u `v {w} |x| ~y !! ... --- *** ?! …… — – “quoted” ‘x’ «y» €5 ©® ™ ∑∫ ←→ ✓ 😀😀 👍🏽 \n"
    "a/b //c /* d */ http://x.y/z?a=b&c=d a_b __c__ e-mail co-op 50% #1 @me\n/usr/lib\n !\n\n ?\r\n;/\n.\n"
    "  two   three    four     five\ttab\t\ttabs \t mixed \n  indented\n    more\n\n\nlines\n \n  \n\r\n\r\n end  \u00A0nbsp\u3000wide\u2003em\u2028sep\u0085nel \u200Bzero\u200D\uFEFF"
    "\u1680ogham \u180Emvs               many                                  very many \n\n  <sentinel:12> IMGIMGABCZ \u000B\u000C \u0001\u007F "
    "a b c d e f g한 글 \u00AA\u00BA \u02B0\u02B1 \u2160\u2161 \U0001D400\U0001D401 \U00010400\U00010428 \u0378 \uE000 last   ";

// What the files of some models say, where the expression known by the name only comes close to it: theirs tells capitals of all scripts
// apart, and takes marks along.
#define CONTRACTION R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?)"
#define CAPITALS R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])"
#define SMALLS R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])"
#define FRONT R"([^\r\n\p{L}\p{N}]?)"
#define REST R"(| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)"
struct Original {
    std::string_view name;
    Expression expression;
};
constexpr Original kOriginals[] = {
    {"gpt-4o", {FRONT CAPITALS "*" SMALLS "+" CONTRACTION "|" FRONT CAPITALS "+" SMALLS "*" CONTRACTION R"(|\p{N}{1,3})" REST}},
    {"tekken", {FRONT CAPITALS "*" SMALLS "+|" FRONT CAPITALS "+" SMALLS R"(*|\p{N})" REST}},
};
#undef CONTRACTION
#undef CAPITALS
#undef SMALLS
#undef FRONT
#undef REST

struct Rules {
    std::deque<std::string> texts;       // what the expressions point at
    std::vector<Expression> expressions;
    bool byteLevel = false, prefixSpace = false;
    void add(std::string pattern) { expressions.push_back({.pattern = texts.emplace_back(std::move(pattern))}); }
};

// A literal text as an expression.
std::string literalPattern(std::string_view literal)
{
    std::string pattern;
    for (const char c : literal) {
        if (!(c & 0x80) && !std::isalnum(static_cast<unsigned char>(c)) && c != '_') pattern += '\\';
        pattern += c;
    }
    return pattern;
}

Result<void> readRule(const Json& rule, Rules& rules)
{
    const std::string* type = findText(rule, "type");
    const std::string kind = type ? *type : std::string();
    if (rules.expressions.size() >= kMostRules) return fail(ErrorCode::Unsupported, "more than {} rules", kMostRules);
    if (kind == "Sequence") {
        const Json* parts = find(rule, "pretokenizers");
        if (!parts || !parts->is_array()) return fail(ErrorCode::Format, "a Sequence without pretokenizers");
        for (const Json& part : *parts)
            if (auto read = readRule(part, rules); !read) return read;
        return {};
    }
    if (kind == "ByteLevel") {
        rules.byteLevel = true;
        rules.prefixSpace |= findFlag(rule, "add_prefix_space").value_or(true);
        if (findFlag(rule, "use_regex").value_or(true)) rules.add(std::string(kGpt2));
        return {};
    }
    if (kind == "Digits") {
        rules.add(findFlag(rule, "individual_digits").value_or(false) ? R"(\p{N})" : R"(\p{N}+)");
        return {};
    }
    const std::string* behaviour = findText(rule, "behavior");
    if (kind == "Punctuation") {
        if (behaviour && *behaviour == "Contiguous") rules.add(std::string(kPunctuation) + "+");
        else if (!behaviour || *behaviour == "Isolated") rules.add(std::string(kPunctuation));
        else return fail(ErrorCode::Unsupported, "Punctuation with behavior {}", gguf::shown(*behaviour));
        return {};
    }
    if (kind == "Split") {
        const bool inverted = findFlag(rule, "invert").value_or(false);
        // What matches is kept apart from what does not: by isolating it, or by dropping what lies between matches that cover everything.
        const bool isolates = behaviour && ((*behaviour == "Isolated" && !inverted) || (*behaviour == "Removed" && inverted));
        if (!isolates)
            return fail(ErrorCode::Unsupported, "Split with behavior {}{}", behaviour ? gguf::shown(*behaviour) : "unknown",
                        inverted ? ", inverted" : "");
        const Json* pattern = find(rule, "pattern");
        const std::string* regex = pattern ? findText(*pattern, "Regex") : nullptr;
        const std::string* literal = pattern ? findText(*pattern, "String") : nullptr;
        if (!regex && !literal) return fail(ErrorCode::Format, "a Split without pattern");
        if ((regex ? *regex : *literal).size() > kMostPattern)
            return fail(ErrorCode::Unsupported, "a Split with a pattern of more than {} bytes", kMostPattern);
        rules.add(regex ? *regex : literalPattern(*literal));
        return {};
    }
    return fail(ErrorCode::Unsupported, "a rule of type {}", gguf::shown(kind));
}

// What was found, for people.
std::string shownRules(const Json* preTokenizer)
{
    constexpr std::size_t kMost = 600;
    std::string text = preTokenizer ? preTokenizer->dump(-1, ' ', false, Json::error_handler_t::replace) : "none";
    return text.size() <= kMost ? text : text.substr(0, kMost) + "…";
}

// Names that are taken before others that cut alike: the ones that other programs have known longest.
constexpr std::array kUsualNames = {"llama-bpe", "gpt-2", "qwen2", "smollm", "starcoder", "gpt-4o", "deepseek-v3", "dbrx"};

} // namespace

Result<const text::PreTokenizerSpec*> recognisePreTokenizer(const Json& tokenizer, bool cleansSpaces)
{
    const Json* preTokenizer = find(tokenizer, "pre_tokenizer");
    const auto unknown = [&](const std::string& why) {
        return fail(ErrorCode::Unsupported, "tokenizer.json: its pre-tokenizer is not known ({}); found: {}", why,
                    shownRules(preTokenizer));
    };
    Rules rules;
    if (!preTokenizer) return unknown("it has none");
    if (auto read = readRule(*preTokenizer, rules); !read) return unknown(read.error().message);
    if (!rules.byteLevel) return unknown("not byte-level");
    if (rules.prefixSpace) return unknown("ByteLevel with add_prefix_space");
    const auto compiled = text::PreTokenizer::compile(rules.expressions);
    if (!compiled) return unknown(compiled.error().message);
    const auto cuts = compiled->split(kSample);

    const Json* model = find(tokenizer, "model");
    const bool ignoresMerges = model && findFlag(*model, "ignore_merges").value_or(false);
    for (const Original& original : kOriginals) {
        const text::PreTokenizerSpec* spec = text::findPreTokenizer(original.name);
        const auto known = text::PreTokenizer::compile({&original.expression, 1});
        if (spec && known && ignoresMerges == ((spec->flags & text::kIgnoreMerges) != 0) && known->split(kSample) == cuts) return spec;
    }
    const text::PreTokenizerSpec* best = nullptr;
    int bestPoints = -1;
    const Expression* tried = nullptr; // neighbours in the table often share their expressions
    bool triedFits = false;
    for (const text::PreTokenizerSpec& spec : text::preTokenizers()) {
        constexpr std::uint32_t kOfOthers = text::kMarkSpaces | text::kRawUtf8 | text::kMaskStripsLeft | text::kAddSep | text::kMergesOptional;
        if (spec.flags & kOfOthers || ignoresMerges != ((spec.flags & text::kIgnoreMerges) != 0)) continue;
        if (spec.expressions.data() != tried) {
            const auto known = text::PreTokenizer::compile(spec.expressions);
            triedFits = known && known->split(kSample) == cuts;
            tried = spec.expressions.data();
        }
        if (!triedFits) continue;
        const bool cleansAlike = cleansSpaces != ((spec.flags & text::kKeepSpaces) != 0);
        const int points = (cleansAlike ? 2 : 0) + (std::ranges::contains(kUsualNames, spec.name) ? 1 : 0);
        if (points > bestPoints) {
            best = &spec;
            bestPoints = points;
        }
    }
    if (!best) return unknown(std::format("no known one cuts text as it does{}", ignoresMerges ? " and ignores merges" : ""));
    return best;
}

} // namespace corral::convert
