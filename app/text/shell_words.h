#pragma once
#include <QString>

namespace corral::app {

// A word as a shell must be given it: with quotes where it needs some.
QString quotedForShell(QString word);

} // namespace corral::app
