// Endpoints that clients of llama-server may ask for and that have nothing to do here.
#include "app/server/api/call.h"

namespace corral::server {

Answered transcribe(const Call&) { return notSupported("this model does not hear: it reads text only"); }

Answered agentFeature(const Call& call)
{
    return std::unexpected(ApiError{403, "permission_error", std::format("{} is not part of this server", call.request.path)});
}

Answered adapters(const Call& call)
{
    if (call.request.method == "POST") return notSupported("there are no adapters here");
    call.send(Json::array());
    return {};
}

} // namespace corral::server
