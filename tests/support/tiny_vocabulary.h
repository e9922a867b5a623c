#pragma once
// A small SPM vocabulary that can spell every byte, for tests that need a tokenizer but no model: <unk> <s> </s>, the 256 bytes, and
// a few pieces. Ids: 0 unknown, 1 BOS, 2 EOS, 3 + b the byte b, 259... the pieces in their order.
#include "tests/support/gguf_builder.h"

namespace corral::test {

inline constexpr int kFirstByteToken = 3, kFirstPieceToken = 259;

// Adds the tokenizer's keys.
void addTinyVocabulary(GgufBuilder& builder, const std::vector<std::string>& pieces, bool addBos = true);

} // namespace corral::test
