#include "app/cli/opened_model.h"

#include "app/cli/text_model.h"

namespace corral::cli {

Result<OpenedModel> OpenedModel::open(const std::filesystem::path& path)
{
    auto words = TextModel::open(path);
    if (!words) return std::unexpected(words.error());
    auto loaded = generate::LoadedModel::load(words->file);
    if (!loaded) return within(path.filename().string(), loaded.error());
    return OpenedModel{std::move(*loaded), std::move(words->tokenizer)};
}

} // namespace corral::cli
