#pragma once
// An answer's Markdown → blocks, while it streams.
//   BlockSplitter s;  s.append("Look:\n```c");  s.append("pp\nint a;\n```\n");  s.finish();
//   s.blocks() → text "Look:", code "int a;" (language "cpp")
// However the text is cut into pieces, the blocks after finish() are those of split(whole). An append costs as much as
// the text of the last block, not of the answer.
//
// The line that has not ended is shown as what it looks like and taken back by the next append, so the last one to three blocks change.
// Blocks before firstChanged() are final, with one exception: when a `</think>` comes that nobody opened (the chat template opened it in
// the prompt), everything so far was thinking and becomes one such block, and firstChanged() is 0.
//
// What is cut where: fences become code (also inside list items), `<think>…</think>` thinking, lines of `|` tables, `$$…$$` and `\[…\]`
// that begin a line math, the rest text: a paragraph, a heading, a quote or a list each. Long ones are divided, so that a rich text stays
// short: text and lists after some 40 lines or 4,000 characters (numbering goes on), tables after 60 rows (the head is repeated).
// Link reference definitions do not reach beyond their block.
#include "app/message/block.h"

#include <QList>
#include <QString>

namespace corral::app::message {

class BlockSplitter {
public:
    void append(const QString& more);
    void finish();
    const QList<Block>& blocks() const { return m_blocks; }
    int firstChanged() const { return m_firstChanged; } // by the last append() or finish()

    static QList<Block> split(const QString& whole);

private:
    enum class Mode : unsigned char { Between, Paragraph, List, Quote, TableHead, Table, Code, Thinking, Math };

    struct State { // after a number of whole lines
        Mode mode = Mode::Between;
        int lines = 0;        // of the open block
        int blankLines = 0;   // at the end of an open list: belong to it if it goes on
        bool started = false; // something other than white space was seen
        bool thought = false; // there was a thinking block
        QChar fence;          // Code: ` or ~
        qsizetype fenceLength = 0, fenceIndent = 0;
        QString closing;        // Thinking, Math: what ends it
        int listIndent = 0;     // of the list's first item
        int listNumber = -1;    // what the next item of the ordered list is called; -1: no ordered list goes on
        bool listWaits = false; // the list was interrupted by a fence inside an item
    };

    void line(QStringView text, bool whole);
    void normalLine(QStringView text, bool whole);
    void codeLine(QStringView text, bool whole);
    void thinkingLine(QStringView text, bool whole);
    void mathLine(QStringView text, bool whole);
    bool openFence(QStringView text, bool whole);
    bool openMath(QStringView text, bool whole);
    bool listLine(QStringView text);
    void textLine(QStringView text, Mode mode);
    void tableLine(QStringView text);
    void addTableRow(QStringView text);
    bool beginTable(QStringView delimiter);
    void everythingWasThinking(QStringView from);
    void open(Block::Kind kind, Mode mode);
    void close();
    void addLine(QStringView text);
    Block& last() { return m_blocks.last(); }

    QList<Block> m_blocks;
    State m_state;
    QString m_pending; // the line not yet ended
    QString m_before;  // all whole lines so far, until the first thinking block: for everythingWasThinking
    State m_saved;     // as they were before the pending line was shown
    qsizetype m_savedCount = 0;
    Block m_savedLast;
    int m_firstChanged = 0;
};

} // namespace corral::app::message
