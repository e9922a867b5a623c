#include "app/server/http/request.h"

#include "core/text/unicode.h"

#include <nlohmann/json.hpp>

namespace corral::server {

namespace {

struct Status {
    int code;
    std::string_view phrase, errorType;
};
constexpr Status kStatuses[] = {
    {100, "Continue", ""},
    {200, "OK", ""},
    {201, "Created", ""},
    {202, "Accepted", ""},
    {204, "No Content", ""},
    {301, "Moved Permanently", ""},
    {302, "Found", ""},
    {304, "Not Modified", ""},
    {400, "Bad Request", "invalid_request_error"},
    {401, "Unauthorized", "authentication_error"},
    {403, "Forbidden", "permission_error"},
    {404, "Not Found", "not_found_error"},
    {405, "Method Not Allowed", "invalid_request_error"},
    {408, "Request Timeout", "invalid_request_error"},
    {409, "Conflict", "invalid_request_error"},
    {413, "Content Too Large", "invalid_request_error"},
    {414, "URI Too Long", "invalid_request_error"},
    {415, "Unsupported Media Type", "invalid_request_error"},
    {417, "Expectation Failed", "invalid_request_error"},
    {422, "Unprocessable Content", "invalid_request_error"},
    {429, "Too Many Requests", "rate_limit_error"},
    {431, "Request Header Fields Too Large", "invalid_request_error"},
    {499, "Client Closed Request", "server_error"},
    {500, "Internal Server Error", "server_error"},
    {501, "Not Implemented", "not_supported_error"},
    {503, "Service Unavailable", "unavailable_error"},
    {505, "HTTP Version Not Supported", "not_supported_error"},
};

const Status* find(int code)
{
    for (const Status& status : kStatuses)
        if (status.code == code) return &status;
    return nullptr;
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// RFC 3986 percent-decoding; in a query "+" is a space.
Result<std::string> decoded(std::string_view text, bool query)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            const int high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1, low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
            if (high < 0 || low < 0) return fail(ErrorCode::InvalidArgument, "the address has a % without two hexadecimal digits");
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += query && text[i] == '+' ? ' ' : text[i];
        }
    }
    if (out.contains('\0')) return fail(ErrorCode::InvalidArgument, "the address holds a NUL character");
    if (!text::isValidUtf8(out)) return fail(ErrorCode::InvalidArgument, "the address is no valid UTF-8");
    return out;
}

} // namespace

std::optional<std::string_view> Request::queryValue(std::string_view name) const
{
    for (const auto& [known, value] : query)
        if (known == name) return value;
    return std::nullopt;
}

std::string_view reasonPhrase(int status)
{
    const Status* known = find(status);
    return known ? known->phrase : status < 400 ? "OK" : "Error";
}

std::string errorBody(int status, std::string_view message, std::string_view type)
{
    if (type.empty()) {
        const Status* known = find(status);
        type = known && !known->errorType.empty() ? known->errorType : status < 500 ? "invalid_request_error" : "server_error";
    }
    const nlohmann::json body{{"error", {{"code", status}, {"message", message}, {"type", type}}}};
    return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Answer errorAnswer(int status, std::string_view message, std::string_view type)
{
    return {.status = status, .headers = {{"Content-Type", "application/json; charset=utf-8"}}, .body = errorBody(status, message, type)};
}

Result<Target> parseTarget(std::string_view target)
{
    if (target == "*") return Target{.path = "*", .query = {}};
    for (const std::string_view scheme : {"http://", "https://"}) { // the absolute form, as proxies send it
        if (!equalIgnoringCase(target.substr(0, scheme.size()), scheme)) continue;
        const auto slash = target.find_first_of("/?#", scheme.size());
        target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
        break;
    }
    target = target.substr(0, target.find('#'));
    const auto question = target.find('?');
    std::string_view path = target.substr(0, question);
    if (path.empty() && question == 0) path = "/";
    if (!path.starts_with('/')) return fail(ErrorCode::InvalidArgument, "the address does not begin with a slash");
    auto decodedPath = decoded(path, false);
    if (!decodedPath) return std::unexpected(decodedPath.error());
    Target result{.path = std::move(*decodedPath), .query = {}};
    std::string_view rest = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
    while (!rest.empty()) {
        const auto end = rest.find('&');
        const std::string_view pair = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        auto name = decoded(pair.substr(0, equals), true);
        auto value = decoded(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
        if (!name) return std::unexpected(name.error());
        if (!value) return std::unexpected(value.error());
        result.query.emplace_back(std::move(*name), std::move(*value));
    }
    return result;
}

} // namespace corral::server
