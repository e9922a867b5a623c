#include "app/shelf/other_programs.h"

#include "core/convert/json_file.h"

#include <algorithm>

namespace corral::shelf {

namespace fs = std::filesystem;

namespace {

// The folder that LM Studio's user has chosen for models, where its settings tell one.
fs::path lmStudioChoice(const fs::path& home)
{
    const auto settings = convert::readJsonIfThere(home / ".lmstudio/settings.json");
    const std::string* folder = settings ? convert::findText(*settings, "downloadsFolder") : nullptr;
    return folder && fs::path(*folder).is_absolute() ? fs::path(*folder) : fs::path();
}

} // namespace

std::vector<Folder> otherPrograms(const Environment& environment)
{
    const fs::path& home = environment.home;
    const auto variable = [&](const char* name, const char* below = "") {
        const fs::path path = environment.path(name);
        return path.empty() ? path : path / below;
    };
    std::vector<Folder> candidates;
    const auto add = [&](Origin origin, std::initializer_list<fs::path> paths) {
        for (const fs::path& path : paths) candidates.push_back({path, origin});
    };
    add(Origin::HuggingFace, {variable("LLAMA_CACHE"), variable("HF_HUB_CACHE"), variable("HUGGINGFACE_HUB_CACHE"), variable("HF_HOME", "hub"),
                              environment.cacheHome() / "huggingface/hub", home / ".cache/huggingface/hub"});
    add(Origin::ModelScope, {variable("MODELSCOPE_CACHE", "models"), environment.cacheHome() / "modelscope/hub/models"});
    add(Origin::Ollama, {variable("OLLAMA_MODELS"), home / ".ollama/models", "/usr/share/ollama/.ollama/models"});
    add(Origin::LmStudio, {lmStudioChoice(home), home / ".lmstudio/models", environment.cacheHome() / "lm-studio/models"});
    add(Origin::Jan, {environment.dataHome() / "Jan/data", environment.configHome() / "Jan/data", home / "jan"});
    add(Origin::Gpt4All, {environment.dataHome() / "nomic.ai/GPT4All"});
    add(Origin::LlamaCpp, {variable("LLAMA_CACHE"), environment.cacheHome() / "llama.cpp"});
    add(Origin::LmStudio, {home / "Library/Caches/lm-studio/models"}); // macOS
    add(Origin::Jan, {home / "Library/Application Support/Jan/data"});
    add(Origin::Gpt4All, {home / "Library/Application Support/nomic.ai/GPT4All"});
    add(Origin::LlamaCpp, {home / "Library/Caches/llama.cpp"});

    std::vector<Folder> folders;
    for (const Folder& candidate : candidates) {
        std::error_code error;
        if (!candidate.path.is_absolute() || !fs::is_directory(candidate.path, error)) continue;
        const fs::path real = fs::canonical(candidate.path, error);
        if (error) continue;
        const auto same = [&](const Folder& known) { return known.path == real && known.origin == candidate.origin; };
        if (std::ranges::none_of(folders, same)) folders.push_back({real, candidate.origin});
    }
    return folders;
}

std::vector<Folder> libraryFolders(const Environment& environment)
{
    std::vector<Folder> folders{{ownFolder(environment), Origin::Own}};
    const auto settings = convert::readJsonIfThere(environment.configHome() / "corral/settings.json");
    if (const convert::Json* added = settings ? convert::find(*settings, "folders") : nullptr; added && added->is_array()) {
        for (const convert::Json& path : *added)
            if (path.is_string() && fs::path(path.get<std::string>()).is_absolute()) folders.push_back({path.get<std::string>(), Origin::Own});
    }
    for (Folder& folder : otherPrograms(environment)) folders.push_back(std::move(folder));
    return folders;
}

fs::path ownFolder(const Environment& environment) { return environment.dataHome() / "corral/models"; }

std::string_view programName(Origin origin)
{
    switch (origin) {
    case Origin::Own: return "";
    case Origin::HuggingFace: return "Hugging Face";
    case Origin::ModelScope: return "ModelScope";
    case Origin::Ollama: return "Ollama";
    case Origin::LmStudio: return "LM Studio";
    case Origin::Jan: return "Jan";
    case Origin::Gpt4All: return "GPT4All";
    case Origin::LlamaCpp: return "llama.cpp";
    }
    return "";
}

} // namespace corral::shelf
