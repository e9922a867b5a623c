#pragma once
// One piece of an answer, shown by one delegate.
#include <QList>
#include <QString>
#include <QVariantList>

namespace corral::app::message {

struct Block {
    enum class Kind { Text, Code, Thinking, Table, Rule, Math };

    Kind kind = Kind::Text;
    QString text;      // Text, Table: Markdown. Code: what is between the fences. Thinking: plain. Math: TeX. Rule: empty
    QString language;  // Code: the fence's tag as written ("c++")
    bool open = false; // still growing; a closed block never changes again (but see BlockSplitter)
    bool rightToLeft = false;
    QVariantList rows;     // Table: a QStringList of inline HTML each, all of the same length; the first is the head
    QList<int> alignments; // Table: Qt::AlignLeft, AlignHCenter or AlignRight, a column each

    bool operator==(const Block&) const = default;
};

QString kindName(Block::Kind kind); // "text", "code", "thinking", "table", "rule", "math"
QString html(const Block& block);   // Text: rich text without colours, for TextEdit.RichText. Others: empty

} // namespace corral::app::message
