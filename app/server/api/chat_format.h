#pragma once
// POST /v1/chat/completions: messages, and deltas of them (facts: server, 4.2).
#include "app/server/api/formats.h"

namespace corral::server {

std::unique_ptr<Format> chatFormat(FormatContext context);

} // namespace corral::server
