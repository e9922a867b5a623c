#pragma once
// The Discover tab: what is searched for and where, the repository that is looked at, its files; tokens and addresses of the hubs. Nothing is asked of
// a network before activate(), which the tab calls when it is shown.
//
//   search:      Idle —activate, search…→ Searching → Found | Failed
//   repository:  Closed —open→ Opening → Open | Refused          (close() → Closed)
//   the header:  Unread → Reading → Known | Unknown
#include "app/discovering/file_set_list_model.h"
#include "app/discovering/hit_list_model.h"
#include "app/settings/settings_file.h"
#include "core/hub/token_store.h"

#include <QFutureWatcher>
#include <QObject>
#include <QQmlEngine>
#include <QTimer>
#include <QUrl>

namespace corral::app {

class DiscoverController : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `discover`")

public:
    enum State { Idle, Searching, Found, Failed };
    Q_ENUM(State)
    enum Visit { Closed, Opening, Open, Refused };
    Q_ENUM(Visit)
    enum Header { Unread, Reading, Known, Unknown };
    Q_ENUM(Header)
    enum Service { HuggingFace = int(hub::Service::HuggingFace), ModelScope = int(hub::Service::ModelScope) };
    Q_ENUM(Service)

private:
    // The search
    Q_PROPERTY(Service service READ service WRITE setService NOTIFY queryChanged)
    Q_PROPERTY(QString serviceName READ serviceName NOTIFY queryChanged)
    Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY queryChanged) // words, or hf:OWNER/NAME, or a page's address
    Q_PROPERTY(QStringList sorts READ sorts CONSTANT)
    Q_PROPERTY(int sort READ sort WRITE setSort NOTIFY queryChanged)
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(bool hasMore READ hasMore NOTIFY stateChanged)
    Q_PROPERTY(QString errorText READ errorText NOTIFY stateChanged)
    Q_PROPERTY(QString errorDetail READ errorDetail NOTIFY stateChanged)
    Q_PROPERTY(corral::app::HitListModel* hits READ hits CONSTANT)
    // The repository
    Q_PROPERTY(Visit visit READ visit NOTIFY visitChanged)
    Q_PROPERTY(QString repository READ repository NOTIFY visitChanged) // "owner/name"
    Q_PROPERTY(QString source READ source NOTIFY visitChanged)         // "hf:owner/name"
    Q_PROPERTY(QString summary READ summary NOTIFY visitChanged)
    Q_PROPERTY(QString license READ license NOTIFY visitChanged)
    Q_PROPERTY(bool gated READ gated NOTIFY visitChanged)
    Q_PROPERTY(bool tokenWanted READ tokenWanted NOTIFY visitChanged) // it is gated, or was refused, and there is no token
    Q_PROPERTY(QUrl page READ page NOTIFY visitChanged)
    Q_PROPERTY(QString visitError READ visitError NOTIFY visitChanged)
    Q_PROPERTY(QString visitDetail READ visitDetail NOTIFY visitChanged)
    Q_PROPERTY(corral::app::FileSetListModel* files READ files CONSTANT)
    Q_PROPERTY(QString machine READ machine NOTIFY visitChanged) // "This machine has 16.6 GB of memory, 11.2 GB are free."
    Q_PROPERTY(Header header READ header NOTIFY headerChanged)
    Q_PROPERTY(QString facts READ facts NOTIFY headerChanged) // "qwen3 · 4.0 billion · 32,768 tokens"
    Q_PROPERTY(QString problem READ problem NOTIFY headerChanged) // why Corral cannot run it; "": it can, or it is not known yet
    Q_PROPERTY(QString problemDetail READ problemDetail NOTIFY headerChanged)
    // Tokens and addresses
    Q_PROPERTY(bool hasToken READ hasToken NOTIFY tokenChanged)           // of the service that is searched
    Q_PROPERTY(QString tokenText READ tokenText NOTIFY tokenChanged)      // where it is kept
    Q_PROPERTY(QString tokenProblem READ tokenProblem NOTIFY tokenChanged) // why the last one was not taken
    Q_PROPERTY(QString huggingFaceToken READ huggingFaceToken NOTIFY tokenChanged) // where it is kept
    Q_PROPERTY(QString modelScopeToken READ modelScopeToken NOTIFY tokenChanged)
    Q_PROPERTY(bool keepsHuggingFaceToken READ keepsHuggingFaceToken NOTIFY tokenChanged) // by Corral, so that it can be forgotten
    Q_PROPERTY(bool keepsModelScopeToken READ keepsModelScopeToken NOTIFY tokenChanged)
    Q_PROPERTY(QString huggingFaceAddress READ huggingFaceAddress WRITE setHuggingFaceAddress NOTIFY addressesChanged) // the user's own; "": the usual ones
    Q_PROPERTY(QString modelScopeAddress READ modelScopeAddress WRITE setModelScopeAddress NOTIFY addressesChanged)
    Q_PROPERTY(QString addressProblem READ addressProblem NOTIFY addressesChanged)
    Q_PROPERTY(QString addressesInUse READ addressesInUse NOTIFY addressesChanged) // in their order

