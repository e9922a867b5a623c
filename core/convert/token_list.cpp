#include "core/convert/token_list.h"

#include "core/base/error.h"
#include "core/gguf/cursor.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace corral::convert {

namespace {

constexpr float kUnusedScore = -10000; // facts/convert.md § 8.2

Result<AddedToken> readAdded(const Json& entry, std::optional<std::int64_t> id)
{
    const std::string* text = findText(entry, "content");
    if (!text || !id) return fail(ErrorCode::Format, "an added token has no content or no id");
    return AddedToken{.id = *id, .text = *text, .special = findFlag(entry, "special").value_or(false)};
}

} // namespace

TokenList::TokenList(std::int64_t size)
    : m_texts(static_cast<std::size_t>(size))
    , m_types(m_texts.size(), static_cast<std::int32_t>(TokenType::Unused))
    , m_scores(m_texts.size(), kUnusedScore)
{
    for (std::size_t id = 0; id < m_texts.size(); ++id) m_texts[id] = std::format("[PAD{}]", id);
}

Result<void> TokenList::set(std::int64_t id, std::string text, TokenType type, float score)
{
    if (id < 0 || id >= static_cast<std::int64_t>(m_texts.size()))
        return fail(ErrorCode::Format, "token {} has id {}, the vocabulary has {} entries", gguf::shown(text), id, m_texts.size());
    const auto i = static_cast<std::size_t>(id);
    m_texts[i] = std::move(text);
    m_types[i] = static_cast<std::int32_t>(type);
    m_scores[i] = score;
    return {};
}

Result<std::vector<AddedToken>> addedTokens(const Json& tokenizer)
{
    std::vector<AddedToken> tokens;
    const Json* list = find(tokenizer, "added_tokens");
    if (!list) return tokens;
    if (!list->is_array()) return fail(ErrorCode::Format, "added_tokens is no list");
    for (const Json& entry : *list) {
        auto token = readAdded(entry, findInteger(entry, "id"));
        if (!token) return std::unexpected(token.error());
        tokens.push_back(std::move(*token));
    }
    return tokens;
}

Result<std::vector<AddedToken>> addedTokensDecoder(const Json& settings)
{
    std::vector<AddedToken> tokens;
    const Json* table = find(settings, "added_tokens_decoder");
    if (!table) return tokens;
    if (!table->is_object()) return fail(ErrorCode::Format, "added_tokens_decoder is no object");
    for (const auto& [key, entry] : table->items()) {
        std::int64_t id = -1;
        const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
        const bool isNumber = error == std::errc() && end == key.data() + key.size();
        auto token = readAdded(entry, isNumber ? std::optional(id) : std::nullopt);
        if (!token) return std::unexpected(token.error());
        tokens.push_back(std::move(*token));
    }
    return tokens;
}

bool looksSpecial(std::string_view text)
{
    constexpr std::array kExactly = {"<pad>", "<mask>", "<2mass>", "[@BOS@]"};
    constexpr std::array kFramed = {std::pair{"<|", "|>"}, std::pair{"<｜", "｜>"}, std::pair{"<unused", ">"}};
    return std::ranges::any_of(kExactly, [&](std::string_view special) { return text == special; }) ||
           std::ranges::any_of(kFramed, [&](const auto& frame) { return text.starts_with(frame.first) && text.ends_with(frame.second); });
}

Result<void> setAdded(TokenList& list, const AddedToken& token, float score)
{
    if (token.special || looksSpecial(token.text)) return list.set(token.id, token.text, TokenType::Control, score);
    return list.set(token.id, text::replaceAll(token.text, text::kSpaceMark, " "), TokenType::UserDefined, score);
}

} // namespace corral::convert
