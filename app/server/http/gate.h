#pragma once
// Who may come in: API keys, origins of other pages (CORS), names this machine is called by. Asked when the head of a request has been read,
// before its body and the handler. As it stands it lets everybody in and tells browsers that no other page may.
#include "app/server/http/request.h"

#include <optional>
#include <string>
#include <vector>

namespace corral::server {

struct GateRules {
    std::vector<std::string> keys;        // none: no key is asked for
    std::vector<std::string> publicPaths{"/health", "/v1/health", "/"}; // without a key, behind the prefix; exactly these
    std::string prefix;                   // of every path (--api-prefix)
    std::vector<std::string> origins;     // that may read answers: "https://host:port", "*" for all; none: CORS is off
    std::string corsMethods = "GET, POST, PUT, PATCH, DELETE, OPTIONS";
    std::string corsHeaders;              // empty: those that are asked for
    bool corsCredentials = false;
    // For a server of this machine only: requests for another name are refused (403), so that no page reaches it by a name of its own that
    // it points here (DNS rebinding). Addresses, localhost, *.localhost, *.local, *.internal and this machine's name are let in.
    bool localNamesOnly = false;
};

class Gate {
public:
    explicit Gate(GateRules rules = {});

    // The answer of one that does not come further: refusals, and every OPTIONS.
    std::optional<Answer> stop(const Request& head) const;
    // What every answer to this request carries.
    Headers headersFor(const Request& head) const;

private:
    bool knowsKey(std::string_view key) const;
    bool isPublic(std::string_view path) const;
    bool isLocalName(std::string_view host) const;
    std::optional<std::string> allowedOrigin(const Request& head) const;

    GateRules m_rules;
    std::vector<std::string> m_keyDigests;
    std::string m_machine; // its name
};

} // namespace corral::server
