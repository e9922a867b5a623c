#pragma once
// The flags of `corral server`, spelled as llama-server spells them (both generations), and the environment variables that stand for them.
#include "app/cli/options.h"
#include "app/server/server_options.h"

#include <expected>

namespace corral::cli {

// What is given over `usual`; else the exit status (--help, or what is wrong was said). Flags of what Corral does not have are in
// `warnings` where leaving them out changes no answer, and wrong where it would.
std::expected<server::ServerOptions, int> parseServerOptions(Arguments arguments, const OptionTable::Environment& environment,
                                                             server::ServerOptions usual = {});

// Part of the above: llama-server's flags for what Corral does not have. Warnings are added to `warnings`.
void addForeignServerOptions(OptionTable& table, std::vector<std::string>& warnings);

} // namespace corral::cli
