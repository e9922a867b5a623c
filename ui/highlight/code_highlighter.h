#pragma once
// Keeps a TextEdit's document equal to `text` and paints it in the colours of `language`.
//
//   TextEdit { id: edit; readOnly: true; textFormat: TextEdit.PlainText }
//   CodeHighlighter { document: edit.textDocument; text: block.text; language: "cpp"; background: Kirigami.Theme.backgroundColor }
//
// Do not bind edit.text as well. A text that only grew is appended by cursor, so that only the last line is highlighted again;
// any other change sets the document anew. Long texts are painted in slices between frames, and not past kMostLines.
#include <QBasicTimer>
#include <QColor>
#include <QObject>
#include <QPointer>
#include <QQmlParserStatus>
#include <QQuickTextDocument>
#include <QString>
#include <memory>
#include <qqmlregistration.h>

namespace corral::ui {

class CodeHighlighter : public QObject, public QQmlParserStatus
{
    Q_OBJECT
    Q_INTERFACES(QQmlParserStatus)
    QML_ELEMENT
    Q_PROPERTY(QQuickTextDocument* document READ document WRITE setDocument NOTIFY documentChanged)
    Q_PROPERTY(QString text READ text WRITE setText NOTIFY textChanged)
    Q_PROPERTY(QString language READ language WRITE setLanguage NOTIFY languageChanged)
    Q_PROPERTY(QString languageName READ languageName NOTIFY languageChanged) // for people; empty: unknown or plain text
    Q_PROPERTY(QColor background READ background WRITE setBackground NOTIFY backgroundChanged) // dark or light theme follows it

public:
    static constexpr int kMostLines = 1000;

    explicit CodeHighlighter(QObject* parent = nullptr);
    ~CodeHighlighter() override;

    QQuickTextDocument* document() const { return m_document; }
    void setDocument(QQuickTextDocument* document);
    QString text() const { return m_text; }
    void setText(const QString& text);
    QString language() const { return m_language; }
    void setLanguage(const QString& language);
    QString languageName() const { return m_languageName; }
    QColor background() const { return m_background; }
    void setBackground(const QColor& background);

    void classBegin() override {}
    void componentComplete() override;

signals:
    void documentChanged();
    void textChanged();
    void languageChanged();
    void backgroundChanged();

protected:
    void timerEvent(QTimerEvent* event) override;

private:
    class Painter; // a SyntaxHighlighter that stops at a line

    bool dark() const { return m_background.lightnessF() < 0.5f; }
    void applyLanguage();
    void paintAnew();
    void paintSlice();
    void replaceText();

    QPointer<QQuickTextDocument> m_document;
    std::unique_ptr<Painter> m_painter;
    QBasicTimer m_slices;
    QString m_text, m_language, m_languageName;
    QColor m_background = Qt::white;
    bool m_complete = false;
};

} // namespace corral::ui
