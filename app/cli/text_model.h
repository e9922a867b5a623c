#pragma once
// The words of a model without its weights: what tokenize, detokenize and apply-template open.
#include "core/text/tokenizer.h"

#include <filesystem>

namespace corral::cli {

struct TextModel {
    std::shared_ptr<const gguf::File> file;
    std::shared_ptr<const text::Tokenizer> tokenizer;

    static Result<TextModel> open(const std::filesystem::path& path);
};

} // namespace corral::cli
