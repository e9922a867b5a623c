#pragma once
// What a client is told when something is wrong: an HTTP status and OpenAI's error object.
#include "core/base/error.h"
#include "core/text/chat_template.h"

#include <expected>
#include <format>
#include <string>

namespace corral::server {

using text::Json;

struct ApiError {
    int status = 400;
    std::string type = "invalid_request_error", message;
    Json more = Json::object(); // further members of the error object

    Json body() const; // {"error": {"code", "message", "type", …}}
};

template <class T> using ApiResult = std::expected<T, ApiError>;

template <class... Args> std::unexpected<ApiError> badRequest(std::format_string<Args...> format, Args&&... args)
{
    return std::unexpected(ApiError{.message = std::format(format, std::forward<Args>(args)...)});
}
std::unexpected<ApiError> notSupported(std::string message); // 501
ApiError serverError(std::string message);                   // 500
ApiError unavailable(std::string message);                   // 503
// An error of the engine: what the request is to blame for is 400, a lost graphics card 503 (engine::Recovery), the rest 500.
ApiError fromEngine(const Error& error);

// One line of JSON, whatever bytes the texts hold.
std::string dump(const Json& json);

} // namespace corral::server
