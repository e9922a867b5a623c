#pragma once
// Brings a database to this program's schema: the files :/corral/store/migrations/NNN_*.sql, each in one transaction, PRAGMA
// user_version counting those done. In a file a blank line ends a statement.
#include "core/base/error.h"

#include <QSqlDatabase>

namespace corral::app {

int newestSchema();
int schemaOf(const QSqlDatabase& database);
// Up to `version` (0: the newest). A database newer than that is refused.
Result<void> migrate(QSqlDatabase& database, int version = 0);

} // namespace corral::app
