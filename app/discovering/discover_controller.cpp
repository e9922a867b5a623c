#include "app/discovering/discover_controller.h"

#include "app/discovering/hub_words.h"
#include "app/text/sentences.h"
#include "core/hub/abandon.h"
#include "core/hub/names.h"

#include <QLocale>
#include <QThreadPool>

namespace corral::app {

namespace {

constexpr int kTypingPause = 450; // ms until words are searched for
constexpr int kPage = 30;         // hits asked for at a time
const QString kDot = QStringLiteral(" · ");
const QString kHuggingFaceKey = QStringLiteral("huggingFaceAddress"), kModelScopeKey = QStringLiteral("modelScopeAddress");

constexpr hub::SearchQuery::Sort kSorts[] = {hub::SearchQuery::Sort::Downloads, hub::SearchQuery::Sort::Trending, hub::SearchQuery::Sort::Likes, hub::SearchQuery::Sort::Newest};

} // namespace

DiscoverController::DiscoverController(hub::HubClient& client, hub::TokenStore& tokens, SettingsFile& settings, HubSource source, QObject* parent)
    : QObject(parent), m_client(client), m_tokens(tokens), m_settings(settings), m_source(std::move(source))
{
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingPause);
    connect(&m_typing, &QTimer::timeout, this, [this] { ask({}); });
    connect(&m_tokens, &hub::TokenStore::changed, this, [this] {
        emit tokenChanged();
        emit visitChanged(); // whether one is wanted
    });
    if (!huggingFaceAddress().isEmpty() || !modelScopeAddress().isEmpty()) useAddresses();
}

DiscoverController::~DiscoverController()
{
    hub::abandon(m_asking);
    hub::abandon(m_visiting);
    hub::abandon(m_reading);
}

// ---- searching

void DiscoverController::activate()
{
    if (m_state == Idle) ask({});
}

void DiscoverController::setService(Service service)
{
    if (m_service == hub::Service(service)) return;
    m_service = hub::Service(service);
    close();
    emit queryChanged();
    emit tokenChanged();
    ask({});
}

void DiscoverController::setSearch(const QString& text)
{
    if (m_search == text) return;
    m_search = text;
    emit queryChanged();
    if (hub::parseSource(text)) return m_typing.stop(); // a name or address: opened with Enter
    m_typing.start();
}

void DiscoverController::setSort(int sort)
{
    if (m_sort == sort || sort < 0 || sort >= int(std::size(kSorts))) return;
    m_sort = sort;
    emit queryChanged();
    ask({});
}

QStringList DiscoverController::sorts() const { return {tr("Most downloads"), tr("Trending"), tr("Most liked"), tr("Newest")}; }

QString DiscoverController::serviceName() const { return corral::app::serviceName(m_service); }

void DiscoverController::searchNow()
{
    m_typing.stop();
    const QString text = m_search.trimmed();
    if (hub::parseSource(text)) return openSource(text);
    if (hub::isRepositoryName(text)) open(text);
    ask({});
}

void DiscoverController::findMore()
{
    if (m_state == Found && hasMore()) ask(m_next);
}

void DiscoverController::ask(const QString& cursor)
{
    m_typing.stop();
    hub::abandon(m_asking);
    const bool more = !cursor.isEmpty();
    setState(Searching);
    m_asking = m_source.search({.service = m_service, .text = m_search.trimmed(), .sort = kSorts[m_sort], .cursor = cursor, .limit = kPage});
    m_asking.then(this, [this, more, turn = ++m_searchTurn](const Result<hub::SearchPage>& page) {
        if (turn == m_searchTurn) found(page, more);
    });
}

void DiscoverController::found(const Result<hub::SearchPage>& page, bool more)
{
    if (!more) m_hits.clear();
    if (page) {
        m_hits.append(page->hits);
        m_next = page->next;
        m_errorText.clear();
        m_errorDetail.clear();
    } else {
        if (!more) m_next.clear();
        m_errorText = hubFailure(page.error(), serviceName());
        m_errorDetail = detailOf(page.error());
    }
    setState(page ? Found : Failed);
}

void DiscoverController::tryAgain()
{
    if (m_visit == Refused) return visitNow(m_repository.id);
    if (m_header == Unknown && m_visit == Open) return readHeader();
    ask({});
}

