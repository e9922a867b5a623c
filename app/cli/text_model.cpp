#include "app/cli/text_model.h"

namespace corral::cli {

Result<TextModel> TextModel::open(const std::filesystem::path& path)
{
    auto file = gguf::File::open(path);
    if (!file) return std::unexpected(file.error());
    auto tokenizer = text::Tokenizer::load(**file);
    if (!tokenizer) return within(path.filename().string(), tokenizer.error());
    return TextModel{std::move(*file), std::move(*tokenizer)};
}

} // namespace corral::cli
