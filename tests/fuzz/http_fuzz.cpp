// Any bytes of a client are either requests whose every promise holds or are refused with an answer, and it does not matter in which pieces
// they come. Built as a libFuzzer target and called by http_replay_test.cpp.
#include "app/server/http/request_parser.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using namespace corral;
using namespace corral::server;

constexpr Limits kLimits{.requestLine = 200, .head = 1000, .headers = 20, .body = 500};

void demand(bool holds, const char* what)
{
    if (holds) return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

void check(const Request& request)
{
    demand(request.path.starts_with('/') || (request.path == "*" && request.method == "OPTIONS"), "a path begins with a slash");
    demand(text::isValidUtf8(request.path) && !request.path.contains('\0'), "a path is UTF-8 without NUL");
    for (const auto& [name, value] : request.query) demand(text::isValidUtf8(name) && text::isValidUtf8(value), "a query is UTF-8");
    demand(request.body.size() <= kLimits.body && request.headers.size() <= kLimits.headers, "limits are kept");
    for (const auto& [name, value] : request.headers) demand(!name.empty() && value.find_first_of("\r\n") == std::string::npos, "a header is one line");
    demand(request.minorVersion == 0 || request.minorVersion == 1, "HTTP/1.0 or 1.1");
}

// What the bytes say, a line each; the last one is the refusal's status, if there is one.
std::vector<std::string> read(std::string_view bytes, std::size_t piece)
{
    std::vector<std::string> said;
    RequestParser parser(kLimits);
    while (!bytes.empty()) {
        const std::string copy(bytes.substr(0, piece)); // of its own size, so that a read past the end is seen
        const std::size_t taken = parser.take(copy);
        demand(taken <= copy.size() && (taken > 0 || parser.state() > RequestParser::State::Body), "it goes on");
        bytes.remove_prefix(taken);
        if (parser.state() == RequestParser::State::Refused) break;
        if (parser.state() != RequestParser::State::Complete) continue;
        const Request request = parser.takeRequest();
        check(request);
        demand(parser.state() == RequestParser::State::Idle, "the next request begins anew");
        said.push_back(request.method + " " + request.path + "\n" + request.body);
    }
    parser.finish();
    if (parser.state() == RequestParser::State::Refused) {
        const Refusal& refusal = parser.refusal();
        demand(std::ranges::contains(std::initializer_list<int>{400, 413, 414, 415, 417, 431, 501, 505}, refusal.status), "a refusal has a status");
        demand(!refusal.message.empty() && refusal.message.size() < 300 && !refusal.message.contains('\n'), "a refusal is a line");
        said.push_back(std::to_string(refusal.status));
    }
    return said;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = read(bytes, bytes.size() + 1);
    for (const std::size_t piece : {1, 7}) demand(read(bytes, piece) == whole, "it does not matter in which pieces bytes come");
    return 0;
}
