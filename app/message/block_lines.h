#pragma once
// What a single line of Markdown is.
#include <QStringList>
#include <QStringView>

#include <optional>

namespace corral::app::message {

struct ListMarker {
    int indent; // columns before it
    bool ordered;
    int number;                       // ordered only
    qsizetype numberAt, numberLength; // where the digits stand
    qsizetype contentAt;              // of what follows the marker and its space
};

int indentOf(QStringView line); // columns of white space, tabs to the next multiple of 4
bool isBlank(QStringView line);
bool isRule(QStringView line);    // --- *** ___
bool isHeading(QStringView line); // # … ######
bool isQuote(QStringView line);   // > …
std::optional<ListMarker> listMarker(QStringView line);

// Cells of a table's line, without the outer bars; `\|` is a bar.
QStringList tableCells(QStringView line);
// Qt::AlignmentFlag a column, of a line like |:--|--:|; empty if it is none.
QList<int> tableAlignments(QStringView line);

// Could still become a fence, rule, formula, table or thinking tag: not to be shown before more of the line is there.
bool isUndecided(QStringView lineStart);

struct ThinkingTags {
    QStringView opening, closing;
};
// The pair whose opening tag the line begins with, or null.
const ThinkingTags* thinkingTags(QStringView line);

} // namespace corral::app::message
