#pragma once
// What a client asked for, complete, and what it is told.
#include "app/server/http/headers.h"
#include "core/base/error.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corral::server {

struct Request {
    std::string method; // "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"
    std::string path;   // decoded, valid UTF-8 without NUL, begins with "/" ("*" for OPTIONS)
    std::vector<std::pair<std::string, std::string>> query; // decoded, valid UTF-8
    Headers headers;
    std::string body;
    std::string peer;  // "127.0.0.1:53124"; "unix" of a local socket
    int minorVersion = 1; // HTTP/1.x

    std::optional<std::string_view> queryValue(std::string_view name) const;
};

struct Answer {
    int status = 200;
    Headers headers;
    std::string body;
};

std::string_view reasonPhrase(int status); // "Not Found"

// {"error":{"code":400,"message":"…","type":"invalid_request_error"}}; an empty type: the usual one of the status.
std::string errorBody(int status, std::string_view message, std::string_view type = {});
Answer errorAnswer(int status, std::string_view message, std::string_view type = {});

struct Target {
    std::string path;
    std::vector<std::pair<std::string, std::string>> query;
};
// "/a%20b?x=1" or "http://host/a". Errors are one line for the client.
Result<Target> parseTarget(std::string_view target);

} // namespace corral::server
