#include "app/main/serve_on_terminal.h"

#include "app/cli/offload_options.h"
#include "app/server/server.h"

#include <QCoreApplication>
#include <QTimer>

#include <fstream>
#include <optional>

namespace corral::app {

namespace {

constexpr int kLookEvery = 50; // ms, for Ctrl-C
constexpr int kErrors = 1, kWarnings = 2, kHappenings = 3, kRequests = 4; // --verbosity

} // namespace

Result<void> serveOnTerminal(const server::ServerOptions& options, const std::filesystem::path& model, const std::function<void(const std::string& line)>& tell,
                             const std::function<bool()>& stopped)
{
    int argc = 1;
    char name[] = "corral";
    char* argv[] = {name, nullptr};
    std::optional<QCoreApplication> application;
    if (!QCoreApplication::instance()) application.emplace(argc, argv);

    std::ofstream log;
    if (!options.logFile.empty()) {
        log.open(options.logFile, std::ios::app);
        if (!log) return fail(ErrorCode::Io, "{}: cannot be written", options.logFile.string());
    }
    const auto say = [&](int level, const std::string& line) {
        if (options.verbosity < level) return;
        tell(line);
        if (log.is_open()) log << line << std::endl;
    };

    auto configured = server::serveOptions(options, model);
    if (!configured) return std::unexpected(configured.error());
    for (const std::string& line : server::withoutEffect(options)) say(kWarnings, "warning: " + line);
    server::Server server(std::move(*configured));
    server.onServed([&](const server::Served& served) { say(kRequests, std::format("{} {} {} {}", served.peer, served.method, served.path, served.status)); });
    if (auto listening = server.listen(); !listening) return listening;
    say(kHappenings, std::format("main: loading {}", model.string()));

    const auto sayWhere = [&](const generate::Placement& placement) {
        if (const std::string where = cli::placementText(placement); !where.empty()) say(kHappenings, "main: " + where);
        if (!placement.note.empty()) say(kWarnings, "warning: " + placement.note);
    };
    server.onRecovery([&](const engine::Recovery& what) {
        using enum engine::Recovery::Stage;
        if (what.stage == Lost) say(kErrors, std::format("error: {}; loading the model again", what.error.message));
        if (what.stage == Failed) say(kErrors, std::format("error: the model could not be loaded again, and will be tried once more: {}", what.error.message));
        if (what.stage != Recovered) return;
        say(kErrors, "main: the model is loaded again");
        sayWhere(server.service()->placement());
    });

    Result<void> outcome;
    server.load([&](Result<void> loaded) {
        if (!loaded) {
            outcome = std::move(loaded);
            return QCoreApplication::quit();
        }
        const engine::Service& service = *server.service();
        say(kHappenings, std::format("main: model loaded, {} slots of {} tokens, {} threads", service.slotCount(), service.contextLength(), service.threads()));
        sayWhere(service.placement());
        say(kErrors, std::format("main: server is listening on {} - starting the main loop", server.address()));
    });
    QTimer watch;
    QObject::connect(&watch, &QTimer::timeout, &server, [&] {
        if (stopped()) QCoreApplication::quit();
    });
    watch.start(kLookEvery);
    QCoreApplication::exec();
    return outcome;
}

} // namespace corral::app
