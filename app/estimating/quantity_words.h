#pragma once
// Numbers of core/memory in the reader's language: their names by their ids, their formulas by their patterns.
#include "core/memory/quantity.h"

#include <QString>
#include <QStringList>

namespace corral::app {

QString textOf(const memory::Words& words); // "4,096 positions × 64 bytes"
QString nameOf(const memory::Quantity& quantity);
QStringList assumptionsOf(const memory::Quantity& quantity);

// Whether this program has words for it: a test asks this of all that core/memory says.
bool hasWordsFor(const memory::Words& words);
bool hasNameFor(const memory::Quantity& quantity);

} // namespace corral::app
