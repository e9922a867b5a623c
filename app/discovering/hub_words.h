#pragma once
// Hubs, counts and failures in the reader's language.
#include "core/hub/client.h"
#include "core/hub/token_store.h"

#include <QString>

namespace corral::app {

QString serviceName(hub::Service service);
QString countText(qint64 count); // "9,412", "240 k", "1.8 M"; "" if negative
QString tokenText(hub::TokenStore::Place place); // where the token is kept

// What happened and what it means; core's own words are the detail. subject: what was asked for, may be empty.
QString hubFailure(const Error& error, const QString& subject);

} // namespace corral::app
