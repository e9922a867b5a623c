#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "app/cli/starter.h"

namespace corral::cli {

int runFetchStarter(const Hooks& hooks, Arguments arguments)
{
    OptionTable table("corral fetch-starter", "Fetches the starter model if it is not there, and prints its path.");
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (!rest->empty()) return table.misuse("takes no arguments");
    const auto file = Starter::load().ensure(hooks);
    if (!file) return failed("fetch-starter", file.error());
    print(file->string() + "\n");
    return kFine;
}

} // namespace corral::cli
