#include "core/convert/json_file.h"

#include "core/base/mapped_file.h"
#include "core/gguf/cursor.h"

#include <cmath>
#include <set>

namespace corral::convert {

namespace {

constexpr int kDeepest = 64; // a tokenizer's nested sequences need about ten

} // namespace

Result<Json> parseJson(std::string_view text, const std::string& what)
{
    bool tooDeep = false;
    std::set<std::string> names;
    std::string twice;
    const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
        tooDeep |= depth > kDeepest;
        if (event == Json::parse_event_t::key && depth == 1 && !names.insert(value.get<std::string>()).second)
            twice = value.get<std::string>();
        return !tooDeep;
    };
    Json value = Json::parse(text, watch, false);
    if (tooDeep) return fail(ErrorCode::Format, "{}: nested deeper than {}", what, kDeepest);
    if (value.is_discarded()) return fail(ErrorCode::Format, "{}: no valid JSON", what);
    if (!twice.empty()) return fail(ErrorCode::Format, "{}: {} is there twice", what, gguf::shown(twice));
    return value;
}

Result<std::string> readText(const std::filesystem::path& file, std::uint64_t most)
{
    auto mapped = MappedFile::open(file);
    if (!mapped) return std::unexpected(mapped.error());
    const std::size_t size = (*mapped)->bytes().size();
    if (size > most) return fail(ErrorCode::Format, "{}: {} bytes are more than the {} that make sense", file.string(), size, most);
    std::string text(size, '\0');
    if (auto read = (*mapped)->read(0, std::as_writable_bytes(std::span(text))); !read) return std::unexpected(read.error());
    return text;
}

Result<Json> readJson(const std::filesystem::path& file)
{
    auto text = readText(file, kMostJsonBytes);
    if (!text) return std::unexpected(text.error());
    auto json = parseJson(*text, file.string());
    if (json && !json->is_object()) return fail(ErrorCode::Format, "{}: not a JSON object", file.string());
    return json;
}

Result<Json> readJsonIfThere(const std::filesystem::path& file)
{
    std::error_code missing;
    if (!std::filesystem::exists(file, missing)) return Json::object();
    return readJson(file);
}

const Json* find(const Json& object, std::string_view key)
{
    if (!object.is_object()) return nullptr;
    const auto it = object.find(key);
    return it == object.end() || it->is_null() ? nullptr : &*it;
}

const std::string* findText(const Json& object, std::string_view key)
{
    const Json* value = find(object, key);
    return value ? value->get_ptr<const std::string*>() : nullptr;
}

std::optional<std::int64_t> findInteger(const Json& object, std::string_view key)
{
    const Json* value = find(object, key);
    if (!value || !value->is_number_integer()) return std::nullopt;
    if (value->is_number_unsigned() && value->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return value->get<std::int64_t>();
}

std::optional<double> findNumber(const Json& object, std::string_view key)
{
    const Json* value = find(object, key);
    if (!value || !value->is_number()) return std::nullopt;
    const double number = value->get<double>();
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<bool> findFlag(const Json& object, std::string_view key)
{
    const Json* value = find(object, key);
    return value && value->is_boolean() ? std::optional(value->get<bool>()) : std::nullopt;
}

} // namespace corral::convert
