// corral server: a model for other programs, as llama-server serves it.
#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "app/cli/server_options.h"
#include "app/cli/starter.h"

#include <cstdlib>
#include <filesystem>

namespace corral::cli {

namespace {

// The file to serve: given, fetched from where it lies, or the starter model, whose settings then are the usual ones.
Result<std::filesystem::path> modelFor(const Hooks& hooks, const server::ServerOptions& options)
{
    if (!options.model.empty()) return options.model;
    std::string source = options.modelUrl;
    if (source.empty() && !options.hubModel.empty()) source = "hf:" + options.hubModel + (options.hubFile.empty() ? "" : "/" + options.hubFile);
    if (source.empty()) return Starter::load().ensure(hooks);
    if (options.offline) return fail(ErrorCode::NotFound, "{} is not fetched with --offline; give a model with -m FILE", source);
    if (!hooks.pull) return fail(ErrorCode::Unsupported, "this program was built without the network; give a model with -m FILE");
    const auto files = hooks.pull({.source = source, .folder = {}}, [](const PullProgress& at) {
        progress(std::format("fetching {}: {} of {} MB", at.name, at.done / 1'000'000, at.total / 1'000'000));
    }, [] { return interrupted(); });
    endProgress();
    if (!files) return within("fetching " + source, files.error());
    return files->front();
}

} // namespace

int runServer(const Hooks& hooks, Arguments arguments)
{
    const auto environment = [](const std::string& variable) -> const char* { return std::getenv(variable.c_str()); };
    auto options = parseServerOptions(arguments, environment);
    if (!options) return options.error();
    if (options->model.empty() && options->hubModel.empty() && options->modelUrl.empty()) { // the starter model is at its best with its own settings
        const Starter starter = Starter::load();
        server::ServerOptions usual;
        usual.sampling.temp = starter.temp;
        usual.sampling.topP = starter.topP;
        usual.sampling.topK = starter.topK;
        options = parseServerOptions(arguments, environment, usual);
        if (!options) return options.error();
    }
    for (const std::string& warning : options->warnings) complain("corral server: " + warning);
    if (!hooks.serve) return failed("server", {ErrorCode::Unsupported, "this program was built without the server"});
    catchInterrupts();
    const auto model = modelFor(hooks, *options);
    if (!model) return failed("server", model.error());
    const auto served = hooks.serve(*options, *model, [](const std::string& line) { complain(line); }, [] { return interrupted(); });
    return served ? kFine : failed("server", served.error());
}

} // namespace corral::cli