// ---- a repository

void DiscoverController::open(const QString& repository) { visitNow({m_service, repository, {}}); }

void DiscoverController::openSource(const QString& text)
{
    const auto source = hub::parseSource(text);
    if (!source) {
        m_repository = {};
        m_repository.id.name = text.trimmed();
        m_visitError = tr("This is neither the name of a repository nor an address: %1").arg(detailOf(source.error()));
        m_visitDetail = detailOf(source.error());
        return setVisit(Refused);
    }
    if (!source->repository) { // a file somewhere else: nothing to choose
        emit addressWanted(source->url.toString(QUrl::FullyEncoded));
        return;
    }
    if (source->repository->service != m_service) {
        m_service = source->repository->service;
        emit queryChanged();
        emit tokenChanged();
    }
    visitNow(*source->repository);
}

void DiscoverController::close()
{
    if (m_visit == Closed) return;
    hub::abandon(m_visiting);
    hub::abandon(m_reading);
    ++m_visitTurn;
    m_repository = {};
    m_footprint.reset();
    m_files.clear();
    m_hits.setCurrent({});
    setHeader(Unread);
    setVisit(Closed);
}

void DiscoverController::visitNow(const hub::RepositoryId& id)
{
    hub::abandon(m_visiting);
    hub::abandon(m_reading);
    m_repository = {};
    m_repository.id = id;
    m_footprint.reset();
    m_refusedAccess = false;
    m_files.clear();
    m_hits.setCurrent(id.name);
    setHeader(Unread);
    setVisit(Opening);
    m_visiting = m_source.repository(id);
    m_visiting.then(this, [this, turn = ++m_visitTurn](const Result<hub::Repository>& repository) {
        if (turn == m_visitTurn) visited(repository);
    });
}

void DiscoverController::visited(const Result<hub::Repository>& repository)
{
    if (!repository) {
        m_refusedAccess = repository.error().code == ErrorCode::InvalidArgument;
        m_visitError = hubFailure(repository.error(), m_repository.id.name);
        m_visitDetail = detailOf(repository.error());
        return setVisit(Refused);
    }
    m_repository = *repository;
    m_machine = m_source.machine();
    m_files.show(hub::fileSets(m_repository), m_machine);
    setVisit(Open);
    readHeader();
}

void DiscoverController::readHeader()
{
    QList<hub::FileSet> sets;
    for (int row = 0; row < m_files.count(); ++row) sets << m_files.at(row);
    const int telling = tellingSet(sets);
    if (telling < 0) return;
    setHeader(Reading);
    m_reading = m_source.header(m_repository.id, sets[telling]);
    m_reading
        .then(QThreadPool::globalInstance(),
              [](const Result<HeaderPointer>& header) -> Result<Footprint> {
                  if (!header) return std::unexpected(header.error());
                  return footprintOf(*header);
              })
        .then(this, [this, turn = m_visitTurn](const Result<Footprint>& footprint) {
            if (turn == m_visitTurn) headerRead(footprint);
        });
}

void DiscoverController::headerRead(const Result<Footprint>& footprint)
{
    if (!footprint) {
        m_headerDetail = detailOf(footprint.error());
        if (footprint.error().code == ErrorCode::InvalidArgument && !m_repository.gated) { // a token is wanted for files only
            m_repository.gated = true;
            emit visitChanged();
        }
        return setHeader(Unknown);
    }
    m_footprint = *footprint;
    m_headerDetail = footprint->problem;
    m_files.setFootprint(*footprint);
    setHeader(Known);
}

void DiscoverController::download(int row)
{
    if (m_visit != Open || row < 0 || row >= m_files.count() || !m_files.at(row).missing.isEmpty()) return;
    m_files.setOrdered(row);
    emit downloadWanted(m_repository.id, m_files.at(row));
}

QString DiscoverController::source() const { return repository().isEmpty() ? QString() : hub::toString({m_repository.id.service, m_repository.id.name, {}}); }

bool DiscoverController::tokenWanted() const { return (m_repository.gated || m_refusedAccess) && m_tokens.token(m_repository.id.service).isEmpty(); }

