#pragma once
// What the engine reports, in the reader's language: a sentence for each error code, sizes and durations in the locale's way.
#include "core/base/error.h"

#include <QString>

namespace corral::app {

// What happened and what it means; `subject` names the file or model it happened to and may be empty. The engine's own message is a detail for a tooltip.
QString sentenceFor(const Error& error, const QString& subject);
QString detailOf(const Error& error);

QString sizeText(qint64 bytes);       // "98.4 MB", powers of 1000
QString sizeDetail(qint64 bytes);     // "93.8 MiB", powers of 1024
QString parametersText(quint64 count); // "135 million"

} // namespace corral::app
