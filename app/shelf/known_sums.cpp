#include "app/shelf/known_sums.h"

#include "app/shelf/environment.h"
#include "core/base/output_file.h"
#include "core/base/system_file.h"
#include "core/convert/json_file.h"

#include <cerrno>
#include <chrono>
#include <mutex>
#include <span>
#include <system_error>
#include <thread>

namespace corral::shelf {

namespace fs = std::filesystem;
using convert::Json;

fs::path KnownSums::defaultFile() { return Environment::ofProcess().dataHome() / "corral" / "sums.json"; }

namespace {

// NAME.lock, as long as one of any process changes the file.
class Lock {
public:
    static Result<Lock> take(const fs::path& file)
    {
        constexpr std::chrono::milliseconds kMost(10'000), kPause(5);
        fs::path name = file;
        name += ".lock";
        const auto until = std::chrono::steady_clock::now() + kMost;
        for (;;) {
            if (const int descriptor = system_file::openLocked(name, system_file::Content::Kept); descriptor >= 0) return Lock(descriptor);
            if (errno != EWOULDBLOCK || std::chrono::steady_clock::now() > until)
                return fail(ErrorCode::Io, "{}: cannot lock: {}", name.string(), std::generic_category().message(errno));
            std::this_thread::sleep_for(kPause);
        }
    }
    Lock(Lock&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    Lock& operator=(Lock&&) = delete;
    ~Lock()
    {
        if (m_descriptor >= 0) system_file::close(m_descriptor);
    }

private:
    explicit Lock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor;
};

} // namespace

KnownSums KnownSums::load(const fs::path& file) { return read(file).value_or(KnownSums()); }

Result<KnownSums> KnownSums::read(const fs::path& file)
{
    KnownSums sums;
    std::error_code error;
    if (fs::status(file, error).type() == fs::file_type::not_found) return sums;
    const auto json = convert::readJson(file);
    if (!json) return std::unexpected(json.error());
    const Json* files = convert::find(*json, "files");
    if (!files || !files->is_object()) return fail(ErrorCode::Format, "{}: no sums are in it", file.string());
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
    auto out = OutputFile::create(file, bytes.size());
    if (!out) return std::unexpected(out.error());
    if (auto written = (*out)->append(std::as_bytes(std::span(bytes))); !written) return written;
    return (*out)->commit();
}

Result<void> KnownSums::change(const fs::path& file, const std::function<bool(KnownSums&)>& make)
{
    if (file.empty()) return {}; // nothing is kept
    static std::mutex threads; // of this process; waiting for them needs no polling
    const std::lock_guard alone(threads);
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    const auto lock = Lock::take(file);
    if (!lock) return std::unexpected(lock.error());
    auto sums = read(file);
    if (!sums && sums.error().code == ErrorCode::Format) {
        fs::path damaged = file;
        damaged += ".damaged";
        fs::rename(file, damaged, error);
        if (error) return fail(ErrorCode::Io, "{}: damaged, and cannot be moved aside: {}", file.string(), error.message());
        sums = KnownSums();
    }
    if (!sums) return std::unexpected(sums.error());
    return make(*sums) ? sums->save(file) : Result<void>();
}

Result<void> KnownSums::record(const fs::path& file, const fs::path& path, const KnownSum& sum)
{
    return change(file, [&](KnownSums& sums) {
        sums.m_sums[path.string()] = sum;
        return true;
    });
}

Result<void> KnownSums::moved(const fs::path& file, const std::vector<std::pair<fs::path, fs::path>>& fromTo)
{
    return change(file, [&](KnownSums& sums) {
        bool any = false;
        for (const auto& [from, to] : fromTo) {
            auto entry = sums.m_sums.extract(from.string());
            if (entry.empty()) continue;
            entry.key() = to.string();
            sums.m_sums.erase(entry.key());
            sums.m_sums.insert(std::move(entry));
            any = true;
        }
        return any;
    });
}

Result<void> KnownSums::note(const fs::path& file, const std::vector<std::pair<File, std::string>>& noted)
{
    return change(file, [&](KnownSums& sums) {
        bool any = false;
        for (const auto& [of, sha256] : noted) {
            if (sums.find(of)) continue;
            sums.m_sums[of.path.string()] = {.bytes = of.bytes, .sha256 = sha256, .source = {}, .changed = of.changed};
            any = true;
        }
        return any;
    });
}

} // namespace corral::shelf
