// corral verify: every byte of a model against what is known of it.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/library.h"
#include "app/cli/watched_job.h"
#include "app/shelf/check.h"
#include "app/shelf/names.h"
#include "app/shelf/walk.h"

namespace corral::cli {

namespace {

std::string_view basisText(shelf::Verdict::Basis basis)
{
    switch (basis) {
    case shelf::Verdict::Basis::Sums: return "every byte is as it was published";
    case shelf::Verdict::Basis::Noted: return "every byte is as it was when it was first verified";
    case shelf::Verdict::Basis::Structure: return "sound; its SHA-256 was not known and is noted for the next time";
    }
    return "";
}

std::string_view basisName(shelf::Verdict::Basis basis)
{
    switch (basis) {
    case shelf::Verdict::Basis::Sums: return "published";
    case shelf::Verdict::Basis::Noted: return "noted";
    case shelf::Verdict::Basis::Structure: return "structure";
    }
    return "";
}

// A file outside of the library too, with the other shards of its set; nothing else is looked at.
std::optional<shelf::Model> modelAt(const std::string& name)
{
    std::error_code error;
    const auto path = std::filesystem::absolute(name, error).lexically_normal();
    if (error) return std::nullopt;
    shelf::Model model{.folder = {path.parent_path(), shelf::Origin::Own}};
    const auto shard = shelf::shardName(path.filename().string());
    if (!shard || shard->count < 2) {
        auto file = shelf::lookAt(path);
        if (!file) return std::nullopt;
        model.files.push_back(std::move(*file));
        return model;
    }
    if (!shelf::lookAt(path)) return std::nullopt;
    for (int number = 1; number <= shard->count; ++number) {
        const std::string sibling = shelf::shardFileName(shard->prefix, number, shard->count);
        if (auto file = shelf::lookAt(path.parent_path() / sibling)) model.files.push_back(std::move(*file));
        else model.missing.push_back(sibling);
    }
    return model;
}

} // namespace

int runVerify(const Hooks&, Arguments arguments)
{
    bool json = false, all = false;
    LibraryOptions options;
    OptionTable table("corral verify [OPTIONS] MODEL…, or corral verify --all",
                      "Reads every byte of models and compares the SHA-256 with the one that the hub told at the download or that the store's names tell. Where\n"
                      "none is known it checks headers and sizes, and notes the sum for the next time. MODEL is a path or a name that `corral list` shows.");
    table.flag({"--all"}, "the whole library", all);
    table.flag({"--json"}, "one JSON line for each model", json);
    options.addTo(table);
    const auto names = table.parse(arguments);
    if (!names) return names.error();
    if (names->empty() != all) return table.misuse(all ? "--all takes no MODEL" : "which MODEL?");

    std::vector<shelf::Model> models;
    std::optional<Library> library;
    for (const std::string& name : *names) {
        if (auto model = options.folders.empty() ? modelAt(name) : std::nullopt) {
            models.push_back(std::move(*model));
            continue;
        }
        if (!library) {
            auto opened = Library::open(options);
            if (!opened) return failed("verify", opened.error());
            library = std::move(*opened);
        }
        const auto model = library->find(name);
        if (!model) return failed("verify", model.error());
        models.push_back(**model);
    }
    if (all) {
        auto opened = Library::open(options);
        if (!opened) return failed("verify", opened.error());
        models = std::move(opened->models);
    }
    const auto sumsFile = shelf::KnownSums::defaultFile();
    const auto sums = shelf::KnownSums::load(sumsFile);
    int status = kFine;
    for (const shelf::Model& model : models) {
        WatchedJob watched;
        const auto verdict = shelf::check(model, sums, watched.job(), watched.progress());
        watched.end();
        if (!verdict && verdict.error().code == ErrorCode::Cancelled) return failed("verify", verdict.error());
        if (verdict) (void)shelf::note(model, *verdict, sumsFile); // a convenience of the next time
        else status = kFailed;
        const std::string path = model.path().string();
        if (json) {
            Json line = {{"path", path}, {"ok", verdict.has_value()}};
            if (verdict) {
                line["basis"] = basisName(verdict->basis);
                line["sha256"] = verdict->sha256;
            } else {
                line["problem"] = verdict.error().message;
            }
            print(dump(line) + "\n");
        } else if (verdict) {
            print(std::format("{}: {}\n", oneLine(path), basisText(verdict->basis)));
        } else {
            print(std::format("{}: BAD: {}\n", oneLine(path), oneLine(verdict.error().message)));
        }
    }
    return status;
}

} // namespace corral::cli
