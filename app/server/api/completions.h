#pragma once
#include "app/server/api/call.h"

namespace corral::server {

// The native fields of a completion, its grammar or JSON schema too.
ApiResult<CompletionRequest> readCompletion(const Call& call, const Json& body);

} // namespace corral::server
