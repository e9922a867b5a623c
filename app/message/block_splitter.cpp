#include "app/message/block_splitter.h"

#include "app/message/block_lines.h"
#include "app/message/markdown_html.h"

#include <algorithm>

namespace corral::app::message {

namespace {

// A rich text is laid out anew whenever it grows (a few ms at this size).
constexpr int kMostLines = 40;
constexpr int kMostListLines = 80; // where no top-level item came along to divide at
constexpr qsizetype kMostCharacters = 4000;
constexpr qsizetype kMostRows = 60;

// Where to cut a line that is longer than kMostCharacters: after a sentence, else after a word. Depends on those characters only.
qsizetype cutOf(QStringView line)
{
    const auto start = line.first(kMostCharacters);
    qsizetype word = -1;
    for (qsizetype at = kMostCharacters - 1; at > kMostCharacters / 2; --at) {
        if (QStringView(u"。！？").contains(start[at])) return at + 1;
        if (!start[at].isSpace()) continue;
        if (word < 0) word = at + 1;
        if (QStringView(u".!?").contains(start[at - 1])) return at + 1;
    }
    if (word >= 0) return word;
    return start.back().isHighSurrogate() ? kMostCharacters - 1 : kMostCharacters;
}

} // namespace

QList<Block> BlockSplitter::split(const QString& whole)
{
    BlockSplitter splitter;
    splitter.append(whole);
    splitter.finish();
    return splitter.blocks();
}

void BlockSplitter::append(const QString& more)
{
    // Take back what was shown of the pending line.
    m_blocks.resize(m_savedCount);
    if (m_savedCount > 0) last() = m_savedLast;
    m_state = m_saved;
    m_firstChanged = int(m_savedCount > 0 && last().open ? m_savedCount - 1 : m_savedCount);

    auto searched = m_pending.size();
    m_pending += more;
    qsizetype from = 0;
    while (true) {
        const auto end = m_pending.indexOf(u'\n', std::max(from, searched));
        auto text = QStringView(m_pending).sliced(from, (end < 0 ? m_pending.size() : end) - from);
        // Prose without line ends is divided all the same.
        const bool prose =
            m_state.mode == Mode::Between || m_state.mode == Mode::Paragraph || m_state.mode == Mode::List || m_state.mode == Mode::Quote;
        if (prose && text.size() > kMostCharacters && !text.trimmed().startsWith(u'|')) {
            const auto cut = cutOf(text);
            line(text.first(cut), true);
            if (m_state.mode == Mode::Paragraph || m_state.mode == Mode::List || m_state.mode == Mode::Quote) close();
            from += cut;
            continue;
        }
        if (end < 0) break;
        line(text.endsWith(u'\r') ? text.chopped(1) : text, true);
        from = end + 1;
    }
    m_pending.remove(0, from);

    m_saved = m_state;
    m_savedCount = m_blocks.size();
    if (m_savedCount > 0) m_savedLast = last();
    if (!m_pending.isEmpty()) line(m_pending, false);
}

void BlockSplitter::finish()
{
    append(m_pending.isEmpty() ? QString() : QStringLiteral("\n"));
    close();
    m_saved = m_state;
    m_savedCount = m_blocks.size();
    if (m_savedCount > 0) m_savedLast = last();
    m_firstChanged = std::min(m_firstChanged, int(m_blocks.size()));
}

void BlockSplitter::open(Block::Kind kind, Mode mode)
{
    close();
    m_blocks.append(Block{.kind = kind, .open = true});
    m_state.mode = mode;
    m_state.lines = 0;
    m_state.blankLines = 0;
    m_state.started = true;
    if (mode != Mode::List && mode != Mode::Code && !m_state.listWaits) m_state.listNumber = -1;
}

void BlockSplitter::close()
{
    if (m_state.mode == Mode::Between) return;
    Block& block = last();
    if (m_state.mode == Mode::TableHead) { // no delimiter came: it was text
        block.kind = Block::Kind::Text;
        block.rows.clear();
        block.alignments.clear();
        block.rightToLeft = block.text.isRightToLeft();
    }
    block.open = false;
    if (m_state.mode == Mode::Thinking) {
        while (!block.text.isEmpty() && block.text.back().isSpace()) block.text.chop(1);
        if (block.text.isEmpty()) m_blocks.removeLast();
    }
    m_state.mode = Mode::Between;
}

void BlockSplitter::addLine(QStringView text)
{
    if (m_state.lines++ > 0) last().text += u'\n';
    last().text += text;
    if (last().kind != Block::Kind::Code && last().kind != Block::Kind::Math) last().rightToLeft = last().text.isRightToLeft();
}

void BlockSplitter::line(QStringView text, bool whole)
{
    if (whole && !m_state.thought) m_before.append(text).append(u'\n');
    switch (m_state.mode) {
    case Mode::Code: codeLine(text, whole); break;
    case Mode::Thinking: thinkingLine(text, whole); break;
    case Mode::Math: mathLine(text, whole); break;
    default: normalLine(text, whole);
    }
}

void BlockSplitter::normalLine(QStringView text, bool whole)
{
    if (!whole && isUndecided(text)) return;
    if (const auto* tags = thinkingTags(text)) {
        open(Block::Kind::Thinking, Mode::Thinking);
        m_state.closing = tags->closing.toString();
        m_state.thought = true;
        m_before.clear();
        thinkingLine(text.sliced(text.indexOf(tags->opening) + tags->opening.size()), whole);
        return;
    }
    if (const auto at = m_state.thought ? -1 : text.indexOf(u"</think>"); at >= 0 && !text.first(at).contains(u'`')) {
        if (!whole) return;
        everythingWasThinking(text.sliced(at));
        if (const auto rest = text.sliced(at + 8); !isBlank(rest)) normalLine(rest, whole);
        return;
    }
    if (m_state.mode == Mode::TableHead && (!whole || beginTable(text))) {
        // Unfinished, a second line is shown with the head or not at all.
        if (!whole && !text.trimmed().startsWith(u'|')) {
            close();
            normalLine(text, whole);
        }
        return;
    }
    if (isBlank(text)) {
        if (m_state.mode == Mode::List)
            ++m_state.blankLines;
        else
            close();
        return;
    }
    if (openFence(text, whole) || openMath(text, whole)) return;
    m_state.listWaits = m_state.listWaits && (indentOf(text) > 0 || listMarker(text));
    if (text.trimmed().startsWith(u'|')) {
        if (m_state.mode == Mode::Table && text.trimmed().size() > 1) return tableLine(text);
        if (m_state.mode != Mode::List && m_state.mode != Mode::Quote && tableCells(text).size() > (whole ? 0 : 1)) {
            open(Block::Kind::Table, Mode::TableHead);
            addTableRow(text);
            return;
        }
    }
    if (m_state.mode == Mode::Table && text.contains(u'|')) return tableLine(text);
    if (m_state.mode == Mode::Table || m_state.mode == Mode::TableHead) close();
    if (m_state.mode == Mode::Paragraph && beginTable(text)) return;
    const bool underline = m_state.mode == Mode::Paragraph && text.trimmed().startsWith(u'-'); // of a heading
    if (isRule(text) && !underline && indentOf(text) <= 3) {
        open(Block::Kind::Rule, Mode::Between);
        last().open = false;
        return;
    }
    if (isHeading(text) && !(m_state.mode == Mode::List && indentOf(text) >= 2)) {
        open(Block::Kind::Text, Mode::Paragraph);
        addLine(text);
        if (whole) close();
        return;
    }
    if (listLine(text)) return;
    if (isQuote(text) && m_state.mode != Mode::List) return textLine(text, Mode::Quote);
    if (m_state.mode == Mode::List || m_state.mode == Mode::Quote) return textLine(text, m_state.mode); // goes on without its mark
    textLine(text, Mode::Paragraph);
}

// A line of a list, or nothing was done.
bool BlockSplitter::listLine(QStringView text)
{
    const auto marker = listMarker(text);
    const bool inList = m_state.mode == Mode::List;
    if (!marker) {
        if (!inList) return false;
        if (m_state.blankLines > 0 && indentOf(text) < 2) { // a paragraph after the list
            close();
            return false;
        }
        textLine(text, Mode::List);
        return true;
    }
    // Within a paragraph only what cannot be a number at the start of a line.
    if (m_state.mode == Mode::Paragraph && !m_state.listWaits && marker->ordered && marker->number != 1) return false;
    const bool top = inList && marker->indent <= m_state.listIndent + 1;
    const bool goesOn = inList || m_state.listWaits;
    if (inList && ((top && (m_state.lines >= kMostLines || last().text.size() >= kMostCharacters)) || m_state.lines >= kMostListLines))
        close();
    QString renumbered;
    if (m_state.mode != Mode::List) {
        const bool outer = !goesOn || marker->indent <= m_state.listIndent + 1;
        const int number = goesOn && outer && marker->ordered ? m_state.listNumber : -1;
        if (!goesOn || marker->indent <= m_state.listIndent) m_state.listIndent = marker->indent;
        m_state.listWaits = false;
        open(Block::Kind::Text, Mode::List);
        m_state.listNumber = number >= 0 ? number : outer && marker->ordered ? marker->number : -1;
        if (number >= 0 && number != marker->number)
            renumbered = text.toString().replace(marker->numberAt, marker->numberLength, QString::number(number));
        if (m_state.listNumber >= 0) ++m_state.listNumber;
    } else if (top && m_state.listNumber >= 0) {
        m_state.listNumber = marker->ordered ? m_state.listNumber + 1 : -1;
    }
    textLine(renumbered.isEmpty() ? text : QStringView(renumbered), Mode::List);
    return true;
}

void BlockSplitter::textLine(QStringView text, Mode mode)
{
    const bool full = m_state.lines >= kMostLines || (m_state.mode != Mode::Between && last().text.size() >= kMostCharacters);
    if (m_state.mode != mode || (full && mode != Mode::List)) open(Block::Kind::Text, mode);
    for (; m_state.blankLines > 0; --m_state.blankLines) addLine({});
    addLine(text);
}

bool BlockSplitter::openFence(QStringView text, bool whole)
{
    // Also after list marks: "- ```" is an item that is code.
    qsizetype at = 0;
    auto marker = listMarker(text);
    while (marker && marker->contentAt > 0 && marker->contentAt < text.size() - at) {
        at += marker->contentAt;
        marker = listMarker(text.sliced(at));
    }
    while (at < text.size() && text[at].isSpace()) ++at;
    const auto rest = text.sliced(at);
    if (rest.size() < 3 || (rest[0] != u'`' && rest[0] != u'~')) return false;
    qsizetype length = 0;
    while (length < rest.size() && rest[length] == rest[0]) ++length;
    const auto info = rest.sliced(length).trimmed();
    if (length < 3 || (rest[0] == u'`' && info.contains(u'`'))) return false;

    const auto before = text.first(at);
    if (!isBlank(before)) listLine(before); // the item's mark, by itself
    const bool inList = m_state.mode == Mode::List && at > 0;
    open(Block::Kind::Code, Mode::Code);
    m_state.fence = rest[0];
    m_state.fenceLength = length;
    m_state.fenceIndent = isBlank(before) ? indentOf(text) : at;
    m_state.listWaits = inList || (m_state.listWaits && at > 0);
    if (!m_state.listWaits) m_state.listNumber = -1;
    if (!whole) return true; // the language is not complete
    // "python title=x", "{.python}", "python:file.py"
    auto language = info;
    if (language.startsWith(u'{')) language = language.sliced(1);
    if (language.startsWith(u'.')) language = language.sliced(1);
    const auto end =
        std::ranges::find_if(language, [](QChar c) { return c.isSpace() || c == u'{' || c == u'}' || c == u':' || c == u','; });
    last().language = language.first(end - language.begin()).toString();
    return true;
}

void BlockSplitter::codeLine(QStringView text, bool whole)
{
    const auto bare = text.trimmed();
    const bool onlyFence = std::ranges::all_of(bare, [&](QChar c) { return c == m_state.fence; });
    if (!whole && onlyFence) return; // may become the end
    if (onlyFence && bare.size() >= m_state.fenceLength) {
        close();
        return;
    }
    qsizetype indent = 0;
    while (indent < m_state.fenceIndent && indent < text.size() && text[indent] == u' ') ++indent;
    addLine(text.sliced(indent));
}

bool BlockSplitter::openMath(QStringView text, bool whole)
{
    const auto bare = text.trimmed();
    QString closing;
    qsizetype skip = 2;
    if (bare.startsWith(u"$$") && !bare.startsWith(u"$$$")) {
        closing = QStringLiteral("$$");
    } else if (bare.startsWith(u"\\[")) {
        closing = QStringLiteral("\\]");
    } else if (bare.startsWith(u"\\begin{") && bare.contains(u'}')) {
        closing = QStringLiteral("\\end") + bare.sliced(6, bare.indexOf(u'}') - 5).toString();
        skip = 0;
    } else {
        return false;
    }
    const auto rest = bare.sliced(skip);
    // "$$x$$ is …" and "\[x\] and …" are formulas in a sentence.
    const auto end = rest.indexOf(closing);
    if (end >= 0 && !isBlank(rest.sliced(end + closing.size())) &&
        !QStringView(u".,;:").contains(rest.sliced(end + closing.size()).trimmed()))
        return false;
    open(Block::Kind::Math, Mode::Math);
    m_state.closing = closing;
    mathLine(rest, whole);
    return true;
}

void BlockSplitter::mathLine(QStringView text, bool whole)
{
    const auto end = text.indexOf(m_state.closing);
    const bool environment = m_state.closing.startsWith(u"\\end");
    const auto content = (end < 0 ? text : text.first(environment ? end + m_state.closing.size() : end)).trimmed();
    if (!content.isEmpty()) addLine(content);
    if (end < 0) return;
    const auto rest = text.sliced(end + m_state.closing.size());
    close();
    if (last().text.isEmpty()) m_blocks.removeLast();
    if (!isBlank(rest) && !QStringView(u".,;:").contains(rest.trimmed())) normalLine(rest, whole);
}

void BlockSplitter::thinkingLine(QStringView text, bool whole)
{
    const auto end = text.indexOf(m_state.closing);
    auto thought = end < 0 ? text : text.first(end);
    if (!whole && end < 0) { // the closing tag may have begun
        for (auto length = std::min(m_state.closing.size() - 1, text.size()); length > 0; --length)
            if (text.endsWith(QStringView(m_state.closing).first(length))) {
                thought = text.chopped(length);
                break;
            }
    }
    // Without blank lines before the first word.
    if (!last().text.isEmpty() || !isBlank(thought)) addLine(last().text.isEmpty() && m_state.lines == 0 ? thought.trimmed() : thought);
    if (end < 0) return;
    const auto rest = text.sliced(end + m_state.closing.size());
    close();
    if (!isBlank(rest)) normalLine(rest, whole);
}

// `from`: the closing tag and the rest of its line, which is the last of m_before.
void BlockSplitter::everythingWasThinking(QStringView from)
{
    const QString thought = m_before.chopped(from.size() + 1).trimmed();
    m_before.clear();
    m_blocks.clear();
    m_state = State{.started = true, .thought = true};
    m_firstChanged = 0;
    if (!thought.isEmpty()) m_blocks.append(Block{.kind = Block::Kind::Thinking, .text = thought, .rightToLeft = thought.isRightToLeft()});
}

// The paragraph's last line and this one as head and delimiter of a table, if they are.
bool BlockSplitter::beginTable(QStringView delimiter)
{
    const auto alignments = tableAlignments(delimiter);
    if (alignments.isEmpty()) return false;
    const auto cut = last().text.lastIndexOf(u'\n');
    const QString head = last().text.sliced(cut + 1);
    if (!head.contains(u'|') || tableCells(head).size() != alignments.size()) return false;
    if (m_state.mode == Mode::Paragraph) {
        if (cut >= 0)
            last().text.truncate(cut);
        else {
            m_blocks.removeLast();
            m_state.mode = Mode::Between;
        }
        open(Block::Kind::Table, Mode::Table);
        addTableRow(head);
    }
    m_state.mode = Mode::Table;
    last().alignments = alignments;
    addLine(delimiter);
    return true;
}

void BlockSplitter::addTableRow(QStringView text)
{
    QStringList cells = tableCells(text);
    if (!last().rows.isEmpty()) cells.resize(last().rows.first().toStringList().size());
    for (QString& cell : cells) cell = inlineHtml(cell);
    last().rows.append(cells);
    last().alignments.resize(cells.size(), int(Qt::AlignLeft));
    addLine(text);
}

void BlockSplitter::tableLine(QStringView text)
{
    if (last().rows.size() > kMostRows) {
        const Block full = last();
        open(Block::Kind::Table, Mode::Table);
        last().rows.append(full.rows.first());
        last().alignments = full.alignments;
        last().rightToLeft = full.rightToLeft;
        const auto lines = QStringView(full.text).split(u'\n');
        addLine(lines[0]);
        addLine(lines[1]);
    }
    addTableRow(text);
}

} // namespace corral::app::message
