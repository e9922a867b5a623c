#include "app/cli/starter.h"

#include "app/cli/console.h"
#include "app/cli/starter_manifest.h"

#include <cstdlib>
#include <format>
#include <system_error>

namespace corral::cli {

namespace {

std::filesystem::path modelsFolder()
{
    const char* data = std::getenv("XDG_DATA_HOME");
    const char* home = std::getenv("HOME");
    const auto base = data && *data ? std::filesystem::path(data) : std::filesystem::path(home ? home : ".") / ".local/share";
    return base / "corral" / "models";
}

} // namespace

Starter Starter::load()
{
    const Json manifest = Json::parse(kStarterManifest); // ours: a build with a broken one must not start
    const Json& settings = manifest.at("settings");
    return {.name = manifest.at("name"),
            .file = modelsFolder() / manifest.at("file").get<std::string>(),
            .size = manifest.at("size"),
            .system = settings.at("system"),
            .temp = settings.at("temp"),
            .topP = settings.at("top_p"),
            .topK = settings.at("top_k")};
}

bool Starter::isThere() const
{
    std::error_code none;
    return std::filesystem::file_size(file, none) == size && !none;
}

Result<std::filesystem::path> Starter::ensure(const Hooks& hooks) const
{
    if (isThere()) return file;
    if (!hooks.fetchStarter)
        return fail(ErrorCode::NotFound, "no model: the starter model is not at {}; give a model with -m FILE", file.string());
    auto fetched = hooks.fetchStarter(file, [&](std::uint64_t done, std::uint64_t total) {
        constexpr double kMega = 1e6;
        progress(std::format("fetching the starter model {}: {:.0f} of {:.0f} MB", name, static_cast<double>(done) / kMega,
                             static_cast<double>(total) / kMega));
    });
    endProgress();
    if (!fetched) return within("fetching the starter model", fetched.error());
    if (!isThere()) return fail(ErrorCode::Io, "the starter model did not arrive at {}", file.string());
    return file;
}

} // namespace corral::cli
