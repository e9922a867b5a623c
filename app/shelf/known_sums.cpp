#include "app/shelf/known_sums.h"

#include "app/shelf/environment.h"
#include "core/base/output_file.h"
#include "core/convert/json_file.h"

#include <span>

namespace corral::shelf {

namespace fs = std::filesystem;
using convert::Json;

fs::path KnownSums::defaultFile() { return Environment::ofProcess().dataHome() / "corral" / "sums.json"; }

KnownSums KnownSums::load(const fs::path& file)
{
    KnownSums sums;
    const auto json = convert::readJsonIfThere(file);
    const Json* files = json ? convert::find(*json, "files") : nullptr;
    if (!files || !files->is_object()) return sums;
    for (const auto& [path, entry] : files->items()) {
        const std::string* sha256 = convert::findText(entry, "sha256");
        const auto bytes = convert::findInteger(entry, "bytes");
        const std::string* source = convert::findText(entry, "source");
        if (sha256 && bytes && *bytes >= 0) sums.m_sums[path] = {static_cast<std::uint64_t>(*bytes), *sha256, source ? *source : std::string(),
                                                                       convert::findInteger(entry, "changed").value_or(0)};
    }
    return sums;
}

const KnownSum* KnownSums::find(const File& file) const
{
    const auto it = m_sums.find(file.path.string());
    if (it == m_sums.end() || it->second.bytes != file.bytes) return nullptr;
    return it->second.changed == 0 || it->second.changed == file.changed ? &it->second : nullptr;
}

Result<void> KnownSums::save(const fs::path& file) const
{
    Json files = Json::object();
    for (const auto& [path, sum] : m_sums) {
        Json& entry = files[path] = {{"bytes", sum.bytes}, {"sha256", sum.sha256}};
        if (sum.fromHub()) entry["source"] = sum.source;
        if (sum.changed != 0) entry["changed"] = sum.changed;
    }
    const std::string bytes = Json{{"files", std::move(files)}}.dump(1, ' ', false, Json::error_handler_t::replace);
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    auto out = OutputFile::create(file, bytes.size());
    if (!out) return std::unexpected(out.error());
    if (auto written = (*out)->append(std::as_bytes(std::span(bytes))); !written) return written;
    return (*out)->commit();
}

Result<void> KnownSums::record(const fs::path& file, const fs::path& path, const KnownSum& sum)
{
    KnownSums sums = load(file);
    sums.m_sums[path.string()] = sum;
    return sums.save(file);
}

Result<void> KnownSums::moved(const fs::path& file, const std::vector<std::pair<fs::path, fs::path>>& fromTo)
{
    KnownSums sums = load(file);
    bool any = false;
    for (const auto& [from, to] : fromTo) {
        auto entry = sums.m_sums.extract(from.string());
        if (entry.empty()) continue;
        entry.key() = to.string();
        sums.m_sums.erase(entry.key());
        sums.m_sums.insert(std::move(entry));
        any = true;
    }
    return any ? sums.save(file) : Result<void>();
}

} // namespace corral::shelf
