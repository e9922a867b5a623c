#pragma once
// A checkpoint's tokenizer as tokenizer.* keys (facts/convert.md § 8): tokenizer.json, tokenizer.model, tokenizer_config.json and what lies
// beside them.
#include "core/convert/conversion.h"
#include "core/gguf/writer.h"

#include <filesystem>

namespace corral::convert {

// The files that are there; the others are empty.
struct TokenizerFiles {
    std::filesystem::path folder;
    Json tokenizer = Json::object();      // tokenizer.json
    Json settings = Json::object();       // tokenizer_config.json
    Json added = Json::object();          // added_tokens.json: text → id
    std::string sentencePiece;            // tokenizer.model
};
Result<TokenizerFiles> readTokenizerFiles(const std::filesystem::path& folder);

// size: entries the vocabulary has, whatever the tokenizer uses of them.
Result<gguf::Keys> vocabularyKeys(const TokenizerFiles& files, Config& config, const VocabularyStyle& style, std::int64_t size);

} // namespace corral::convert
