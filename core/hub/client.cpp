#include "core/hub/client.h"

#include "core/hub/inquiry.h"
#include "core/hub/token_store.h"

#include <QCoreApplication>
#include <QSet>

#include <algorithm>

namespace corral::hub {

namespace {

const QString kHuggingFace = QStringLiteral("https://huggingface.co"), kMirror = QStringLiteral("https://hf-mirror.com"), kModelScope = QStringLiteral("https://www.modelscope.cn"),
              kModelScopeAbroad = QStringLiteral("https://www.modelscope.ai");

// "hub.example", "https://hub.example/": an address without a slash at its end; invalid where the text is none.
QUrl addressOf(const QString& text)
{
    QString trimmed = text.trimmed();
    if (trimmed.isEmpty()) return {};
    if (!trimmed.contains(QStringLiteral("://"))) trimmed.prepend(QStringLiteral("https://"));
    while (trimmed.endsWith(u'/')) trimmed.chop(1);
    const QUrl url(trimmed, QUrl::StrictMode);
    return url.isValid() && !url.host().isEmpty() && (url.scheme() == u"https" || url.scheme() == u"http") && url.userInfo().isEmpty() ? url : QUrl();
}

void addOnce(QList<QUrl>& list, const QString& text)
{
    if (const QUrl url = addressOf(text); url.isValid() && !list.contains(url)) list << url;
}

class Search : public Answering<SearchPage> {
public:
    Search(HubClient& client, const SearchQuery& query) : Answering(client, query.service, query.text), m_query(query) {}

    void begin()
    {
        const bool huggingFace = m_service == Service::HuggingFace;
        ask(huggingFace ? hugging_face::search(m_query) : model_scope::search(m_query), [this, huggingFace](Result<Fetched> answer) {
            if (!answer) return finish(std::unexpected(answer.error()));
            const auto read = [answer = std::move(*answer), huggingFace, query = m_query] {
                return huggingFace ? hugging_face::readSearch(answer.body, answer.header("Link")) : model_scope::readSearch(answer.body, query);
            };
            parse(read, [this](Result<SearchPage> page) { finish(page ? std::move(page) : within(host(), page.error())); });
        });
    }

private:
    const SearchQuery m_query;
};

class Visit : public Answering<Repository> { // of a repository
public:
    Visit(HubClient& client, const RepositoryId& id) : Answering(client, id.service, id.name) { m_found.id = id; }

    void begin()
    {
        ask(huggingFace() ? hugging_face::about(m_found.id) : model_scope::about(m_found.id), [this](Result<Fetched> answer) {
            if (!answer) return finish(std::unexpected(answer.error()));
            const auto read = [json = answer->body, huggingFace = huggingFace()] { return huggingFace ? hugging_face::readAbout(json) : model_scope::readAbout(json); };
            parse(read, [this](Result<About> about) {
                if (!about) return finish(within(host(), about.error()));
                if (!about->commit.isEmpty()) m_found.id.revision = about->commit;
                m_found.license = about->license;
                m_found.tags = about->tags;
                m_found.gated = about->gated;
                list({});
            });
        });
    }

private:
    bool huggingFace() const { return m_service == Service::HuggingFace; }

    void list(const QString& cursor)
    {
        ask(huggingFace() ? hugging_face::files(m_found.id, cursor) : model_scope::files(m_found.id, cursor), [this, cursor](Result<Fetched> answer) {
            if (!answer) return finish(std::unexpected(answer.error()));
            const auto read = [answer = std::move(*answer), cursor, huggingFace = huggingFace()] {
                return huggingFace ? hugging_face::readFiles(answer.body, answer.header("Link")) : model_scope::readFiles(answer.body, cursor);
            };
            parse(read, [this](Result<Listing> page) {
                if (!page) return finish(within(host(), page.error()));
                take(*page);
            });
        });
    }

    void take(const Listing& page)
    {
        constexpr int kMostPages = 100;
        constexpr qsizetype kMostFiles = 50'000;
        const qsizetype before = m_found.files.size();
        for (const RemoteFile& file : page.files) {
            if (m_paths.contains(file.path)) continue;
            m_paths.insert(file.path);
            m_found.files << file;
        }
        if (m_found.files.size() > kMostFiles || ++m_pages > kMostPages) return finish(fail(ErrorCode::Unsupported, "{} has too many files to list", m_subject.toStdString()));
        const bool moreToCome = !page.next.isEmpty() && (m_found.files.size() > before || huggingFace());
        if (moreToCome) return list(page.next);
        readCard();
    }

