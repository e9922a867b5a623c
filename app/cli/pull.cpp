// corral pull: a model from a hub onto the disk.
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "app/cli/options.h"

#include <cmath>
#include <format>

namespace corral::cli {

namespace {

constexpr double kMega = 1e6, kGiga = 1e9;

std::string sizeText(double bytes) { return bytes >= kGiga ? std::format("{:.2f} GB", bytes / kGiga) : std::format("{:.1f} MB", bytes / kMega); }

std::string timeText(double seconds)
{
    const auto whole = static_cast<long long>(std::ceil(seconds));
    if (whole < 60) return std::format("{} s", whole);
    if (whole < 3600) return std::format("{}:{:02} min", whole / 60, whole % 60);
    return std::format("{}:{:02} h", whole / 3600, whole % 3600 / 60);
}

std::string lineOf(const PullProgress& at)
{
    const auto done = static_cast<double>(at.done), total = static_cast<double>(at.total);
    std::string line = std::format("{}: {}", at.name, sizeText(done));
    if (at.total > 0) line += std::format(" of {}", sizeText(total));
    if (!at.trouble.empty()) return line + " – " + at.trouble + ", trying again";
    if (at.bytesPerSecond > 0) line += std::format(" · {}/s", sizeText(at.bytesPerSecond));
    if (at.bytesPerSecond > 0 && at.total > at.done) line += std::format(" · {} left", timeText((total - done) / at.bytesPerSecond));
    return line;
}

} // namespace

int runPull(const Hooks& hooks, Arguments arguments)
{
    PullOrder order;
    OptionTable table("corral pull [OPTIONS] SOURCE",
                      "Fetches a model and prints the paths of its files. SOURCE: hf:USER/REPO, hf:USER/REPO:Q4_K_M, hf:USER/REPO/FILE.gguf, ms:… (ModelScope), or an\n"
                      "address. All shards of a set are fetched, the SHA-256 is verified on the way. What was interrupted is gone on with by the same command.");
    table.value({"-d", "--dir"}, "DIR", "where to; the models folder if not given", order.folder);
    table.value({"--connections"}, "N", "at once, for large files", order.connections);
    const auto rest = table.parse(arguments);
    if (!rest) return rest.error();
    if (rest->size() != 1) return table.misuse(rest->empty() ? "which SOURCE? for example hf:USER/REPO:Q4_K_M" : "takes one SOURCE");
    constexpr int kMostConnections = 6; // more to one host are not opened anyway
    if (order.connections < 1 || order.connections > kMostConnections) return table.misuse(std::format("--connections is 1 to {}", kMostConnections));
    order.source = rest->front();
    if (!hooks.pull) return failed("pull", {ErrorCode::Unsupported, "this build of corral has no network"});

    catchInterrupts();
    PullProgress last;
    const auto files = hooks.pull(
        order,
        [&](const PullProgress& at) {
            last = at;
            progress(lineOf(at));
        },
        interrupted);
    endProgress();
    if (!files && files.error().code == ErrorCode::Cancelled) {
        complain(std::format("corral pull: stopped after {}; the same command goes on from there", sizeText(static_cast<double>(last.done))));
        return kFailed;
    }
    if (!files) return failed("pull", files.error());
    for (const auto& file : *files) print(file.string() + "\n");
    return kFine;
}

} // namespace corral::cli
