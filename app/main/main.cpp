// corral: without a subcommand the window, which is a program beside this one, else the command line. Links no QtGui.
#include "app/cli/cli.h"
#include "app/main/header_on_terminal.h"
#include "app/main/pull_on_terminal.h"
#include "app/main/serve_on_terminal.h"
#include "app/main/starter_on_terminal.h"
#include "app/main/trash_on_terminal.h"
#include "app/main/window_program.h"

#include <cstdlib>
#include <string_view>
#include <vector>

static bool hasDisplay()
{
#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN)
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
        if (const char* value = std::getenv(name); value && *value) return true;
    }
    return false;
#else
    return true;
#endif
}

// A bare word is meant as a command; "model.gguf", "./model" and "file:///…" are files for the window.
static bool looksLikeCommand(std::string_view word)
{
    return !word.empty() && word.find_first_of("./:\\-") == std::string_view::npos;
}

int main(int argc, char** argv)
{
    const corral::cli::Hooks hooks{.fetchStarter = corral::app::fetchStarterOnTerminal, .moveToTrash = corral::app::moveToTrashOnTerminal,
                                   .pull = corral::app::pullOnTerminal, .readRemoteHeader = corral::app::readHeaderOnTerminal,
                                   .serve = corral::app::serveOnTerminal};
    if (argc > 1 && (corral::cli::isCommand(argv[1]) || looksLikeCommand(argv[1]))) return corral::cli::run(argc, argv, hooks);
    if (argc == 1 && !hasDisplay()) { // ./run over ssh: talk here
        char chat[] = "chat";
        std::vector<char*> arguments{argv[0], chat, nullptr};
        return corral::cli::run(2, arguments.data(), hooks);
    }
    return corral::app::becomeWindow(argc, argv);
}
