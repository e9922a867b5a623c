#include "ui/highlight/code_highlighter.h"

#include "ui/highlight/highlight_repository.h"
#include "ui/highlight/language_names.h"

#include <KSyntaxHighlighting/SyntaxHighlighter>
#include <KSyntaxHighlighting/Theme>

#include <QQmlEngine>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTimerEvent>
#include <algorithm>

namespace corral::ui {
namespace {

constexpr int kSliceLines = 60;         // about 8 ms of work
constexpr int kLongestLine = 2'000;     // characters: minified code is not worth a stall

} // namespace

class CodeHighlighter::Painter final : public KSyntaxHighlighting::SyntaxHighlighter
{
public:
    using SyntaxHighlighter::SyntaxHighlighter;
    int limit = 0; // lines from here on stay plain

protected:
    void highlightBlock(const QString& line) override
    {
        if (currentBlock().blockNumber() < limit && line.size() <= kLongestLine) SyntaxHighlighter::highlightBlock(line);
    }
};

CodeHighlighter::CodeHighlighter(QObject* parent) : QObject(parent) {}
CodeHighlighter::~CodeHighlighter() = default;

void CodeHighlighter::setDocument(QQuickTextDocument* document)
{
    if (document == m_document) return;
    m_painter.reset();
    m_document = document;
    if (m_complete) {
        replaceText();
        applyLanguage();
    }
    emit documentChanged();
}

void CodeHighlighter::setText(const QString& text)
{
    if (text == m_text) return;
    const bool grew = !m_text.isEmpty() && text.startsWith(m_text);
    const qsizetype old = m_text.size();
    m_text = text;
    if (m_complete && m_document) {
        if (grew) {
            QTextCursor end(m_document->textDocument());
            end.movePosition(QTextCursor::End);
            end.insertText(m_text.sliced(old));
        } else {
            if (m_painter) m_painter->limit = 0; // nothing is painted while the text is set
            replaceText();
            paintAnew();
        }
    }
    emit textChanged();
}

void CodeHighlighter::setLanguage(const QString& language)
{
    if (language == m_language) return;
    m_language = language;
    if (m_complete) applyLanguage();
    emit languageChanged();
}

void CodeHighlighter::setBackground(const QColor& background)
{
    if (background == m_background) return;
    const bool wasDark = dark();
    m_background = background;
    if (m_complete && wasDark != dark()) applyLanguage();
    emit backgroundChanged();
}

void CodeHighlighter::componentComplete()
{
    m_complete = true;
    replaceText();
    applyLanguage();
}

void CodeHighlighter::replaceText()
{
    if (!m_document) return;
    QTextDocument* document = m_document->textDocument();
    document->setUndoRedoEnabled(false);
    QTextCursor cursor(document);
    cursor.select(QTextCursor::Document);
    cursor.insertText(m_text);
}

// Language or theme changed. The old painter goes first: its clearing of formats is far cheaper than its rehighlight().
void CodeHighlighter::applyLanguage()
{
    m_slices.stop();
    m_painter.reset();
    QQmlEngine* engine = qmlEngine(this);
    if (!m_document || !engine) return;
    const auto* shared = engine->singletonInstance<HighlightRepository*>("Corral.Ui.Highlight", "HighlightRepository");
    if (!shared) return;
    const auto definition = definitionForTag(shared->repository(), m_language);
    const QString name = definition.isValid() ? definition.translatedName() : QString();
    if (name != m_languageName) {
        m_languageName = name;
        emit languageChanged();
    }
    if (!definition.isValid()) return;
    m_painter = std::make_unique<Painter>(static_cast<QObject*>(nullptr));
    m_painter->setTheme(shared->repository().defaultTheme(dark() ? KSyntaxHighlighting::Repository::DarkTheme
                                                                 : KSyntaxHighlighting::Repository::LightTheme));
    m_painter->setDefinition(definition);
    m_painter->setDocument(m_document->textDocument());
    paintAnew();
}

void CodeHighlighter::paintAnew()
{
    if (!m_painter) return;
    m_painter->limit = 0;
    paintSlice(); // what is likely on screen, at once
    if (m_painter->limit < kMostLines) m_slices.start(0, this);
}

void CodeHighlighter::paintSlice()
{
    QTextDocument* document = m_document->textDocument();
    const int first = m_painter->limit;
    const int last = std::min({first + kSliceLines, document->blockCount(), kMostLines});
    m_painter->limit = last;
    for (QTextBlock block = document->findBlockByNumber(first); block.isValid() && block.blockNumber() < last; block = block.next())
        m_painter->rehighlightBlock(block);
    if (last == document->blockCount()) m_painter->limit = kMostLines; // from now on lines are painted as they grow
}

void CodeHighlighter::timerEvent(QTimerEvent* event)
{
    if (event->timerId() != m_slices.timerId()) return QObject::timerEvent(event);
    if (!m_painter || !m_document || m_painter->limit >= kMostLines) return m_slices.stop();
    paintSlice();
}

} // namespace corral::ui
