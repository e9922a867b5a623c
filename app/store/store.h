#pragma once
// Conversations on disk: one SQLite file in WAL mode, so that what was written survives a crash of the program. Used from one thread
// (the window's): every call is one or two prepared statements, well under 5 ms; the slow part of WAL, moving pages into the file
// and syncing, is done by checkpointInBackground() on a worker.
//
// Format, open to other programs: store/migrations/*.sql (the schema's version is PRAGMA user_version).
#include "app/store/records.h"
#include "core/base/error.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QThreadPool>

#include <memory>
#include <optional>

namespace corral::app {

class Store : public QObject {
    Q_OBJECT

public:
    // Makes the file and its folder, brings an older schema up to date, marks answers that a crash cut off as Interrupted and purges
    // what was deleted in an earlier run. A schema newer than this program's is refused.
    static Result<std::unique_ptr<Store>> open(const QString& file);
    ~Store() override;

    static QString defaultFile(); // $XDG_DATA_HOME/corral/conversations.sqlite
    int schemaVersion() const;

    QList<ConversationRecord> conversations() const; // newest first
    // Those whose title or messages hold the text, newest first, with snippet.
    QList<ConversationRecord> search(const QString& text) const;
    std::optional<ConversationRecord> conversation(int id) const;

    int addConversation(const ConversationRecord& record); // the new id; created (and with it updated) is now unless given
    void rename(int conversation, const QString& title);
    void setModel(int conversation, const QString& path, const QString& name);
    void setSettings(int conversation, const QJsonObject& settings);
    void setShownLeaf(int conversation, int message); // quiet: no signal
    void remove(int conversation);  // can be restored
    void restore(int conversation);
    void purgeRemoved(int except = 0);

    QList<MessageRecord> messages(int conversation) const; // in the order they were written
    int addMessage(const MessageRecord& record);           // the new id; the conversation becomes the newest
    void updateMessage(const MessageRecord& record);       // content, state, timings, error
    void removeMessage(int id);                            // one without answers below it

    void checkpointInBackground();

signals:
    void conversationAdded(int id);
    void conversationChanged(int id);
    void conversationRemoved(int id);
    // A write failed (disk full ...): the reason in the system's words. Nothing is lost from the screen.
    void writeFailed(const QString& reason) const;

private:
    Store() = default;
    Result<void> prepareFile(const QString& file);
    // The prepared statement for this text, with values bound in order and executed.
    QSqlQuery& run(const char* sql, const QVariantList& values) const;

    QString m_file, m_connection;
    QSqlDatabase m_database;
    mutable QHash<const char*, QSqlQuery> m_statements;
    QThreadPool m_worker;
};

} // namespace corral::app
