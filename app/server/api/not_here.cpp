// Endpoints that clients of llama-server may ask for and that have nothing to do here.
#include "app/server/api/call.h"
#include "app/server/api/fields.h"

namespace corral::server {

Answered transcribe(const Call&) { return notSupported("this model does not hear: it reads text only"); }

Answered agentFeature(const Call& call)
{
    return std::unexpected(ApiError{403, "permission_error", std::format("{} is not part of this server", call.request.path)});
}

Answered adapters(const Call& call)
{
    if (call.request.method != "POST") return call.send(Json::array()), Answered();
    const Json scales = parseInner(call.request.body);
    if (!scales.is_array()) return badRequest("expected a list of adapters with their scales");
    if (!scales.empty()) return std::unexpected(ApiError{404, "not_found_error", "there are no adapters here"});
    call.send({{"success", true}}); // none has the scale it is to have
    return {};
}

} // namespace corral::server