QUrl DiscoverController::page() const { return hub::isRepositoryName(repository()) ? m_client.page(m_repository.id) : QUrl(); }

QString DiscoverController::machine() const
{
    if (m_machine.total == 0) return {};
    return tr("This machine has %1 of memory, %2 are free.").arg(sizeText(qint64(m_machine.total)), sizeText(qint64(m_machine.available)));
}

QString DiscoverController::facts() const
{
    if (!m_footprint) return {};
    QStringList parts{m_footprint->architecture, parametersText(m_footprint->parameters)};
    if (m_footprint->context > 0) parts << tr("%L1 tokens of context").arg(m_footprint->context);
    parts.removeAll(QString());
    return parts.join(kDot);
}

QString DiscoverController::problem() const
{
    if (m_header == Unknown) return tokenWanted() ? QString() : tr("The files' header could not be read, so the memory they need is only estimated.");
    return m_footprint && !m_footprint->problem.isEmpty() ? tr("Corral cannot run this model yet: %1. It can be downloaded all the same.").arg(m_footprint->problem) : QString();
}

void DiscoverController::setState(State state)
{
    m_state = state;
    emit stateChanged();
}

void DiscoverController::setVisit(Visit visit)
{
    m_visit = visit;
    emit visitChanged();
}

void DiscoverController::setHeader(Header header)
{
    m_header = header;
    emit headerChanged();
}

// ---- tokens and addresses

QString DiscoverController::tokenText() const { return corral::app::tokenText(m_tokens.place(m_service)); }
QString DiscoverController::huggingFaceToken() const { return corral::app::tokenText(m_tokens.place(hub::Service::HuggingFace)); }
QString DiscoverController::modelScopeToken() const { return corral::app::tokenText(m_tokens.place(hub::Service::ModelScope)); }

void DiscoverController::keepToken(hub::Service service, const QString& token)
{
    m_tokens.setToken(service, token).then(this, [this, service](const Result<hub::TokenStore::Place>& place) {
        if (place) m_tokenProblem.clear();
        else if (place.error().code == ErrorCode::InvalidArgument) m_tokenProblem = tr("This is no access token: they consist of letters and digits, without blanks.");
        else m_tokenProblem = tr("The token could not be kept: %1").arg(detailOf(place.error()));
        emit tokenChanged();
        const bool waiting = m_visit == Refused || (m_visit == Open && m_header == Unknown);
        if (place && waiting && service == m_repository.id.service && !m_tokens.token(service).isEmpty()) visitNow(m_repository.id);
    });
}

QString DiscoverController::huggingFaceAddress() const { return m_settings.text(kHuggingFaceKey); }
QString DiscoverController::modelScopeAddress() const { return m_settings.text(kModelScopeKey); }
void DiscoverController::setHuggingFaceAddress(const QString& address) { setAddress(kHuggingFaceKey, address.trimmed()); }
void DiscoverController::setModelScopeAddress(const QString& address) { setAddress(kModelScopeKey, address.trimmed()); }

void DiscoverController::setAddress(const QString& key, const QString& address)
{
    const bool good = address.isEmpty() || hub::HubSettings::isAddress(address);
    m_addressProblem = good ? QString() : tr("“%1” is no web address.").arg(address);
    if (good && m_settings.text(key) != address) {
        m_settings.setText(key, address);
        useAddresses();
        if (m_state != Idle) ask({});
    }
    emit addressesChanged();
}

void DiscoverController::useAddresses()
{
    auto settings = hub::HubSettings::withOwn(huggingFaceAddress(), modelScopeAddress());
    settings.patience = m_client.settings().patience;
    m_client.setSettings(std::move(settings));
}

QString DiscoverController::addressesInUse() const
{
    const auto hosts = [](const QList<QUrl>& addresses) {
        QStringList names;
        for (const QUrl& address : addresses) names << address.host();
        return names.join(tr(", then at ", "between addresses"));
    };
    const hub::HubSettings& settings = m_client.settings();
    return tr("Hugging Face is asked at %1").arg(hosts(settings.huggingFace)) + u'\n' + tr("ModelScope is asked at %1").arg(hosts(settings.modelScope));
}

} // namespace corral::app
