#include "app/store/store.h"

#include "app/store/migrations.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSqlError>
#include <QStandardPaths>
#include <QTimeZone>
#include <QUuid>

#include <algorithm>
#include <array>

namespace corral::app {

namespace {

struct StateName {
    MessageRecord::State state;
    const char* name;
};
constexpr std::array kStateNames{
    StateName{MessageRecord::State::Streaming, "streaming"},      StateName{MessageRecord::State::Complete, "complete"},
    StateName{MessageRecord::State::Stopped, "stopped"},          StateName{MessageRecord::State::Interrupted, "interrupted"},
    StateName{MessageRecord::State::LimitReached, "limit"},       StateName{MessageRecord::State::ContextFull, "context_full"},
    StateName{MessageRecord::State::Failed, "failed"},
};

QString nameOf(MessageRecord::State state)
{
    for (const auto& entry : kStateNames) {
        if (entry.state == state) return QString::fromLatin1(entry.name);
    }
    return {};
}

MessageRecord::State stateOf(const QString& name)
{
    for (const auto& entry : kStateNames) {
        if (name == QLatin1String(entry.name)) return entry.state;
    }
    return MessageRecord::State::Complete;
}

QString toText(const QJsonObject& json) { return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact)); }
QJsonObject toJson(const QString& text) { return QJsonDocument::fromJson(text.toUtf8()).object(); }
qint64 now() { return QDateTime::currentMSecsSinceEpoch(); }
qint64 timeOr(const QDateTime& time, qint64 otherwise) { return time.isValid() ? time.toMSecsSinceEpoch() : otherwise; }

// Null strings would be bound as NULL, which the schema forbids.
QString notNull(const QString& text) { return text.isNull() ? QLatin1String("") : text; }

constexpr auto kConversationColumns = "c.id, c.title, c.created, c.updated, c.model_path, c.model_name, c.settings, c.shown_leaf";

ConversationRecord conversationFrom(const QSqlQuery& row)
{
    ConversationRecord record;
    record.id = row.value(0).toInt();
    record.title = row.value(1).toString();
    record.created = QDateTime::fromMSecsSinceEpoch(row.value(2).toLongLong(), QTimeZone::UTC);
    record.updated = QDateTime::fromMSecsSinceEpoch(row.value(3).toLongLong(), QTimeZone::UTC);
    record.modelPath = row.value(4).toString();
    record.modelName = row.value(5).toString();
    record.settings = toJson(row.value(6).toString());
    record.shownLeaf = row.value(7).toInt();
    return record;
}

// One line around the first place where the text stands.
QString snippetOf(const QString& content, const QString& text)
{
    constexpr qsizetype kBefore = 24, kLength = 96;
    const qsizetype at = content.indexOf(text, 0, Qt::CaseInsensitive);
    if (at < 0) return {};
    const qsizetype begin = qMax(qsizetype(0), at - kBefore);
    static const QRegularExpression marks(QStringLiteral("[*`#|]+")); // Markdown's
    QString snippet = content.mid(begin, kLength).remove(marks).simplified();
    if (begin > 0) snippet.prepend(u'…');
    if (begin + kLength < content.size()) snippet.append(u'…');
    return snippet;
}

} // namespace

QString Store::defaultFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/corral/conversations.sqlite");
}

Result<std::unique_ptr<Store>> Store::open(const QString& file)
{
    std::unique_ptr<Store> store(new Store);
    if (auto prepared = store->prepareFile(file); !prepared) return within("opening " + file.toStdString(), prepared.error());
    return store;
}

Result<void> Store::prepareFile(const QString& file)
{
    m_file = file;
    m_worker.setMaxThreadCount(1);
    if (!QDir().mkpath(QFileInfo(file).absolutePath())) return fail(ErrorCode::Io, "the folder cannot be made");
    m_connection = QUuid::createUuid().toString(QUuid::Id128);
    m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
    m_database.setDatabaseName(file);
    m_database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=2000"));
    if (!m_database.open()) return fail(ErrorCode::Io, "{}", m_database.lastError().text().toStdString());

    // NORMAL: a crash of the program loses nothing, a power cut at most the last moments, and no write waits for the disk.
    for (const char* pragma : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", "PRAGMA foreign_keys = ON", "PRAGMA wal_autocheckpoint = 0"}) {
        QSqlQuery query(m_database);
        if (!query.exec(QString::fromLatin1(pragma))) return fail(ErrorCode::Io, "{}: {}", pragma, query.lastError().text().toStdString());
    }
    if (auto migrated = migrate(m_database); !migrated) return migrated;
    run("UPDATE messages SET state = 'interrupted' WHERE state = 'streaming'", {});
    purgeRemoved();
    return {};
}

