#include "core/hub/names.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>

namespace corral::hub {

namespace {

constexpr qsizetype kMostName = 256, kMostPath = 1024, kMostPart = 240, kMostTag = 64;

QRegularExpression whole(const QString& pattern, QRegularExpression::PatternOptions options = QRegularExpression::NoPatternOption)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern), options);
}

bool isInvisible(QChar c) { return c.category() == QChar::Other_Control || c.category() == QChar::Other_Format || c == QChar::LineSeparator || c == QChar::ParagraphSeparator; }

bool isReserved(const QString& part) // by Windows, with any ending
{
    static const auto reserved = whole(QStringLiteral("(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\\..*)?"), QRegularExpression::CaseInsensitiveOption);
    return reserved.match(part).hasMatch();
}

} // namespace

bool isRepositoryName(const QString& name)
{
    // Dots and hyphens stand between other characters, one at a time.
    static const auto allowed = whole(QStringLiteral("[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*/[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*"));
    return name.size() <= kMostName && allowed.match(name).hasMatch();
}

bool isRevision(const QString& revision)
{
    static const auto allowed = whole(QStringLiteral("[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*"));
    return revision.size() <= kMostName && !revision.contains(QStringLiteral("..")) && allowed.match(revision).hasMatch();
}

bool isFilePath(const QString& path)
{
    if (path.isEmpty() || path.size() > kMostPath) return false;
    return std::ranges::all_of(path.split(u'/'), [](const QString& part) {
        if (part.isEmpty() || part.size() > kMostPart || part.endsWith(u'.') || part.endsWith(u' ')) return false; // "." and ".." among them
        static const QString forbidden = QStringLiteral("\\:*?\"<>|");
        return std::ranges::none_of(part, [](QChar c) { return isInvisible(c) || forbidden.contains(c); }) && !isReserved(part);
    });
}

bool isQuantization(const QString& tag)
{
    static const auto allowed = whole(QStringLiteral("[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*"));
    return tag.size() <= kMostTag && allowed.match(tag).hasMatch();
}

QString plainLine(const QString& text, qsizetype most)
{
    QString line;
    line.reserve(std::min(text.size(), most));
    for (const QChar c : text) {
        if (line.size() >= most) break;
        if (!isInvisible(c)) line += c;
        else if (c.isSpace() && !line.endsWith(u' ')) line += u' ';
    }
    return line.trimmed();
}

} // namespace corral::hub
