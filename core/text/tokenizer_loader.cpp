#include "core/text/tokenizer_loader.h"

#include "core/text/bpe_tokenizer.h"
#include "core/text/special_names.h"
#include "core/text/spm_tokenizer.h"
#include "core/text/wpm_tokenizer.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace corral::text {

namespace {

constexpr std::size_t kMostTokenBytes = 64u << 10; // real ones have hundreds at most

std::string lowerAscii(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

// tokenizer.ggml.token_type → attribute; 0 (undefined: renders as nothing) for types that do not exist.
std::uint32_t attributeOf(std::int64_t type)
{
    switch (type) {
    case 1: return kNormal;
    case 2: return kUnknown;
    case 3: return kControl;
    case 4: return kUserDefined;
    case 5: return kUnused;
    case 6: return kByte;
    default: return 0;
    }
}

} // namespace

Result<std::shared_ptr<const Tokenizer>> Tokenizer::load(const gguf::File& file) { return TokenizerLoader(file).load(); }

Result<std::shared_ptr<const Tokenizer>> TokenizerLoader::load()
{
    if (auto chosen = choose(); !chosen) return std::unexpected(chosen.error());
    if (auto read = readPieces(); !read) return std::unexpected(read.error());
    readSpecialTokens();
    findEndOfGeneration();
    setStripping();
    if (auto made = makeSplitter(); !made) return std::unexpected(made.error());
    if (auto prepared = m_tokenizer->prepare(m_file); !prepared) return std::unexpected(prepared.error());
    return std::shared_ptr<const Tokenizer>(std::move(m_tokenizer));
}

Result<void> TokenizerLoader::choose()
{
    if (!m_file.find("tokenizer.ggml.model"))
        return fail(ErrorCode::NotFound, "the file has no vocabulary: tokenizer.ggml.model is missing");
    const auto model = m_file.getString("tokenizer.ggml.model");
    if (!model) return std::unexpected(model.error());
    if (*model == "no_vocab" || *model == "none")
        return fail(ErrorCode::NotFound, "the file has no vocabulary: tokenizer.ggml.model is '{}'", *model);

    if (*model == "llama") {
        m_tokenizer = std::make_shared<SpmTokenizer>();
        m_tokenizer->m_special = {.bos = 1, .eos = 2, .unknown = 0, .addBos = true};
        m_tokenizer->m_addSpacePrefix = true;
    } else if (*model == "bert") {
        m_tokenizer = std::make_shared<WpmTokenizer>();
        m_tokenizer->m_special = {.bos = 101, .unknown = 100, .separator = 102, .padding = 0, .mask = 103, .addBos = true, .addSep = true};
        m_tokenizer->m_cleanSpaces = true;
    } else if (*model == "gpt2" || *model == "hybriddna" || *model == "whitespace" || *model == "gemma4") {
        std::string pre = "default";
        if (const gguf::Value* value = m_file.find("tokenizer.ggml.pre")) {
            const std::string* name = value->asString();
            if (!name) return fail(ErrorCode::Format, "tokenizer.ggml.pre must be a string");
            pre = *name;
        }
        const bool gemma4 = *model == "gemma4";
        if (gemma4) pre = "gemma4";
        m_preTokenizer = findPreTokenizer(pre);
        if (!m_preTokenizer) return fail(ErrorCode::Unsupported, "unknown pre-tokenizer '{}' (tokenizer.ggml.pre)", pre);
        m_tokenizer = std::make_shared<BpeTokenizer>(*m_preTokenizer);
        const std::uint32_t flags = m_preTokenizer->flags;
        if (!gemma4) m_tokenizer->m_special = {.bos = flags & kNoBos ? kNoToken : 11, .eos = 11};
        m_tokenizer->m_special.addBos = flags & kAddBos;
        m_tokenizer->m_special.addSep = flags & kAddSep;
        m_tokenizer->m_cleanSpaces = !(flags & kKeepSpaces);
        m_forceBos = m_preTokenizer->name == "gemma4";
    } else {
        return fail(ErrorCode::Unsupported, "unknown tokenizer '{}' (tokenizer.ggml.model)", *model);
    }
    return {};
}

Result<void> TokenizerLoader::readPieces()
{
    const gguf::Value* texts = m_file.find("tokenizer.ggml.tokens");
    if (!texts) return fail(ErrorCode::Format, "tokenizer.ggml.tokens is missing");
    const std::vector<std::string>* tokens = texts->asStrings();
    if (!tokens) return fail(ErrorCode::Format, "tokenizer.ggml.tokens must be an array of strings");
    const std::size_t count = tokens->size();
    if (count == 0) return fail(ErrorCode::Format, "tokenizer.ggml.tokens is empty");
    // Numbers of BPE's further symbols share the 31 bits: at most three for each merge and one for each byte.
    if (count > std::numeric_limits<std::int32_t>::max() / 8)
        return fail(ErrorCode::Format, "tokenizer.ggml.tokens has {} entries: too many", count);

    std::vector<double> scores;
    if (const gguf::Value* value = m_file.find("tokenizer.ggml.scores")) {
        auto floats = value->asFloats();
        if (!floats) return fail(ErrorCode::Format, "tokenizer.ggml.scores must be an array of numbers");
        scores = std::move(*floats);
        if (scores.size() < count)
            return fail(ErrorCode::Format, "tokenizer.ggml.scores has {} entries for {} tokens", scores.size(), count);
    }
    std::vector<std::int64_t> types;
    if (const gguf::Value* value = m_file.find("tokenizer.ggml.token_type")) {
        auto ints = value->asInts();
        if (!ints) return fail(ErrorCode::Format, "tokenizer.ggml.token_type must be an array of integers");
        types = std::move(*ints);
        if (types.size() < count)
            return fail(ErrorCode::Format, "tokenizer.ggml.token_type has {} entries for {} tokens", types.size(), count);
    }

    m_tokenizer->m_tokens.resize(count);
    m_tokenizer->m_pieces.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        Tokenizer::Entry& entry = m_tokenizer->m_tokens[i];
        if ((*tokens)[i].size() > kMostTokenBytes)
            return fail(ErrorCode::Format, "tokenizer.ggml.tokens: token {} has {} bytes, more than {}", i, (*tokens)[i].size(), kMostTokenBytes);
        entry.text = (*tokens)[i].empty() ? std::format("[EMPTY_{}]", i) : (*tokens)[i];
        if (!scores.empty()) entry.score = std::isnan(scores[i]) ? 0 : static_cast<float>(scores[i]); // NaN would have no order
        if (!types.empty()) entry.attributes = attributeOf(types[i]);
        if (entry.attributes & kControl && entry.text.contains("unused")) entry.attributes |= kUnused;
        const std::int32_t number = m_tokenizer->m_pieces.insert(entry.text);
        if (number != static_cast<std::int32_t>(i))
            return fail(ErrorCode::Format, "tokenizer.ggml.tokens: '{}' is both token {} and token {}", entry.text, number, i);
    }
    return {};
}