Store::~Store()
{
    m_worker.waitForDone();
    m_statements.clear();
    m_database.close(); // the last connection to close moves the log into the file
    m_database = {};
    QSqlDatabase::removeDatabase(m_connection);
}

int Store::schemaVersion() const { return schemaOf(m_database); }

QSqlQuery& Store::run(const char* sql, const QVariantList& values) const
{
    auto it = m_statements.find(sql);
    if (it == m_statements.end()) {
        QSqlQuery query(m_database);
        query.setForwardOnly(true);
        if (!query.prepare(QString::fromUtf8(sql))) emit writeFailed(query.lastError().text());
        it = m_statements.insert(sql, std::move(query));
    }
    for (int i = 0; i < values.size(); ++i) it->bindValue(i, values[i]);
    if (!it->exec()) emit writeFailed(it->lastError().text());
    return *it;
}

QList<ConversationRecord> Store::conversations() const
{
    static const QByteArray sql = QByteArray("SELECT ") + kConversationColumns + " FROM conversations c WHERE deleted = 0 ORDER BY updated DESC, id DESC";
    QSqlQuery& rows = run(sql.constData(), {});
    QList<ConversationRecord> records;
    while (rows.next()) records.append(conversationFrom(rows));
    return records;
}

QList<ConversationRecord> Store::search(const QString& text) const
{
    const QString wanted = text.trimmed();
    if (wanted.isEmpty()) return conversations();

    constexpr int kTrigram = 3; // shorter texts are not in the index
    static const QByteArray columns = QByteArray("SELECT ") + kConversationColumns;
    static const QByteArray byIndex = columns + ", m.content FROM message_index i JOIN messages m ON m.id = i.rowid"
                                                " JOIN conversations c ON c.id = m.conversation WHERE message_index MATCH ? AND c.deleted = 0"
                                                " GROUP BY c.id";
    static const QByteArray byScan = columns + ", m.content FROM messages m JOIN conversations c ON c.id = m.conversation"
                                               " WHERE instr(lower(m.content), lower(?)) > 0 AND c.deleted = 0 GROUP BY c.id";
    static const QByteArray byTitle = columns + ", '' FROM conversations c WHERE instr(lower(c.title), lower(?)) > 0 AND c.deleted = 0";

    QHash<int, ConversationRecord> found;
    const auto collect = [&](QSqlQuery& rows) {
        while (rows.next()) {
            ConversationRecord record = conversationFrom(rows);
            record.snippet = snippetOf(rows.value(8).toString(), wanted);
            if (!found.contains(record.id) || found[record.id].snippet.isEmpty()) found.insert(record.id, record);
        }
        rows.finish();
    };
    if (wanted.size() < kTrigram) {
        collect(run(byScan.constData(), {wanted}));
    } else {
        const QString phrase = u'"' + QString(wanted).replace(u'"', QStringLiteral("\"\"")) + u'"'; // FTS5: one literal phrase
        collect(run(byIndex.constData(), {phrase}));
    }
    collect(run(byTitle.constData(), {wanted}));

    QList<ConversationRecord> records = found.values();
    std::ranges::sort(records, [](const auto& a, const auto& b) { return a.updated != b.updated ? a.updated > b.updated : a.id > b.id; });
    return records;
}

std::optional<ConversationRecord> Store::conversation(int id) const
{
    static const QByteArray sql = QByteArray("SELECT ") + kConversationColumns + " FROM conversations c WHERE id = ? AND deleted = 0";
    QSqlQuery& row = run(sql.constData(), {id});
    std::optional<ConversationRecord> record;
    if (row.next()) record = conversationFrom(row);
    row.finish();
    return record;
}

