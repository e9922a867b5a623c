// corral rm: models to the trash.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/library.h"
#include "app/shelf/other_programs.h"

namespace corral::cli {

namespace {

Result<void> removeForGood(const std::vector<std::filesystem::path>& files)
{
    for (const auto& file : files) {
        std::error_code error;
        if (!std::filesystem::remove(file, error)) return fail(ErrorCode::Io, "{}: {}", file.string(), error ? error.message() : "it is gone already");
    }
    return {};
}

} // namespace

int runRm(const Hooks& hooks, Arguments arguments)
{
    bool forGood = false, dryRun = false;
    LibraryOptions options;
    OptionTable table("corral rm [OPTIONS] MODEL…",
                      "Moves models to the desktop's trash, all files of each. MODEL is a path, a file's name, or a name that `corral list` shows. What belongs to\n"
                      "another program is not touched.");
    table.flag({"--delete"}, "delete at once, without the trash: this cannot be undone", forGood);
    table.flag({"--dry-run"}, "only say which files", dryRun);
    options.addTo(table);
    const auto names = table.parse(arguments);
    if (!names) return names.error();
    if (names->empty()) return table.misuse("which MODEL?");
    if (!forGood && !dryRun && !hooks.moveToTrash) return table.misuse("this build knows no trash; --delete deletes at once");
    const auto library = Library::open(options);
    if (!library) return failed("rm", library.error());
    std::vector<const shelf::Model*> models; // all of them are meant before the first one goes
    for (const std::string& name : *names) {
        const auto model = library->find(name);
        if (!model) return failed("rm", model.error());
        if (!(*model)->own)
            return failed("rm", {ErrorCode::InvalidArgument, std::format("{} belongs to {}, where Corral only reads", (*model)->path().string(),
                                                                         (*model)->folder.origin == shelf::Origin::Own ? "another program" : shelf::programName((*model)->folder.origin))});
        if (std::ranges::find(models, *model) == models.end()) models.push_back(*model);
    }
    for (const shelf::Model* model : models) {
        std::vector<std::filesystem::path> files;
        for (const shelf::File& file : model->files) files.push_back(file.path);
        if (!dryRun) {
            if (const auto done = forGood ? removeForGood(files) : hooks.moveToTrash(files); !done) return failed("rm", done.error());
        }
        for (const auto& file : files) print(file.string() + "\n");
    }
    return kFine;
}

} // namespace corral::cli
