#pragma once
// What is fetched, one item after another, as rows. The list is kept in a file: after a crash or a restart begin() goes on where it was.
// `corral pull` runs it as well, without QML: app/application/foreign_types.h names it there.
//
//   queue.add("hf:unsloth/Qwen3-4B-GGUF:Q4_K_M");   // its id; 0: not understood
//
//   Waiting → Asking (which files?) → Running ⇄ Retrying → Verifying → Done | Failed;  pause → Paused, resume and retry → Waiting
#include "app/downloads/download_item.h"
#include "app/downloads/transfer.h"

#include <QAbstractListModel>
#include <QElapsedTimer>
#include <QFuture>
#include <QThreadPool>
#include <QUrl>

#include <memory>
#include <vector>

namespace corral::app {

// Where the hub's side of it comes from.
struct DownloadSource {
    std::function<QFuture<Result<hub::Repository>>(const hub::RepositoryId&)> repository;
    std::function<QNetworkRequest(const hub::RepositoryId&, const QString& path)> request;
    TransferFactory transfer;
    std::function<Result<void>(const QString& file)> check; // whether what arrived is a model; on any thread
    static DownloadSource real(hub::HubClient& client, QNetworkAccessManager& network, hub::DownloadOptions options = {});
};

// Plays: repositories as scriptedHub() has them, transfers as scriptedTransfers().
DownloadSource scriptedDownloads(double bytesPerSecond);

class DownloadQueue : public QAbstractListModel {
    Q_OBJECT
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(int doneCount READ doneCount NOTIFY runningChanged)
    // What is fetched now, for the strip.
    Q_PROPERTY(bool running READ running NOTIFY runningChanged)
    Q_PROPERTY(QString runningTitle READ runningTitle NOTIFY runningChanged)
    Q_PROPERTY(double runningProgress READ runningProgress NOTIFY runningProgressChanged)
    Q_PROPERTY(QString runningText READ runningText NOTIFY runningProgressChanged) // "2 min left"
    Q_PROPERTY(int waiting READ waiting NOTIFY runningChanged)

public:
    enum State { Waiting, Asking, Running, Retrying, Verifying, Paused, Done, Failed };
    Q_ENUM(State)
    enum Role {
        ItemIdRole = Qt::UserRole + 1, // itemId: int. What the verbs take
        TitleRole,                     // title: string. "Qwen3-4B-Q4_K_M"
        FromRole,                      // from: string. "hf:unsloth/Qwen3-4B-GGUF"
        StateRole,                     // itemState: State
        ProgressRole,                  // progress: real, 0 … 1
        DetailRole,                    // detail: string. How far it is, why it failed
        TechnicalRole,                 // technical: string. For the tooltip
        PartsRole,                     // parts: int. Files of the set
        CanChatRole,                   // canChat: bool
    };
    Q_ENUM(Role)

    struct Options {
        QString file = defaultFile(); // the list; empty: it is not kept
        QString folder;               // where models go
        QString sumsFile;             // app/shelf's KnownSums; empty: its own place
    };
    DownloadQueue(DownloadSource source, Options options, QObject* parent = nullptr);
    ~DownloadQueue() override; // what has arrived stays
    static QString defaultFile();

    void begin(); // goes on with what an earlier run left

    Q_INVOKABLE bool understands(const QString& text) const; // a name or an address that add() would take
    Q_INVOKABLE int add(const QString& source, const QString& folder = {});
    int addSet(const hub::RepositoryId& repository, const hub::FileSet& set, const QString& folder = {});
    Q_INVOKABLE void pause(int itemId);
    Q_INVOKABLE void resume(int itemId);
    Q_INVOKABLE void retry(int itemId) { resume(itemId); }
    Q_INVOKABLE void cancel(int itemId); // and deletes what came; of one that is done only the row
    Q_INVOKABLE void move(int itemId, int places); // up: negative
    Q_INVOKABLE void clearDone();
    Q_INVOKABLE void cancelRunning(); // the strip's button: pauses, nothing is lost
    Q_INVOKABLE void chat(int itemId); // chatWanted() follows
    Q_INVOKABLE QUrl folderOf(int itemId) const; // where its files are or will be

    const std::vector<std::unique_ptr<DownloadItem>>& items() const { return m_items; }
    const DownloadItem* find(int itemId) const;
    int count() const { return rowCount(); }
    int doneCount() const;
    bool running() const { return m_active != 0; }
    QString runningTitle() const;
    double runningProgress() const;
    QString runningText() const;
    int waiting() const;

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : int(m_items.size()); }
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void runningChanged();
    void runningProgressChanged();
    void chatWanted(const QUrl& file);
    void arrived(const QStringList& files); // verified, under their names
    void ended(const QString& sentence);    // for whoever looks at another page

private:
    int insert(std::unique_ptr<DownloadItem> item);
    int rowOf(int itemId) const;
    DownloadItem* active();
    void set(DownloadItem& item, DownloadState state);
    void show(const DownloadItem& item); // its row has changed
    void fail(DownloadItem& item, const QString& text, const QString& technical);
    void startNext();
    void ask(DownloadItem& item);
    void listed(int itemId, const hub::Source& source, const Result<hub::Repository>& repository);
    // Another unfinished item brings something else under that name.
    bool isAwaited(const QString& target, const QByteArray& sha256, const DownloadItem& by) const;
    void takeSet(DownloadItem& item, const hub::RepositoryId& repository, const hub::FileSet& set) const;
    void fetch(DownloadItem& item);
    void transferChanged();
    void fileArrived(DownloadItem& item);
    void check(DownloadItem& item);
    void dropTransfer();
    void save() const;

    const DownloadSource m_source;
    const Options m_options;
    std::vector<std::unique_ptr<DownloadItem>> m_items;
    int m_lastId = 0, m_active = 0; // 0: none
    std::unique_ptr<Transfer> m_transfer;
    qsizetype m_file = 0; // of the active item
    QFuture<Result<hub::Repository>> m_asking;
    QElapsedTimer m_clock;
    mutable QThreadPool m_saver; // one thread; its end waits for the last list
};

} // namespace corral::app
