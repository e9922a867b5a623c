#pragma once
#include <QString>

namespace corral::app {

// What a licence is called and what it means for the reader, as far as it is known: by its id in a model's header ("apache-2.0"). A pointer, not advice.
QString licenseName(const QString& id);    // "Apache License 2.0"; unknown: the id
QString licenseMeaning(const QString& id); // "May be used, changed and passed on, also commercially."; unknown: ""

} // namespace corral::app
