#include "core/model/model.h"

#include "core/gguf/cursor.h"

#include <algorithm>

namespace corral::model {

namespace arch {
extern const Architecture* const kAll[];
extern const int kAllCount;
}

std::span<const Architecture* const> allArchitectures() { return {arch::kAll, static_cast<std::size_t>(arch::kAllCount)}; }

const Architecture* findArchitecture(std::string_view name)
{
    const auto all = allArchitectures();
    const auto found = std::ranges::find(all, name, &Architecture::name);
    return found == all.end() ? nullptr : *found;
}

namespace {

// Tensors that old converters wrote and nobody needs: the rotary frequencies follow from the keys. And the other head of a model that ranks, which is
// no part of its graph: core/generate/embedder.h.
bool harmless(std::string_view name)
{
    return name.ends_with(".attn_rot_embd.weight") || name.ends_with(".rotary_emb.inv_freq") || name == "cls.output.weight";
}

} // namespace

Result<LoadedWeights> loadModel(std::shared_ptr<const gguf::File> file)
{
    const auto name = file->getString("general.architecture");
    if (!name) return std::unexpected(name.error());
    if (name->empty()) return fail(ErrorCode::Format, "general.architecture is empty");
    const Architecture* architecture = findArchitecture(*name);
    if (!architecture) return fail(ErrorCode::Unsupported, "models of architecture {} are not supported yet", gguf::shown(*name));

    Keys keys(*file, *name);
    LoadedWeights loaded{.config = readConfig(keys, *name)};
    if (auto ok = keys.finish(); !ok) return std::unexpected(ok.error());
    auto weights = std::make_shared<tensor::Weights>(file);
    Loader loader{loaded.config, keys, *weights};
    loaded.model = architecture->load(loader);
    if (auto ok = keys.finish(); !ok) return std::unexpected(ok.error());
    if (auto ok = weights->finish(harmless); !ok) return std::unexpected(ok.error());
    loaded.weights = std::move(weights);
    return loaded;
}

} // namespace corral::model
