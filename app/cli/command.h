#pragma once
// What the subcommands share: how one is declared, and how it speaks.
#include "app/cli/cli.h"

#include <span>
#include <string>
#include <string_view>

namespace corral::cli {

inline constexpr int kFine = 0, kFailed = 1, kUsage = 2; // exit status

using Arguments = std::span<const std::string>; // after the command's name

struct Command {
    std::string_view name, summary;
    int (*run)(const Hooks& hooks, Arguments arguments);
};

int runChat(const Hooks& hooks, Arguments arguments);
int runComplete(const Hooks& hooks, Arguments arguments);
int runInfo(const Hooks& hooks, Arguments arguments);
int runTokenize(const Hooks& hooks, Arguments arguments);
int runDetokenize(const Hooks& hooks, Arguments arguments);
int runApplyTemplate(const Hooks& hooks, Arguments arguments);
int runEval(const Hooks& hooks, Arguments arguments);
int runBench(const Hooks& hooks, Arguments arguments);
int runQuantize(const Hooks& hooks, Arguments arguments);
int runGgufSplit(const Hooks& hooks, Arguments arguments);
int runMerge(const Hooks& hooks, Arguments arguments);
int runConvert(const Hooks& hooks, Arguments arguments);
int runPerplexity(const Hooks& hooks, Arguments arguments);
int runImatrix(const Hooks& hooks, Arguments arguments);
int runEstimate(const Hooks& hooks, Arguments arguments);
int runDevices(const Hooks& hooks, Arguments arguments);
int runList(const Hooks& hooks, Arguments arguments);
int runRm(const Hooks& hooks, Arguments arguments);
int runVerify(const Hooks& hooks, Arguments arguments);
int runServer(const Hooks& hooks, Arguments arguments);
int runPull(const Hooks& hooks, Arguments arguments);
int runFetchStarter(const Hooks& hooks, Arguments arguments);

} // namespace corral::cli
