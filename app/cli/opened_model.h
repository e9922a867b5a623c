#pragma once
// A model ready to run, with its words: what the commands open that measure models.
#include "core/generate/session.h"
#include "core/text/tokenizer.h"

#include <filesystem>

namespace corral::cli {

struct OpenedModel {
    std::shared_ptr<const generate::LoadedModel> model;
    std::shared_ptr<const text::Tokenizer> tokenizer;

    // The error begins with the file's name.
    static Result<OpenedModel> open(const std::filesystem::path& path);
};

} // namespace corral::cli
