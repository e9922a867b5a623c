#include "app/server/api/fields.h"

#include <cmath>

namespace corral::server {

namespace {

constexpr int kDeepest = 100; // a schema or a conversation of people needs a dozen

// Whether brackets outside strings are nested deeper than kDeepest: JSON's own reader would follow them.
bool tooDeep(std::string_view text)
{
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\') ++i;
            else if (c == '"') inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > kDeepest) return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

} // namespace

Json parseInner(std::string_view text) { return tooDeep(text) ? Json(Json::value_t::discarded) : Json::parse(text, nullptr, false); }

std::string stringIn(const Json& object, std::string_view member)
{
    const auto found = object.find(member);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

ApiResult<Json> parseBody(std::string_view body)
{
    if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return badRequest("the body is empty; a JSON object is expected");
    if (tooDeep(body)) return badRequest("the body is nested deeper than {} levels", kDeepest);
    try {
        Json json = Json::parse(body);
        if (!json.is_object()) return badRequest("the body must be a JSON object");
        return json;
    } catch (const Json::exception& e) { // says what and where
        return badRequest("the body is not valid JSON: {}", e.what());
    }
}

const Json* Fields::find(Names names) const
{
    for (const std::string_view name : names)
        if (const auto found = m_object.find(name); found != m_object.end() && !found->is_null()) return &*found;
    return nullptr;
}

const Json* Fields::get(Names names)
{
    for (const std::string_view name : names)
        if (const Json* found = find({name})) {
            m_found = name;
            return found;
        }
    return nullptr;
}

bool Fields::boolean(Names names, bool usual)
{
    const Json* value = get(names);
    if (!value) return usual;
    if (value->is_boolean()) return value->get<bool>();
    complain("Field '{}': expected true or false", m_found);
    return usual;
}

std::int64_t Fields::integer(Names names, std::int64_t usual, std::int64_t least, std::int64_t most)
{
    const Json* value = get(names);
    if (!value) return usual;
    std::optional<std::int64_t> number;
    if (value->is_number_unsigned()) {
        if (const auto n = value->get<std::uint64_t>(); n <= std::uint64_t(INT64_MAX)) number = std::int64_t(n);
    } else if (value->is_number_integer()) {
        number = value->get<std::int64_t>();
    } else if (value->is_number_float()) { // 5.0 is what some clients send
        if (const double n = value->get<double>(); n == std::floor(n) && std::abs(n) < 9e18) number = static_cast<std::int64_t>(n);
    } else {
        complain("Field '{}': expected a whole number", m_found);
        return usual;
    }
    if (number && *number >= least && *number <= most) return *number;
    complain("Field '{}': expected a whole number from {} to {}", m_found, least, most);
    return usual;
}

float Fields::number(Names names, float usual, float least, float most)
{
    const Json* value = get(names);
    if (!value) return usual;
    if (value->is_number()) {
        const double n = value->get<double>();
        if (n >= least && n <= most) return static_cast<float>(n);
        complain("Field '{}': expected a number from {} to {}", m_found, least, most);
    } else {
        complain("Field '{}': expected a number", m_found);
    }
    return usual;
}

std::string Fields::string(Names names, std::string usual)
{
    const Json* value = get(names);
    if (!value) return usual;
    if (value->is_string()) return value->get<std::string>();
    complain("Field '{}': expected a string", m_found);
    return usual;
}

std::vector<std::string> Fields::strings(Names names)
{
    const Json* value = get(names);
    if (!value) return {};
    if (value->is_string()) return {value->get<std::string>()};
    std::vector<std::string> list;
    if (value->is_array())
        for (const Json& item : *value) {
            if (!item.is_string()) break;
            list.push_back(item.get<std::string>());
        }
    if (value->is_array() && list.size() == value->size()) return list;
    complain("Field '{}': expected a string or a list of strings", m_found);
    return {};
}

} // namespace corral::server
