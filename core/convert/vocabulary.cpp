#include "core/convert/vocabulary.h"

#include "core/convert/chat_templates.h"
#include "core/convert/pre_tokenizer_rules.h"
#include "core/convert/sentence_piece.h"
#include "core/convert/special_tokens.h"
#include "core/convert/token_list.h"
#include "core/gguf/cursor.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <map>

namespace corral::convert {

namespace {

constexpr float kAddedScore = -1000;    // facts/convert.md § 8.2
constexpr float kUnmergedScore = -1e6f; // of pieces that no merge makes: below every rank
constexpr std::int64_t kMostTokens = 1 << 26;

// Calls visit with each pre-tokenizer or normalizer that does something itself: members of sequences one by one.
template <class Visit> void forEachStep(const Json* step, std::string_view listName, Visit visit, int depth = 0)
{
    if (!step || depth > 8) return;
    const std::string* type = findText(*step, "type");
    if (type && *type == "Sequence") {
        if (const Json* parts = find(*step, listName); parts && parts->is_array())
            for (const Json& part : *parts) forEachStep(&part, listName, visit, depth + 1);
        return;
    }
    visit(type ? *type : std::string(), *step);
}

struct Merge {
    std::string left, right;
};

// "model.merges": texts "a b" or pairs ["a", "b"].
Result<std::vector<Merge>> readMerges(const Json& model)
{
    std::vector<Merge> merges;
    const Json* list = find(model, "merges");
    if (!list || !list->is_array()) return fail(ErrorCode::Format, "tokenizer.json: the model has no merges");
    for (const Json& entry : *list) {
        Merge merge;
        if (const auto* text = entry.get_ptr<const std::string*>()) {
            const std::size_t blank = text->find(' ', 1);
            if (blank != std::string::npos) merge = {text->substr(0, blank), text->substr(blank + 1)};
        } else if (entry.is_array() && entry.size() == 2 && entry[0].is_string() && entry[1].is_string()) {
            merge = {entry[0].get<std::string>(), entry[1].get<std::string>()};
        }
        if (merge.left.empty() || merge.right.empty())
            return fail(ErrorCode::Format, "tokenizer.json: merge {} is no pair of texts", merges.size());
        merges.push_back(std::move(merge));
    }
    return merges;
}

Result<void> setModelTokens(const Json& model, TokenList& list, float score)
{
    const Json* vocabulary = find(model, "vocab");
    if (!vocabulary || !vocabulary->is_object()) return fail(ErrorCode::Format, "tokenizer.json: the model has no vocab");
    std::vector<bool> taken(list.size(), false);
    for (const auto& [text, number] : vocabulary->items()) {
        const auto id = findInteger(*vocabulary, text);
        if (!id) return fail(ErrorCode::Format, "tokenizer.json: token {} has no id", gguf::shown(text));
        if (auto set = list.set(*id, text, TokenType::Normal, score); !set) return within("tokenizer.json", set.error());
        if (taken[static_cast<std::size_t>(*id)]) return fail(ErrorCode::Format, "tokenizer.json: more than one token has id {}", *id);
        taken[static_cast<std::size_t>(*id)] = true;
    }
    return {};
}

// Byte-level BPE (facts/convert.md § 8.1).
Result<gguf::Keys> byteLevelKeys(const TokenizerFiles& files, std::int64_t size)
{
    const Json& model = *find(files.tokenizer, "model");
    const auto pre = recognisePreTokenizer(files.tokenizer, findFlag(files.settings, "clean_up_tokenization_spaces").value_or(false));
    if (!pre) return std::unexpected(pre.error());
    std::string strange;
    forEachStep(find(files.tokenizer, "normalizer"), "normalizers", [&](const std::string& type, const Json&) {
        if (type != "NFC" && type != "NFD" && type != "NFKC" && type != "NFKD") strange = type; // composed text is what people type
    });
    if (!strange.empty())
        return fail(ErrorCode::Unsupported, "tokenizer.json: a normalizer of type {} cannot be expressed", gguf::shown(strange));

    TokenList list(size);
    if (auto set = setModelTokens(model, list, 0); !set) return std::unexpected(set.error());
    std::vector<bool> listed(list.size(), false);
    for (const auto& [source, tokens] : {std::pair("tokenizer.json", addedTokens(files.tokenizer)),
                                         std::pair("tokenizer_config.json", addedTokensDecoder(files.settings))}) {
        if (!tokens) return within(source, tokens.error());
        for (const AddedToken& token : *tokens) {
            if (token.id >= 0 && token.id < size && listed[static_cast<std::size_t>(token.id)]) continue;
            if (auto set = setAdded(list, token); !set) return within(source, set.error());
            listed[static_cast<std::size_t>(token.id)] = true;
        }
    }
    const auto merges = readMerges(model);
    if (!merges) return std::unexpected(merges.error());
    std::vector<std::string> lines;
    for (const Merge& merge : *merges) // a blank would end a part: the byte alphabet's spelling of it
        lines.push_back(text::replaceAll(merge.left, " ", "\u0120") + " " + text::replaceAll(merge.right, " ", "\u0120"));

    gguf::Keys keys;
    gguf::setKey(keys, "tokenizer.ggml.model", gguf::string("gpt2"));
    gguf::setKey(keys, "tokenizer.ggml.pre", gguf::string(std::string((*pre)->name)));
    gguf::setKey(keys, "tokenizer.ggml.tokens", gguf::strings(list.texts()));
    gguf::setKey(keys, "tokenizer.ggml.token_type", gguf::i32s(list.types()));
    gguf::setKey(keys, "tokenizer.ggml.merges", gguf::strings(std::move(lines)));
    return keys;
}

gguf::Keys scoredKeys(const TokenList& list, bool prefixSpace)
{
    gguf::Keys keys;
    gguf::setKey(keys, "tokenizer.ggml.model", gguf::string("llama"));
    gguf::setKey(keys, "tokenizer.ggml.pre", gguf::string("default"));
    gguf::setKey(keys, "tokenizer.ggml.tokens", gguf::strings(list.texts()));
    gguf::setKey(keys, "tokenizer.ggml.scores", gguf::floats(list.scores()));
    gguf::setKey(keys, "tokenizer.ggml.token_type", gguf::i32s(list.types()));
    gguf::setKey(keys, "tokenizer.ggml.add_space_prefix", gguf::boolean(prefixSpace));
    return keys;
}

// Phi-3's added tokens: control by their flag alone, spelled as they are.
Result<void> setAddedOfPhi3(TokenList& list, const AddedToken& token)
{
    return list.set(token.id, token.text, token.special ? TokenType::Control : TokenType::UserDefined, kAddedScore);
}

// SentencePiece (facts/convert.md § 8.2).
Result<gguf::Keys> sentencePieceKeys(const TokenizerFiles& files, const VocabularyStyle& style, std::int64_t size)
{
    const auto model = readSentencePiece(files.sentencePiece);
    if (!model) return within("tokenizer.model", model.error());
    if (model->modelType != 0 && model->modelType != 2)
        return fail(ErrorCode::Unsupported, "tokenizer.model: a SentencePiece model of type {} ({}); only BPE can be converted",
                    model->modelType,
                    model->modelType == 1 ? "unigram" : "words or characters");
    TokenList list(size);
    for (std::size_t id = 0; id < model->pieces.size(); ++id) {
        const SentencePieceModel::Piece& piece = model->pieces[id];
        const auto type = static_cast<TokenType>(piece.type == 4 ? 1 : piece.type); // user-defined is what the lists below say
        if (auto set = list.set(static_cast<std::int64_t>(id), piece.text, type, piece.score); !set)
            return within("tokenizer.model", set.error());
    }
    for (const auto& [text, number] : files.added.items()) {
        const auto id = findInteger(files.added, text);
        if (!id) return fail(ErrorCode::Format, "added_tokens.json: token {} has no id", gguf::shown(text));
        if (auto set = list.set(*id, text, TokenType::UserDefined, kAddedScore); !set) return within("added_tokens.json", set.error());
    }
    const auto decoder = addedTokensDecoder(files.settings);
    if (!decoder) return within("tokenizer_config.json", decoder.error());
    for (const AddedToken& token : *decoder)
        if (auto set = style.ofPhi3 ? setAddedOfPhi3(list, token) : setAdded(list, token, kAddedScore); !set)
            return within("tokenizer_config.json", set.error());
    const auto added = addedTokens(files.tokenizer);
    if (!added) return within("tokenizer.json", added.error());
    for (const AddedToken& token : *added) {
        constexpr auto kUnused = static_cast<std::int32_t>(TokenType::Unused);
        const bool fills = token.id >= 0 && token.id < size && list.types()[static_cast<std::size_t>(token.id)] == kUnused;
        if (!style.ofPhi3 && !fills) continue; // said above
        if (auto set = style.ofPhi3 ? setAddedOfPhi3(list, token) : setAdded(list, token, kAddedScore); !set)
            return within("tokenizer.json", set.error());
    }
    const bool prefix = findFlag(files.settings, "add_prefix_space").value_or(model->addDummyPrefix);
    return scoredKeys(list, prefix && !style.neverPrefixSpace);
}

// How a byte-fallback tokenizer.json treats spaces: marked ▁, and one put in front or not. Nothing: in some other way.
std::optional<bool> prefixesSpace(const Json& tokenizer)
{
    bool marks = false, prefixes = false, strange = false;
    forEachStep(find(tokenizer, "normalizer"), "normalizers", [&](const std::string& type, const Json& step) {
        const Json* pattern = find(step, "pattern");
        const std::string *from = pattern ? findText(*pattern, "String") : nullptr, *to = findText(step, "content");
        const std::string* front = findText(step, "prepend");
        if (type == "Prepend" && front && *front == text::kSpaceMark) prefixes = true;
        else if (type == "Replace" && from && *from == " " && to && *to == text::kSpaceMark) marks = true;
        else strange = true;
    });
    forEachStep(find(tokenizer, "pre_tokenizer"), "pretokenizers", [&](const std::string& type, const Json& step) {
        const Json* pattern = find(step, "pattern");
        const std::string *scheme = findText(step, "prepend_scheme"), *at = pattern ? findText(*pattern, "String") : nullptr;
        if (type == "Metaspace") {
            marks = true;
            prefixes |= scheme ? *scheme != "never" : findFlag(step, "add_prefix_space").value_or(true);
        } else if (!(type == "Split" && at && *at == " " && marks)) { // no blanks are left to split at
            strange = true;
        }
    });
    return marks && !strange ? std::optional(prefixes) : std::nullopt;
}

// A tokenizer.json that is SentencePiece in other words (facts/convert.md § 8.3). The order of merges becomes the pieces' scores, so that
// joining the best-scored neighbours repeats the merges.
Result<gguf::Keys> byteFallbackKeys(const TokenizerFiles& files, const VocabularyStyle& style, std::int64_t size)
{
    const Json& model = *find(files.tokenizer, "model");
    const auto prefixes = prefixesSpace(files.tokenizer);
    if (!prefixes) {
        const auto shown = [&](std::string_view key) {
            const Json* step = find(files.tokenizer, key);
            return step ? step->dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 300) : "none";
        };
        return fail(ErrorCode::Unsupported, "tokenizer.json: its treatment of spaces is not known; found: normalizer {}, pre_tokenizer {}",
                    shown("normalizer"),
                    shown("pre_tokenizer"));
    }
    TokenList list(size);
    if (auto set = setModelTokens(model, list, kUnmergedScore); !set) return std::unexpected(set.error());
    const auto merges = readMerges(model);
    if (!merges) return std::unexpected(merges.error());
    const std::vector<std::string> texts = list.texts();
    std::map<std::string_view, std::int64_t> ids;
    for (std::size_t id = 0; id < texts.size(); ++id) ids.emplace(texts[id], static_cast<std::int64_t>(id));
    for (std::size_t rank = merges->size(); rank-- > 0;) { // the first merge that makes a piece is the one that counts
        const auto made = ids.find((*merges)[rank].left + (*merges)[rank].right);
        if (made == ids.end()) continue;
        if (auto set = list.set(made->second, std::string(made->first), TokenType::Normal, -static_cast<float>(rank)); !set)
            return std::unexpected(set.error());
    }
    const std::string* unknown = findText(model, "unk_token");
    for (const auto& [text, id] : ids) {
        const bool isByte = text.size() == 6 && text.starts_with("<0x") && text.ends_with('>');
        const bool isUnknown = unknown && text == *unknown;
        if (isByte || isUnknown)
            if (auto set = list.set(id, std::string(text), isByte ? TokenType::Byte : TokenType::Unknown, kAddedScore); !set)
                return std::unexpected(set.error());
    }
    for (const auto& [source, tokens] : {std::pair("tokenizer.json", addedTokens(files.tokenizer)),
                                         std::pair("tokenizer_config.json", addedTokensDecoder(files.settings))}) {
        if (!tokens) return within(source, tokens.error());
        for (const AddedToken& token : *tokens)
            if (auto set = style.ofPhi3 ? setAddedOfPhi3(list, token) : setAdded(list, token, kAddedScore); !set)
                return within(source, set.error());
    }
    return scoredKeys(list, *prefixes && !style.neverPrefixSpace);
}

Result<gguf::Keys> tokenKeys(const TokenizerFiles& files, const VocabularyStyle& style, std::int64_t size)
{
    const Json* model = find(files.tokenizer, "model");
    const std::string* type = model ? findText(*model, "type") : nullptr;
    const bool isBpe = model && (type ? *type == "BPE" : find(*model, "merges") != nullptr);
    bool byteLevel = false;
    forEachStep(find(files.tokenizer, "pre_tokenizer"), "pretokenizers",
                [&](const std::string& step, const Json&) { byteLevel |= step == "ByteLevel"; });
    if (isBpe && byteLevel) return byteLevelKeys(files, size);
    if (!files.sentencePiece.empty()) return sentencePieceKeys(files, style, size);
    if (isBpe && findFlag(*model, "byte_fallback").value_or(false)) return byteFallbackKeys(files, style, size);
    if (isBpe) return recognisePreTokenizer(files.tokenizer, false).transform([](auto) { return gguf::Keys(); }); // says what was found
    if (model)
        return fail(ErrorCode::Unsupported, "tokenizer.json: a model of type {}; only BPE can be converted",
                    type ? gguf::shown(*type) : "unknown");
    return fail(ErrorCode::NotFound, "{}: neither tokenizer.json nor tokenizer.model there", files.folder.string());
}

} // namespace

