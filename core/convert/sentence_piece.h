#pragma once
// tokenizer.model: SentencePiece's ModelProto (facts/convert.md § 8.2), read from untrusted bytes.
#include "core/base/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace corral::convert {

struct SentencePieceModel {
    struct Piece {
        std::string text;
        float score = 0;
        std::int64_t type = 1; // 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte
    };
    std::vector<Piece> pieces;
    std::int64_t modelType = 0;   // 1 unigram, 2 BPE; 0: it does not say
    bool addDummyPrefix = true;   // a space in front of a text
};

Result<SentencePieceModel> readSentencePiece(std::string_view bytes);

} // namespace corral::convert
