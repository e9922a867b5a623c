#include "app/store/migrations.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSqlError>
#include <QSqlQuery>

#include <algorithm>

namespace corral::app {

static QStringList migrationFiles() // sorted by name: 001_, 002_ ...
{
    const QDir folder(QStringLiteral(":/corral/store/migrations"));
    return folder.entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name);
}

static QStringList statementsOf(const QString& name)
{
    QFile file(QStringLiteral(":/corral/store/migrations/") + name);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Text)) return {};
    static const QRegularExpression blankLine(QStringLiteral("\n[ \t]*\n"));
    QStringList statements = QString::fromUtf8(file.readAll()).split(blankLine, Qt::SkipEmptyParts);
    statements.removeIf([](const QString& statement) {
        return std::ranges::all_of(statement.split(u'\n'), [](const QString& line) {
            return line.trimmed().isEmpty() || line.trimmed().startsWith(QLatin1String("--"));
        });
    });
    return statements;
}

int newestSchema() { return int(migrationFiles().size()); }

int schemaOf(const QSqlDatabase& database)
{
    QSqlQuery query(QStringLiteral("PRAGMA user_version"), database);
    return query.next() ? query.value(0).toInt() : 0;
}

Result<void> migrate(QSqlDatabase& database, int version)
{
    const QStringList files = migrationFiles();
    if (version == 0) version = int(files.size());
    const int present = schemaOf(database);
    if (present > version) {
        return fail(ErrorCode::Unsupported, "the conversations have schema {}, this program knows {}: a newer Corral wrote them", present, version);
    }
    for (int step = present; step < version; ++step) {
        const std::string name = files[step].toStdString();
        if (!database.transaction()) return fail(ErrorCode::Io, "{}: {}", name, database.lastError().text().toStdString());
        QSqlQuery query(database);
        QStringList statements = statementsOf(files[step]);
        statements.append(QStringLiteral("PRAGMA user_version = %1").arg(step + 1));
        for (const QString& statement : std::as_const(statements)) {
            if (query.exec(statement)) continue;
            const std::string reason = query.lastError().text().toStdString();
            query.finish();
            database.rollback();
            return fail(ErrorCode::Io, "{}: {}", name, reason);
        }
        query.finish();
        if (!database.commit()) return fail(ErrorCode::Io, "{}: {}", name, database.lastError().text().toStdString());
    }
    return {};
}

} // namespace corral::app