Result<TokenizerFiles> readTokenizerFiles(const std::filesystem::path& folder)
{
    TokenizerFiles files;
    files.folder = folder;
    for (auto [json, name] : {std::pair(&files.tokenizer, "tokenizer.json"), std::pair(&files.settings, "tokenizer_config.json"),
                              std::pair(&files.added, "added_tokens.json")}) {
        auto read = readJsonIfThere(folder / name);
        if (!read) return std::unexpected(read.error());
        *json = std::move(*read);
    }
    std::error_code missing;
    if (std::filesystem::exists(folder / "tokenizer.model", missing)) {
        auto read = readText(folder / "tokenizer.model", kMostJsonBytes);
        if (!read) return std::unexpected(read.error());
        files.sentencePiece = std::move(*read);
    }
    return files;
}

Result<gguf::Keys> vocabularyKeys(const TokenizerFiles& files, Config& config, const VocabularyStyle& style, std::int64_t size)
{
    if (size < 1 || size > kMostTokens) return fail(ErrorCode::Format, "a vocabulary of {} tokens", size);
    auto keys = tokenKeys(files, style, size);
    if (!keys) return keys;
    if (auto set = setSpecialTokens(*keys, files, config, size); !set) return std::unexpected(set.error());
    constexpr std::int64_t kCodeLlamaSize = 32016;
    if (style.fillInOfCodeLlama && size == kCodeLlamaSize) {
        gguf::setKey(*keys, "tokenizer.ggml.prefix_token_id", gguf::u32(32007));
        gguf::setKey(*keys, "tokenizer.ggml.suffix_token_id", gguf::u32(32008));
        gguf::setKey(*keys, "tokenizer.ggml.middle_token_id", gguf::u32(32009));
        gguf::setKey(*keys, "tokenizer.ggml.eot_token_id", gguf::u32(32010));
    }
    if (auto set = setChatTemplates(*keys, files); !set) return std::unexpected(set.error());
    return keys;
}

} // namespace corral::convert
