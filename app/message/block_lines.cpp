#include "app/message/block_lines.h"

#include <QList>

#include <algorithm>
#include <array>

namespace corral::app::message {

namespace {

constexpr std::array<ThinkingTags, 4> kThinkingTags = {
    {{u"<think>", u"</think>"}, {u"<thinking>", u"</thinking>"}, {u"<seed:think>", u"</seed:think>"}, {u"[THINK]", u"[/THINK]"}}};

bool isDigit(QChar c) { return c >= u'0' && c <= u'9'; }

} // namespace

int indentOf(QStringView line)
{
    int columns = 0;
    for (const QChar c : line) {
        if (c == u' ')
            ++columns;
        else if (c == u'\t')
            columns += 4 - columns % 4;
        else
            break;
    }
    return columns;
}

bool isBlank(QStringView line) { return line.trimmed().isEmpty(); }

bool isRule(QStringView line)
{
    line = line.trimmed();
    if (line.isEmpty() || (line[0] != u'-' && line[0] != u'*' && line[0] != u'_')) return false;
    qsizetype marks = 0;
    for (const QChar c : line) {
        if (c == line[0])
            ++marks;
        else if (c != u' ' && c != u'\t')
            return false;
    }
    return marks >= 3;
}

bool isHeading(QStringView line)
{
    if (indentOf(line) > 3) return false;
    line = line.trimmed();
    qsizetype marks = 0;
    while (marks < line.size() && line[marks] == u'#') ++marks;
    return marks >= 1 && marks <= 6 && (marks == line.size() || line[marks].isSpace());
}

bool isQuote(QStringView line) { return indentOf(line) <= 3 && line.trimmed().startsWith(u'>'); }

std::optional<ListMarker> listMarker(QStringView line)
{
    qsizetype at = 0;
    while (at < line.size() && (line[at] == u' ' || line[at] == u'\t')) ++at;
    ListMarker marker{.indent = indentOf(line), .ordered = false, .number = 0, .numberAt = at, .numberLength = 0, .contentAt = 0};
    if (at >= line.size() || isRule(line)) return std::nullopt;
    if (line[at] == u'-' || line[at] == u'*' || line[at] == u'+') {
        ++at;
    } else {
        while (at < line.size() && isDigit(line[at]) && marker.numberLength < 4) {
            marker.number = marker.number * 10 + line[at++].digitValue();
            ++marker.numberLength;
        }
        // Four digits are rather a year at the start of a line.
        if (marker.numberLength == 0 || marker.numberLength > 3 || at >= line.size() || (line[at] != u'.' && line[at] != u')'))
            return std::nullopt;
        marker.ordered = true;
        ++at;
    }
    if (at < line.size() && line[at] != u' ' && line[at] != u'\t') return std::nullopt;
    while (at < line.size() && (line[at] == u' ' || line[at] == u'\t')) ++at;
    marker.contentAt = at;
    return marker;
}

QStringList tableCells(QStringView line)
{
    line = line.trimmed();
    if (line.startsWith(u'|')) line = line.sliced(1);
    QStringList cells;
    QString cell;
    for (qsizetype i = 0; i < line.size(); ++i) {
        if (line[i] == u'\\' && i + 1 < line.size() && line[i + 1] == u'|') {
            cell += line[++i];
        } else if (line[i] == u'|') {
            cells.append(cell.trimmed());
            cell.clear();
            if (i + 1 == line.size()) return cells;
        } else {
            cell += line[i];
        }
    }
    cells.append(cell.trimmed());
    return cells;
}

QList<int> tableAlignments(QStringView line)
{
    if (!line.contains(u'-') || !line.contains(u'|')) return {};
    QList<int> alignments;
    for (const QString& cell : tableCells(line)) {
        QStringView dashes = cell;
        const bool left = dashes.startsWith(u':'), right = dashes.size() > 1 && dashes.endsWith(u':');
        dashes = dashes.sliced(left).chopped(right);
        if (dashes.isEmpty() || std::ranges::any_of(dashes, [](QChar c) { return c != u'-'; })) return {};
        alignments.append(left && right ? Qt::AlignHCenter : right ? Qt::AlignRight : Qt::AlignLeft);
    }
    return alignments;
}

bool isUndecided(QStringView lineStart)
{
    const auto text = lineStart.trimmed();
    if (std::ranges::all_of(text, [](QChar c) { return QStringView(u"-*_`~$#=|:>+").contains(c) || c.isSpace(); })) return true;
    // A number may become a list's.
    if (text.size() <= 4 && std::ranges::all_of(text.chopped(1), isDigit) &&
        (isDigit(text.back()) || text.back() == u'.' || text.back() == u')'))
        return true;
    if (QStringView(u"\\begin{").startsWith(text)) return true;
    return std::ranges::any_of(kThinkingTags, [&](const ThinkingTags& tags) {
        return (tags.opening.size() > text.size() && tags.opening.startsWith(text)) ||
               (tags.closing.size() > text.size() && tags.closing.startsWith(text));
    });
}

const ThinkingTags* thinkingTags(QStringView line)
{
    const auto text = line.trimmed();
    const auto* found = std::ranges::find_if(kThinkingTags, [&](const ThinkingTags& tags) { return text.startsWith(tags.opening); });
    return found == kThinkingTags.end() ? nullptr : found;
}

} // namespace corral::app::message
