#include "tests/support/tiny_vocabulary.h"

#include <format>

namespace corral::test {

void addTinyVocabulary(GgufBuilder& builder, const std::vector<std::string>& pieces, bool addBos)
{
    std::vector<std::string> tokens{"<unk>", "<s>", "</s>"};
    std::vector<std::int32_t> types{2, 3, 3};
    for (int byte = 0; byte < 256; ++byte) {
        tokens.push_back(std::format("<0x{:02X}>", byte));
        types.push_back(6);
    }
    std::vector<float> scores(tokens.size(), 0.f);
    for (const auto& piece : pieces) {
        scores.push_back(-static_cast<float>(tokens.size() - kFirstPieceToken));
        tokens.push_back(piece);
        types.push_back(1);
    }
    builder.string("tokenizer.ggml.model", "llama").strings("tokenizer.ggml.tokens", tokens).f32s("tokenizer.ggml.scores", scores);
    builder.i32s("tokenizer.ggml.token_type", types).u32("tokenizer.ggml.unknown_token_id", 0);
    builder.u32("tokenizer.ggml.bos_token_id", 1).u32("tokenizer.ggml.eos_token_id", 2);
    builder.boolean("tokenizer.ggml.add_bos_token", addBos).boolean("tokenizer.ggml.add_space_prefix", false);
}

} // namespace corral::test