    void readCard()
    {
        const auto card = std::ranges::find_if(m_found.files, [](const RemoteFile& file) { return file.path.compare(u"README.md", Qt::CaseInsensitive) == 0; });
        if (card == m_found.files.end() || card->size > kMostCard) return finish(std::move(m_found));
        Question question{.path = huggingFace() ? hugging_face::filePath(m_found.id, card->path) : model_scope::filePath(m_found.id, card->path), .most = kMostCard};
        ask(std::move(question), [this](Result<Fetched> answer) {
            if (!answer) return finish(std::move(m_found)); // a repository without a card is one all the same
            parse([text = answer->body] { return cardSummary(text); }, [this](QString summary) {
                m_found.summary = std::move(summary);
                finish(std::move(m_found));
            });
        });
    }

    Repository m_found;
    QSet<QString> m_paths;
    int m_pages = 0;
};

} // namespace

HubSettings HubSettings::fromEnvironment() { return withOwn({}, {}); }

HubSettings HubSettings::withOwn(const QString& huggingFace, const QString& modelScope)
{
    HubSettings settings;
    const QString model = qEnvironmentVariable("MODEL_ENDPOINT");
    if (isAddress(huggingFace)) addOnce(settings.huggingFace, huggingFace);
    else addOnce(settings.huggingFace, model.isEmpty() ? qEnvironmentVariable("HF_ENDPOINT") : model);
    addOnce(settings.huggingFace, kHuggingFace);
    addOnce(settings.huggingFace, kMirror);
    if (isAddress(modelScope)) addOnce(settings.modelScope, modelScope);
    else addOnce(settings.modelScope, qEnvironmentVariable("MODELSCOPE_DOMAIN"));
    const QString abroad = qEnvironmentVariable("MODELSCOPE_PREFER_AI_SITE").toLower();
    const bool prefersAbroad = abroad == u"1" || abroad == u"true";
    addOnce(settings.modelScope, prefersAbroad ? kModelScopeAbroad : kModelScope);
    addOnce(settings.modelScope, prefersAbroad ? kModelScope : kModelScopeAbroad);
    return settings;
}

bool HubSettings::isAddress(const QString& text) { return addressOf(text).isValid(); }

HubClient::HubClient(QNetworkAccessManager& network, HubSettings settings, const TokenStore* tokens, QObject* parent)
    : QObject(parent), m_network(network), m_settings(std::move(settings)), m_tokens(tokens)
{
}

void HubClient::setSettings(HubSettings settings)
{
    m_settings = std::move(settings);
    m_answered.clear();
}

QFuture<Result<SearchPage>> HubClient::search(const SearchQuery& query)
{
    constexpr int kMostHits = 100;
    SearchQuery bounded = query;
    bounded.limit = std::clamp(query.limit, 1, kMostHits);
    auto* search = new Search(*this, bounded);
    const auto future = search->future();
    search->begin();
    return future;
}

QFuture<Result<Repository>> HubClient::repository(const RepositoryId& id)
{
    auto* visit = new Visit(*this, id);
    const auto future = visit->future();
    visit->begin();
    return future;
}

QUrl HubClient::endpoint(Service service) const { return m_settings.of(service).value(m_answered.value(int(service))); }

QNetworkRequest HubClient::fileRequest(const RepositoryId& id, const QString& path) const
{
    QNetworkRequest request = apiRequest(id.service, endpoint(id.service), id.service == Service::HuggingFace ? hugging_face::filePath(id, path) : model_scope::filePath(id, path));
    request.setRawHeader("Accept-Encoding", "identity"); // ranges count the file's own bytes
    return request;
}

QUrl HubClient::page(const RepositoryId& id) const
{
    QUrl url = endpoint(id.service);
    url.setPath((id.service == Service::HuggingFace ? QStringLiteral("/") : QStringLiteral("/models/")) + id.name);
    return url;
}

QNetworkRequest HubClient::apiRequest(Service service, const QUrl& base, const QString& path) const
{
    QNetworkRequest request(QUrl::fromEncoded(base.toEncoded() + path.toLatin1(), QUrl::StrictMode));
    request.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("corral/%1").arg(QCoreApplication::applicationVersion()));
    const bool own = service == Service::HuggingFace ? base == QUrl(kHuggingFace) : base == QUrl(kModelScope) || base == QUrl(kModelScopeAbroad);
    const QString token = m_tokens && (own || base == m_settings.of(service).value(0)) ? m_tokens->token(service) : QString();
    if (token.isEmpty()) return request;
    request.setRawHeader("Authorization", "Bearer " + token.toLatin1());
    if (service == Service::ModelScope) request.setRawHeader("Cookie", "m_session_id=" + token.toLatin1()); // as its own client does
    return request;
}

} // namespace corral::hub
