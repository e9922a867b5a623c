#include "core/hub/inquiry.h"

#include "core/hub/names.h"

#include <QRandomGenerator>
#include <QTimer>

#include <algorithm>

namespace corral::hub {

namespace {

constexpr int kMostRounds = 3;
constexpr int kFirstPause = 500, kMostPause = 10'000; // ms
constexpr int kUnauthorized = 401, kForbidden = 403, kNotFound = 404, kTimeout = 408, kGone = 410, kTooMany = 429;

bool passes(int status) { return status == kTimeout || status == kTooMany || status >= 500; }

} // namespace

void Inquiry::ask(Question question, std::function<void(Result<Fetched>)> then)
{
    m_question = std::move(question);
    m_then = std::move(then);
    m_round = 0;
    m_left.clear();
    m_since.start();
    attempt();
}

void Inquiry::attempt()
{
    if (m_left.isEmpty()) { // the next round, the address that answered last first
        m_left = m_client.settings().of(m_service);
        if (m_left.isEmpty()) return m_then(fail(ErrorCode::Network, "no address is set for the service"));
        m_left.move(std::min(m_client.m_answered.value(int(m_service)), m_left.size() - 1), 0);
        m_wish = 0;
    }
    const QUrl address = m_left.takeFirst();
    FetchOrder order{.request = m_client.apiRequest(m_service, address, m_question.path)};
    order.request.setRawHeader("Accept", "application/json");
    if (!m_question.body.isEmpty()) order.request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    order.method = m_question.method;
    order.body = m_question.body;
    order.most = m_question.most;
    order.patience = m_client.settings().patience;
    order.longest = 3 * order.patience;
    startFetch(m_client.m_network, std::move(order), this, [this, address](Result<Fetched> answer) { heard(address, std::move(answer)); });
}

void Inquiry::heard(const QUrl& address, Result<Fetched> answer)
{
    if (answer && !passes(answer->status)) {
        if (const qsizetype index = m_client.settings().of(m_service).indexOf(address); index >= 0) m_client.m_answered[int(m_service)] = index;
        return m_then(judged(std::move(*answer)));
    }
    constexpr int kThousand = 1000;
    if (answer) m_wish = std::max(m_wish, answer->header("Retry-After").toInt() * kThousand);
    if (!m_left.isEmpty()) return attempt();
    // Where nobody says anything at all for long, another round would take as long.
    const bool worthwhile = ++m_round < kMostRounds && m_since.elapsed() < m_client.settings().patience && m_wish <= kMostPause;
    if (!worthwhile) return m_then(answer ? judged(std::move(*answer)) : std::move(answer));
    const double jitter = 0.75 + 0.5 * QRandomGenerator::global()->generateDouble();
    const int pause = std::max(m_wish, int((kFirstPause << (m_round - 1)) * jitter));
    QTimer::singleShot(pause, this, [this] { attempt(); });
}

Result<Fetched> Inquiry::judged(Fetched answer) const
{
    const std::string from = host(), subject = plainLine(m_subject, 200).toStdString();
    const bool unknown = answer.status == kNotFound || answer.status == kGone || answer.header("X-Error-Code") == "RepoNotFound" || answer.header("X-Error-Code") == "RevisionNotFound";
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (unknown) return fail(ErrorCode::NotFound, "{} has no {}, or does not show it to everybody", from, subject);
    switch (answer.status) {
    case kUnauthorized: return fail(ErrorCode::InvalidArgument, "{} shows {} only to those who give a valid access token", from, subject);
    case kForbidden: return fail(ErrorCode::InvalidArgument, "{} shows {} only to those whom its owner has let in", from, subject);
    case kTooMany: return fail(ErrorCode::Network, "{} is asked too much; please try again in a minute", from);
    default: return fail(ErrorCode::Network, "{} cannot answer now (status {})", from, answer.status);
    }
}

} // namespace corral::hub
