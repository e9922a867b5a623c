#include "app/shelf/model.h"

#include "app/shelf/names.h"
#include "core/model/architecture.h"

#include <numeric>

namespace corral::shelf {

std::uint64_t Model::bytes() const
{
    return std::accumulate(files.begin(), files.end(), std::uint64_t(0), [](std::uint64_t sum, const File& file) { return sum + file.bytes; });
}

bool Model::supported() const { return facts && model::findArchitecture(facts->architecture) != nullptr; }

std::string Model::title() const
{
    if (facts && !facts->name.empty()) return facts->name;
    return label.empty() ? stem(fileName()) : label;
}

std::string Model::quantization() const { return facts && !facts->quantization.empty() ? facts->quantization : quantizationInName(fileName()); }

bool Model::operator==(const Model& other) const
{
    const auto said = [](const std::optional<Error>& error) { return error ? error->message : std::string(); };
    return folder.path == other.folder.path && folder.origin == other.folder.origin && own == other.own && label == other.label && files == other.files &&
           missing == other.missing && facts == other.facts && said(error) == said(other.error);
}

} // namespace corral::shelf
