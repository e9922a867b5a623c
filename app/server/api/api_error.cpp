#include "app/server/api/api_error.h"

namespace corral::server {

Json ApiError::body() const
{
    Json error{{"code", status}, {"message", message}, {"type", type}};
    error.update(more);
    return {{"error", std::move(error)}};
}

std::unexpected<ApiError> notSupported(std::string message) { return std::unexpected(ApiError{501, "not_supported_error", std::move(message)}); }
ApiError serverError(std::string message) { return {500, "server_error", std::move(message)}; }
ApiError unavailable(std::string message) { return {503, "unavailable_error", std::move(message)}; }

ApiError fromEngine(const Error& error)
{
    switch (error.code) {
    case ErrorCode::InvalidArgument:
    case ErrorCode::Template: return {.message = error.message};
    case ErrorCode::ContextFull: return {400, "exceed_context_size_error", error.message};
    case ErrorCode::Device:
        return unavailable(error.message + ". The graphics card was lost. The model is being loaded again: please ask again in a moment.");
    default: return serverError(error.message);
    }
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

} // namespace corral::server
