#include "app/text/shell_words.h"

#include <algorithm>

namespace corral::app {

QString quotedForShell(QString word)
{
    static const QString plain = QStringLiteral("-_./=:,+@%");
    const bool isPlain = !word.isEmpty() && std::ranges::all_of(word, [](QChar c) { return (c.unicode() < 128 && c.isLetterOrNumber()) || plain.contains(c); });
    if (isPlain) return word;
    return u'\'' + word.replace(u'\'', QStringLiteral("'\\''")) + u'\'';
}

} // namespace corral::app
