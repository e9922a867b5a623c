#include "app/server/api/call.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <charconv>

namespace corral::server {

namespace {

// A name and nothing more: whatever a client sends, files are in the one folder.
ApiResult<std::filesystem::path> fileFor(const Call& call)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    Fields fields(*body);
    const std::string name = fields.string({"filename"}, {});
    if (fields.error()) return std::unexpected(*fields.error());
    constexpr std::size_t kMostBytes = 200;
    const auto isForbidden = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F || std::string_view("/\\:*?\"<>|").contains(c); };
    const bool isName = !name.empty() && name.size() <= kMostBytes && text::isValidUtf8(name) && std::ranges::none_of(name, isForbidden);
    if (!isName || name.front() == '.' || name.front() == ' ' || name.back() == '.' || name.back() == ' ' || name.ends_with(".part"))
        return badRequest("\"filename\" must be a plain file name: no folders, no special characters, at most {} bytes", kMostBytes);
    return call.options.slotSavePath / std::filesystem::path(std::u8string(name.begin(), name.end()));
}

} // namespace

Answered changeSlot(const Call& call)
{
    if (call.options.slotSavePath.empty()) return notSupported("this server does not save slots; start it with --slot-save-path DIR");
    int slot = -1;
    const char* const end = call.pathRest.data() + call.pathRest.size();
    if (const auto read = std::from_chars(call.pathRest.data(), end, slot); read.ec != std::errc() || read.ptr != end || slot < 0 || slot >= call.service.slotCount())
        return badRequest("there is no slot \"{}\": they are numbered 0 to {}", call.pathRest, call.service.slotCount() - 1);
    const auto asked = std::ranges::find(call.request.query, std::string("action"), &std::pair<std::string, std::string>::first);
    const std::string action = asked == call.request.query.end() ? std::string() : asked->second;
    if (action != "save" && action != "restore" && action != "erase") return badRequest("\"action\" must be save, restore or erase, not \"{}\"", action);
    using enum engine::SlotAction;
    std::filesystem::path file;
    if (action != "erase") {
        auto named = fileFor(call);
        if (!named) return std::unexpected(named.error());
        file = std::move(*named);
    }
    const std::string name = file.filename().string();
    call.service.changeSlot(slot, action == "save" ? Save : action == "restore" ? Restore : Erase, file, [reply = call.reply, slot, action, name](Result<engine::SlotChange> changed) {
        if (!changed) {
            const auto& [code, message] = changed.error();
            const bool isTheirs = action == "restore" && (code == ErrorCode::NotFound || code == ErrorCode::Format);
            const ApiError error = isTheirs ? ApiError{.message = message} : fromEngine(changed.error());
            return reply->send(error.status, dump(error.body()));
        }
        const double milliseconds = 1000 * changed->seconds;
        if (action == "erase") return reply->send(200, dump({{"id_slot", slot}, {"n_erased", changed->tokens}}));
        if (action == "save")
            return reply->send(200, dump({{"id_slot", slot}, {"filename", name}, {"n_saved", changed->tokens}, {"n_written", changed->bytes}, {"timings", {{"save_ms", milliseconds}}}}));
        reply->send(200, dump({{"id_slot", slot}, {"filename", name}, {"n_restored", changed->tokens}, {"n_read", changed->bytes}, {"timings", {{"restore_ms", milliseconds}}}}));
    });
    return {};
}

} // namespace corral::server