int Store::addConversation(const ConversationRecord& record)
{
    const qint64 time = timeOr(record.created, now());
    const QSqlQuery& query = run("INSERT INTO conversations (title, created, updated, model_path, model_name, settings) VALUES (?, ?, ?, ?, ?, ?)",
                                 {notNull(record.title), time, time, notNull(record.modelPath), notNull(record.modelName), toText(record.settings)});
    const int id = query.lastInsertId().toInt();
    emit conversationAdded(id);
    return id;
}

void Store::rename(int conversation, const QString& title)
{
    run("UPDATE conversations SET title = ? WHERE id = ?", {notNull(title), conversation});
    emit conversationChanged(conversation);
}

void Store::setModel(int conversation, const QString& path, const QString& name)
{
    run("UPDATE conversations SET model_path = ?, model_name = ? WHERE id = ?", {notNull(path), notNull(name), conversation});
    emit conversationChanged(conversation);
}

void Store::setSettings(int conversation, const QJsonObject& settings)
{
    run("UPDATE conversations SET settings = ? WHERE id = ?", {toText(settings), conversation});
}

void Store::setShownLeaf(int conversation, int message) { run("UPDATE conversations SET shown_leaf = ? WHERE id = ?", {message, conversation}); }

void Store::remove(int conversation)
{
    run("UPDATE conversations SET deleted = ? WHERE id = ?", {now(), conversation});
    emit conversationRemoved(conversation);
}

void Store::restore(int conversation)
{
    run("UPDATE conversations SET deleted = 0 WHERE id = ?", {conversation});
    emit conversationAdded(conversation);
}

void Store::purgeRemoved(int except) { run("DELETE FROM conversations WHERE deleted <> 0 AND id <> ?", {except}); }

QList<MessageRecord> Store::messages(int conversation) const
{
    QSqlQuery& rows = run("SELECT id, parent, role, state, content, timings, model_name, error, created FROM messages WHERE conversation = ? ORDER BY id",
                          {conversation});
    QList<MessageRecord> records;
    while (rows.next()) {
        MessageRecord record;
        record.id = rows.value(0).toInt();
        record.conversation = conversation;
        record.parent = rows.value(1).toInt();
        record.role = rows.value(2).toString() == QLatin1String("user") ? MessageRecord::Role::User : MessageRecord::Role::Assistant;
        record.state = stateOf(rows.value(3).toString());
        record.content = rows.value(4).toString();
        if (const QString timings = rows.value(5).toString(); timings.size() > 2) record.timings = toJson(timings);
        record.modelName = rows.value(6).toString();
        record.error = rows.value(7).toString();
        record.created = QDateTime::fromMSecsSinceEpoch(rows.value(8).toLongLong(), QTimeZone::UTC);
        records.append(std::move(record));
    }
    return records;
}

int Store::addMessage(const MessageRecord& record)
{
    const qint64 time = timeOr(record.created, now());
    const QSqlQuery& query =
        run("INSERT INTO messages (conversation, parent, role, state, content, timings, model_name, error, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            {record.conversation, record.parent,
             record.role == MessageRecord::Role::User ? QStringLiteral("user") : QStringLiteral("assistant"), nameOf(record.state),
             notNull(record.content), toText(record.timings), notNull(record.modelName), notNull(record.error), time});
    const int id = query.lastInsertId().toInt();
    run("UPDATE conversations SET updated = ? WHERE id = ?", {time, record.conversation});
    emit conversationChanged(record.conversation);
    return id;
}

void Store::updateMessage(const MessageRecord& record)
{
    run("UPDATE messages SET content = ?, state = ?, timings = ?, error = ? WHERE id = ?",
        {notNull(record.content), nameOf(record.state), toText(record.timings), notNull(record.error), record.id});
}

void Store::removeMessage(int id) { run("DELETE FROM messages WHERE id = ?", {id}); }

void Store::checkpointInBackground()
{
    m_worker.start([file = m_file] {
        const QString connection = QUuid::createUuid().toString(QUuid::Id128);
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection);
            database.setDatabaseName(file);
            if (database.open()) QSqlQuery(QStringLiteral("PRAGMA wal_checkpoint(PASSIVE)"), database).next();
        }
        QSqlDatabase::removeDatabase(connection);
    });
}

} // namespace corral::app
