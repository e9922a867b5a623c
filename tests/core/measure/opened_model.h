#pragma once
// Opens what a measurement needs of a model file, with the failure in the test's own words.
#include "core/generate/session.h"
#include "core/text/tokenizer.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace corral::test {

struct OpenedModel {
    std::shared_ptr<const generate::LoadedModel> model;
    std::shared_ptr<const text::Tokenizer> tokenizer;
    explicit operator bool() const { return model && tokenizer; }
};

inline OpenedModel openModel(const std::filesystem::path& path)
{
    const auto file = gguf::File::open(path);
    if (!file) return ADD_FAILURE() << file.error().message, OpenedModel{};
    const auto model = generate::LoadedModel::load(*file);
    if (!model) return ADD_FAILURE() << model.error().message, OpenedModel{};
    const auto tokenizer = text::Tokenizer::load(**file);
    if (!tokenizer) return ADD_FAILURE() << tokenizer.error().message, OpenedModel{};
    return {*model, *tokenizer};
}

} // namespace corral::test
