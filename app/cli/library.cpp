#include "app/cli/library.h"

#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "app/shelf/collect.h"
#include "app/shelf/facts_cache.h"
#include "app/shelf/names.h"
#include "app/shelf/other_programs.h"

namespace corral::cli {

namespace fs = std::filesystem;

void LibraryOptions::addTo(OptionTable& table)
{
    table.add({"--folder"}, "DIR", "look in this folder instead of the library's; repeatable", [this](const std::string& text) -> std::optional<std::string> {
        std::error_code error;
        if (!fs::is_directory(text, error)) return std::format("\"{}\" is no folder", text);
        folders.push_back(fs::absolute(text));
        return std::nullopt;
    });
}

Result<Library> Library::open(const LibraryOptions& options)
{
    std::vector<shelf::Folder> folders;
    for (const fs::path& folder : options.folders) folders.push_back({folder, shelf::Origin::Own});
    const auto environment = shelf::Environment::ofProcess();
    if (folders.empty()) folders = shelf::libraryFolders(environment);
    catchInterrupts();
    auto found = shelf::collect(folders, shelf::otherPrograms(environment), [] { return !interrupted(); }); // --folder may lead into another program's
    auto cache = shelf::FactsCache::load(shelf::FactsCache::defaultFile());
    std::size_t done = 0;
    for (shelf::Model& model : found.models) {
        if (interrupted()) break;
        ++done;
        const bool gone = model.files.front().identity == 0 && !model.missing.empty(); // a store speaks of it, but it is not there
        if (gone || cache.fill(model)) continue;
        progress(std::format("reading {} of {}: {}", done, found.models.size(), oneLine(model.fileName(), 60)));
        shelf::readFacts(model, engine::inspect);
        cache.add(model);
    }
    endProgress();
    if (cache.changed()) (void)cache.save(shelf::FactsCache::defaultFile()); // it is only slower without
    if (interrupted()) return fail(ErrorCode::Cancelled, "stopped");
    Library library{.models = std::move(found.models), .problems = {}};
    for (auto& problem : found.problems) { // the library's own folder is made with the first download
        if (options.folders.empty() && problem.second.code == ErrorCode::NotFound) continue;
        library.problems.push_back(std::move(problem));
    }
    return library;
}

Result<const shelf::Model*> Library::find(const std::string& name) const
{
    std::error_code error;
    const fs::path path = fs::absolute(name, error).lexically_normal();
    for (const shelf::Model& model : models)
        for (const shelf::File& file : model.files)
            if (file.path == path) return &model;
    std::vector<const shelf::Model*> meant;
    std::vector<std::string> names;
    for (const shelf::Model& model : models) {
        names.push_back(shelf::stem(model.fileName()));
        bool same = name == names.back() || name == model.label || name == model.title();
        for (const shelf::File& file : model.files) same |= name == file.path.filename().string();
        if (same) meant.push_back(&model);
    }
    if (meant.size() == 1) return meant.front();
    if (meant.size() > 1) {
        std::string paths;
        for (const shelf::Model* model : meant) paths += std::format("{}{}", paths.empty() ? "" : ", ", model->path().string());
        return fail(ErrorCode::InvalidArgument, "\"{}\" are several models; which path? {}", name, paths);
    }
    if (names.empty()) return fail(ErrorCode::NotFound, "there is no model \"{}\"; the library is empty", name);
    const std::vector<std::string_view> known(names.begin(), names.end());
    return fail(ErrorCode::NotFound, "there is no model \"{}\"; the nearest is \"{}\"", name, nearest(name, known));
}

} // namespace corral::cli