void TokenizerLoader::readId(std::string_view key, Token& id) const
{
    const gguf::Value* value = m_file.find(key);
    const auto stored = value ? value->asInt() : std::nullopt;
    if (stored && *stored >= 0 && *stored < m_tokenizer->size()) id = static_cast<Token>(*stored);
}

void TokenizerLoader::readFlag(std::string_view key, bool& flag) const
{
    if (const gguf::Value* value = m_file.find(key)) flag = value->asBool().value_or(flag);
}

Token TokenizerLoader::firstKnown(std::span<const std::string_view> texts) const
{
    for (const std::string_view text : texts)
        if (const Token token = m_tokenizer->find(text); token != kNoToken) return token;
    return kNoToken;
}

void TokenizerLoader::readSpecialTokens()
{
    SpecialTokens& special = m_tokenizer->m_special;
    for (Token* id : {&special.bos, &special.eos, &special.unknown, &special.separator, &special.padding, &special.mask})
        if (*id >= m_tokenizer->size()) *id = kNoToken;                                   // the default is not for this vocabulary
    if (m_tokenizer->kind() == "WPM") readId("tokenizer.ggml.cls_token_id", special.bos); // what BERT calls the first token
    readId("tokenizer.ggml.bos_token_id", special.bos);
    readId("tokenizer.ggml.eos_token_id", special.eos);
    readId("tokenizer.ggml.eot_token_id", special.eot);
    readId("tokenizer.ggml.eom_token_id", special.eom);
    readId("tokenizer.ggml.unknown_token_id", special.unknown);
    readId("tokenizer.ggml.seperator_token_id", special.separator); // the key's own spelling
    readId("tokenizer.ggml.padding_token_id", special.padding);
    readId("tokenizer.ggml.mask_token_id", special.mask);
    readFlag("tokenizer.ggml.add_bos_token", special.addBos);
    readFlag("tokenizer.ggml.add_eos_token", special.addEos);
    readFlag("tokenizer.ggml.add_sep_token", special.addSep);
    readFlag("tokenizer.ggml.add_space_prefix", m_tokenizer->m_addSpacePrefix);
    if (m_forceBos) special.addBos = true;

    if (const gguf::Value* value = m_file.find("tokenizer.ggml.suppress_tokens"))
        for (const std::int64_t token : value->asInts().value_or(std::vector<std::int64_t>{}))
            if (token >= 0 && token < m_tokenizer->size()) m_tokenizer->m_suppressed.push_back(static_cast<Token>(token));
}

void TokenizerLoader::setKind(Token token, TokenAttribute kind)
{
    attributes(token) = (attributes(token) & ~(kNormal | kControl | kUserDefined)) | kind;
}