public:
    DiscoverController(hub::HubClient& client, hub::TokenStore& tokens, SettingsFile& settings, HubSource source, QObject* parent = nullptr);
    ~DiscoverController() override;

    Q_INVOKABLE void activate();
    Q_INVOKABLE void searchNow(); // Enter: opens what is a repository's name or address
    Q_INVOKABLE void findMore();
    Q_INVOKABLE void open(const QString& repository); // "owner/name" at the service that is searched
    Q_INVOKABLE void openSource(const QString& text); // "hf:…", "ms:…", an address
    Q_INVOKABLE void close();
    Q_INVOKABLE void tryAgain(); // what failed last
    Q_INVOKABLE void download(int row);
    Q_INVOKABLE void setToken(const QString& token) { keepToken(m_service, token); }
    Q_INVOKABLE void setTokenOf(int service, const QString& token) { keepToken(hub::Service(service), token); }

    Service service() const { return Service(m_service); }
    void setService(Service service);
    QString serviceName() const;
    QString search() const { return m_search; }
    void setSearch(const QString& text);
    QStringList sorts() const;
    int sort() const { return m_sort; }
    void setSort(int sort);
    State state() const { return m_state; }
    bool hasMore() const { return !m_next.isEmpty(); }
    QString errorText() const { return m_errorText; }
    QString errorDetail() const { return m_errorDetail; }
    HitListModel* hits() { return &m_hits; }
    Visit visit() const { return m_visit; }
    QString repository() const { return m_repository.id.name; }
    QString source() const;
    QString summary() const { return m_repository.summary; }
    QString license() const { return m_repository.license; }
    bool gated() const { return m_repository.gated; }
    bool tokenWanted() const;
    QUrl page() const;
    QString visitError() const { return m_visitError; }
    QString visitDetail() const { return m_visitDetail; }
    FileSetListModel* files() { return &m_files; }
    QString machine() const;
    Header header() const { return m_header; }
    QString facts() const;
    QString problem() const;
    QString problemDetail() const { return m_headerDetail; }
    bool hasToken() const { return !m_tokens.token(m_service).isEmpty(); }
    QString tokenText() const;
    QString tokenProblem() const { return m_tokenProblem; }
    QString huggingFaceToken() const;
    QString modelScopeToken() const;
    bool keepsHuggingFaceToken() const { return m_tokens.keeps(hub::Service::HuggingFace); }
    bool keepsModelScopeToken() const { return m_tokens.keeps(hub::Service::ModelScope); }
    QString huggingFaceAddress() const;
    void setHuggingFaceAddress(const QString& address);
    QString modelScopeAddress() const;
    void setModelScopeAddress(const QString& address);
    QString addressProblem() const { return m_addressProblem; }
    QString addressesInUse() const;

signals:
    void queryChanged();
    void stateChanged();
    void visitChanged();
    void headerChanged();
    void tokenChanged();
    void addressesChanged();
    // The queue takes it from here.
    void downloadWanted(const corral::hub::RepositoryId& repository, const corral::hub::FileSet& set);
    void addressWanted(const QString& address); // of a file that is on no hub

private:
    void ask(const QString& cursor);
    void found(const Result<hub::SearchPage>& page, bool more);
    void visitNow(const hub::RepositoryId& id);
    void visited(const Result<hub::Repository>& repository);
    void readHeader();
    void headerRead(const Result<Footprint>& footprint);
    void setState(State state);
    void setVisit(Visit visit);
    void setHeader(Header header);
    void keepToken(hub::Service service, const QString& token);
    void setAddress(const QString& key, const QString& address);
    void useAddresses();

    hub::HubClient& m_client;
    hub::TokenStore& m_tokens;
    SettingsFile& m_settings;
    const HubSource m_source;
    HitListModel m_hits;
    FileSetListModel m_files;
    QTimer m_typing;

    hub::Service m_service = hub::Service::HuggingFace;
    QString m_search, m_next, m_errorText, m_errorDetail;
    int m_sort = 0;
    State m_state = Idle;
    QFuture<Result<hub::SearchPage>> m_asking;
    Visit m_visit = Closed;
    hub::Repository m_repository;
    QString m_visitError, m_visitDetail;
    bool m_refusedAccess = false;
    MemoryStatus m_machine;
    QFuture<Result<hub::Repository>> m_visiting;
    Header m_header = Unread;
    std::optional<Footprint> m_footprint;
    QString m_headerDetail, m_tokenProblem, m_addressProblem;
    QFuture<Result<HeaderPointer>> m_reading;
    quint64 m_searchTurn = 0, m_visitTurn = 0; // answers to older questions are not heard
};

} // namespace corral::app
