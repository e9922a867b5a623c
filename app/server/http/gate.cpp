#include "app/server/http/gate.h"

#include <algorithm>

#include <QByteArrayView>
#include <QCryptographicHash>
#include <QHostAddress>
#include <QSysInfo>

namespace corral::server {

namespace {

// Digests have one length, so that comparing them tells nothing of the keys' lengths either.
std::string digest(std::string_view text)
{
    return QCryptographicHash::hash(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())), QCryptographicHash::Sha256).toStdString();
}

bool equalInConstantTime(std::string_view a, std::string_view b)
{
    unsigned char difference = 0;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
    return difference == 0 && a.size() == b.size();
}

// "Bearer KEY" or X-Api-Key; the scheme in any case.
std::string_view givenKey(const Headers& headers)
{
    constexpr std::string_view kBearer = "Bearer ";
    const std::string_view authorization = headers.value("Authorization");
    if (authorization.size() > kBearer.size() && equalIgnoringCase(authorization.substr(0, kBearer.size()), kBearer))
        return trimmed(authorization.substr(kBearer.size()));
    return trimmed(headers.value("X-Api-Key"));
}

bool endsWithName(std::string_view host, std::string_view ending)
{
    return host.size() > ending.size() && equalIgnoringCase(host.substr(host.size() - ending.size()), ending);
}

} // namespace

Gate::Gate(GateRules rules) : m_rules(std::move(rules)), m_machine(QSysInfo::machineHostName().toStdString())
{
    for (const std::string& key : m_rules.keys) m_keyDigests.push_back(digest(key));
}

bool Gate::knowsKey(std::string_view key) const
{
    const std::string given = digest(key);
    bool known = false;
    for (const std::string& one : m_keyDigests) known |= equalInConstantTime(one, given); // all of them, whichever fits
    return known && !key.empty();
}

bool Gate::isPublic(std::string_view path) const
{
    if (!path.starts_with(m_rules.prefix)) return false;
    path.remove_prefix(m_rules.prefix.size());
    return std::ranges::contains(m_rules.publicPaths, path);
}

bool Gate::isLocalName(std::string_view host) const
{
    if (host.starts_with('[')) return true; // an IPv6 address
    host = host.substr(0, host.find(':'));
    if (host.empty() || equalIgnoringCase(host, "localhost") || equalIgnoringCase(host, m_machine)) return true;
    for (const std::string_view ending : {".localhost", ".local", ".internal"})
        if (endsWithName(host, ending)) return true;
    return !QHostAddress(QString::fromUtf8(host.data(), static_cast<qsizetype>(host.size()))).isNull();
}

std::optional<std::string> Gate::allowedOrigin(const Request& head) const
{
    const std::string_view origin = head.headers.value("Origin");
    if (origin.empty() || m_rules.origins.empty()) return std::nullopt;
    if (!m_rules.corsCredentials && std::ranges::contains(m_rules.origins, "*")) return "*"; // with credentials only who is named
    const bool listed = std::ranges::any_of(m_rules.origins, [&](const std::string& known) { return equalIgnoringCase(known, origin); });
    return listed ? std::optional(std::string(origin)) : std::nullopt;
}

Headers Gate::headersFor(const Request& head) const
{
    Headers headers;
    const auto origin = allowedOrigin(head);
    if (!m_rules.origins.empty() && origin != "*") headers.add("Vary", "Origin");
    if (!origin) return headers;
    headers.add("Access-Control-Allow-Origin", *origin);
    if (m_rules.corsCredentials) headers.add("Access-Control-Allow-Credentials", "true");
    return headers;
}

std::optional<Answer> Gate::stop(const Request& head) const
{
    if (m_rules.localNamesOnly && !isLocalName(head.headers.value("Host")))
        return errorAnswer(403, "This server answers to names of this machine only");
    if (head.method == "OPTIONS") {
        Answer answer{.status = 204, .headers = {{"Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"}}, .body = {}};
        if (allowedOrigin(head) && head.headers.contains("Access-Control-Request-Method")) {
            const std::string wanted(m_rules.corsHeaders.empty() ? head.headers.value("Access-Control-Request-Headers") : m_rules.corsHeaders);
            answer.headers.add("Access-Control-Allow-Methods", m_rules.corsMethods);
            if (!wanted.empty()) answer.headers.add("Access-Control-Allow-Headers", wanted);
            if (head.headers.contains("Access-Control-Request-Private-Network")) answer.headers.add("Access-Control-Allow-Private-Network", "true");
            answer.headers.add("Access-Control-Max-Age", "600");
        }
        return answer;
    }
    if (m_rules.keys.empty() || isPublic(head.path) || knowsKey(givenKey(head.headers))) return std::nullopt;
    Answer answer = errorAnswer(401, "Invalid API Key");
    answer.headers.add("WWW-Authenticate", "Bearer");
    return answer;
}

} // namespace corral::server