void TokenizerLoader::findEndOfGeneration()
{
    SpecialTokens& special = m_tokenizer->m_special;
    // By key, else by text; what is found by its text is a control token whatever its type says.
    const auto detect = [&](Token& id, std::span<const std::string_view> texts) {
        if (id != kNoToken) return;
        id = firstKnown(texts);
        if (id != kNoToken) attributes(id) |= kControl;
    };
    detect(special.eot, endOfTurnTexts());
    detect(special.eom, endOfMessageTexts());
    readId("tokenizer.ggml.fim_pad_token_id", special.fillPadding);
    readId("tokenizer.ggml.fim_rep_token_id", special.fillRepository);
    readId("tokenizer.ggml.fim_sep_token_id", special.fillSeparator);
    for (const char* key : {"tokenizer.ggml.prefix_token_id", "tokenizer.ggml.fim_pre_token_id"}) readId(key, special.fillPrefix);
    for (const char* key : {"tokenizer.ggml.suffix_token_id", "tokenizer.ggml.fim_suf_token_id"}) readId(key, special.fillSuffix);
    for (const char* key : {"tokenizer.ggml.middle_token_id", "tokenizer.ggml.fim_mid_token_id"}) readId(key, special.fillMiddle);
    detect(special.fillPadding, fillPaddingTexts());
    detect(special.fillRepository, fillRepositoryTexts());
    detect(special.fillSeparator, fillSeparatorTexts());
    detect(special.fillPrefix, fillPrefixTexts());
    detect(special.fillSuffix, fillSuffixTexts());
    detect(special.fillMiddle, fillMiddleTexts());

    std::set<Token> ends;
    const auto add = [&](Token token) {
        if (token != kNoToken) ends.insert(token);
    };
    for (const Token token : {special.fillPadding, special.fillRepository, special.fillSeparator}) add(token);
    for (const std::string_view text : endOfGenerationTexts()) {
        const Token token = m_tokenizer->find(text);
        if (token == kNoToken) continue;
        add(token);
        attributes(token) |= kControl;
    }
    for (const Token token : {special.eos, special.eot, special.eom}) add(token);
    for (const std::string_view text : channelTexts())
        if (const Token token = m_tokenizer->find(text); token != kNoToken) setKind(token, kUserDefined);

    const auto has = [&](std::string_view text) { return ends.contains(m_tokenizer->find(text)); };
    const bool calls = has("<|call|>") || has("<|calls|>");
    if (has("<|end|>") && calls && (has("<|return|>") || has("<|flush|>"))) { // there it ends a part of the answer only
        ends.erase(m_tokenizer->find("<|end|>"));
        setKind(m_tokenizer->find("<|end|>"), kUserDefined);
    }
    if (has("<|tool_response>") && has("</s>")) { // there </s> is ordinary text
        ends.erase(m_tokenizer->find("</s>"));
        setKind(m_tokenizer->find("</s>"), kNormal);
    }
    m_tokenizer->m_eog.assign(ends.begin(), ends.end());
}

void TokenizerLoader::setStripping()
{
    const auto strip = [&](std::string_view text, TokenAttribute side) {
        if (const Token token = m_tokenizer->find(text); token != kNoToken) attributes(token) |= side;
    };
    const std::string architecture = m_file.getString("general.architecture").value_or("");
    const std::string name = lowerAscii(m_file.getString("general.name").value_or(""));
    if ((m_preTokenizer && m_preTokenizer->flags & kMaskStripsLeft) || architecture == "nomic-bert-moe" || architecture == "jina-bert-v3")
        strip("<mask>", kStripLeft);
    if (name.contains("phi-3") || name.contains("phi3")) {
        for (Tokenizer::Entry& entry : m_tokenizer->m_tokens)
            if (entry.attributes & (kControl | kUserDefined | kUnknown) || entry.text == "</s>") entry.attributes |= kStripRight;
        for (const std::string_view text : {"<unk>", "<s>", "<|endoftext|>"})
            if (const Token token = m_tokenizer->find(text); token != kNoToken)
                attributes(token) &= ~static_cast<std::uint32_t>(kStripRight);
    }
    if (name.contains("modern-bert")) strip("[MASK]", kStripLeft);
}

Result<void> TokenizerLoader::makeSplitter()
{
    std::vector<SpecialSplitter::Special> specials;
    for (Token token = 0; token < m_tokenizer->size(); ++token)
        if (attributes(token) & (kControl | kUserDefined | kUnknown))
            specials.push_back({token, m_tokenizer->text(token), attributes(token)});
    std::size_t bytes = 0;
    for (const SpecialSplitter::Special& special : specials) bytes += special.text.size();
    if (bytes > PrefixTrie::kMostBytes)
        return fail(ErrorCode::Format, "tokenizer.ggml.tokens: the special tokens' texts have {} bytes, more than {}", bytes, PrefixTrie::kMostBytes);
    m_tokenizer->m_splitter = SpecialSplitter(std::move(specials));
    return {};
}

} // namespace corral::text
