#include "core/hub/names.h"
#include "core/hub/service_api.h"

#include <QRegularExpression>

#include <algorithm>

namespace corral::hub {

namespace {

constexpr qsizetype kMostSummary = 2000; // characters
constexpr qsizetype kLeastLetters = 40;  // fewer are a title, a link or a badge

QString withoutFrontMatter(const QString& text)
{
    if (!text.startsWith(u"---\n")) return text;
    const qsizetype end = text.indexOf(u"\n---", 4);
    return end < 0 ? text : text.mid(text.indexOf(u'\n', end + 1) + 1);
}

// Inline marks taken off: images, links, emphasis, code, tags, entities.
QString plainText(QString text)
{
    static const QRegularExpression image(QStringLiteral("!\\[[^\\]]*\\]\\([^)]*\\)")), link(QStringLiteral("\\[([^\\]]*)\\]\\([^)]*\\)")), tag(QStringLiteral("<[^>]{1,500}>")),
        emphasis(QStringLiteral("\\*{1,3}|`+|(?<!\\w)_{1,2}|_{1,2}(?!\\w)"));
    text.remove(image).replace(link, QStringLiteral("\\1")).remove(tag).remove(emphasis);
    for (const auto& [entity, character] : {std::pair{QStringLiteral("&nbsp;"), QStringLiteral(" ")}, {QStringLiteral("&lt;"), QStringLiteral("<")},
                                            {QStringLiteral("&gt;"), QStringLiteral(">")}, {QStringLiteral("&quot;"), QStringLiteral("\"")}, {QStringLiteral("&amp;"), QStringLiteral("&")}})
        text.replace(entity, character);
    return plainLine(text.simplified(), kMostSummary);
}

bool isProse(const QString& block)
{
    static const QRegularExpression other(QStringLiteral("^(?:#|\\||```|~~~|>|[-*+] |\\d+\\. |={3}|-{3})"));
    return !other.match(block).hasMatch();
}

} // namespace

QString cardSummary(const QByteArray& card)
{
    static const QRegularExpression blankLines(QStringLiteral("\\n[ \\t]*\\n")), comment(QStringLiteral("<!--.*?-->"), QRegularExpression::DotMatchesEverythingOption),
        code(QStringLiteral("^(```|~~~).*?^\\1"), QRegularExpression::DotMatchesEverythingOption | QRegularExpression::MultilineOption);
    QString text = QString::fromUtf8(card.left(kMostCard)).remove(u'\r');
    text = withoutFrontMatter(text).remove(comment).remove(code);
    for (QString block : text.split(blankLines, Qt::SkipEmptyParts)) {
        block = block.trimmed();
        while (block.startsWith(u'#')) block = block.contains(u'\n') ? block.section(u'\n', 1).trimmed() : QString(); // a heading right above its text
        if (block.isEmpty() || !isProse(block)) continue;
        const QString plain = plainText(block);
        if (std::ranges::count_if(plain, [](QChar c) { return c.isLetter(); }) >= (std::ranges::any_of(plain, [](QChar c) { return c.script() == QChar::Script_Han; }) ? kLeastLetters / 4 : kLeastLetters))
            return plain;
    }
    return {};
}

} // namespace corral::hub
