#include "core/generate/answer.h"

namespace corral::generate {

std::shared_ptr<const sample::Vocabulary> vocabularyOf(std::shared_ptr<const text::Tokenizer> tokenizer, int size)
{
    auto vocabulary = std::make_shared<sample::Vocabulary>();
    vocabulary->size = size;
    vocabulary->endOfGeneration = tokenizer->endOfGeneration();
    vocabulary->suppressed = tokenizer->suppressed();
    vocabulary->eot = tokenizer->special().eot;
    vocabulary->eos = tokenizer->special().eos;
    vocabulary->pieceOf = [tokenizer](Token token) {
        return token >= 0 && token < tokenizer->size() ? tokenizer->piece(token, true) : std::string();
    };
    vocabulary->encode = [tokenizer](const std::string& text) { return tokenizer->encode(text, {.addSpecial = false, .parseSpecial = false}); };
    return vocabulary;
}

} // namespace corral::generate
