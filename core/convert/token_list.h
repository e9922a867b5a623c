#pragma once
// The vocabulary while it is put together: texts, types and scores by id. Ids that nothing names become [PADid], unused.
#include "core/convert/json_file.h"

#include <cstdint>
#include <string>
#include <vector>

namespace corral::convert {

enum class TokenType : std::int32_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 }; // facts/gguf.md § 4.3

class TokenList {
public:
    explicit TokenList(std::int64_t size); // all unused

    // Replaces what the id had. Format: an id that the vocabulary has no room for.
    Result<void> set(std::int64_t id, std::string text, TokenType type, float score = 0);
    std::size_t size() const { return m_texts.size(); }

    const std::vector<std::string>& texts() const { return m_texts; }
    const std::vector<std::int32_t>& types() const { return m_types; }
    const std::vector<float>& scores() const { return m_scores; }

private:
    std::vector<std::string> m_texts;
    std::vector<std::int32_t> m_types;
    std::vector<float> m_scores;
};

// A token that a tokenizer's files add to its model's own.
struct AddedToken {
    std::int64_t id = 0;
    std::string text;
    bool special = false;
};
Result<std::vector<AddedToken>> addedTokens(const Json& tokenizer);        // "added_tokens" of tokenizer.json
Result<std::vector<AddedToken>> addedTokensDecoder(const Json& settings);  // of tokenizer_config.json

// <|…|>, <unused…> and the like: control tokens even where their files forget to say so.
bool looksSpecial(std::string_view text);
// Control, or user-defined with its space marks as spaces.
Result<void> setAdded(TokenList& list, const AddedToken& token, float score = 0);

} // namespace corral::convert
