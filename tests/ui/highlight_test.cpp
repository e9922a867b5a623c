// Fence tags, and the document that CodeHighlighter keeps.
#include "ui/highlight/code_highlighter.h"
#include "ui/highlight/language_names.h"

#include <gtest/gtest.h>

#include <QGuiApplication>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickTextDocument>
#include <QTest>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>

namespace corral::ui {
namespace {

TEST(LanguageNames, TagsModelsWrite)
{
    const KSyntaxHighlighting::Repository repository;
    const std::pair<const char*, const char*> cases[]{
        {"cpp", "C++"},        {"C++", "C++"},       {"py", "Python"},   {"python3", "Python"}, {"golang", "Go"},
        {"sh", "Bash"},        {"shell", "Bash"},    {"console", "Bash"}, {"rs", "Rust"},        {"js", "JavaScript"},
        {"jsonc", "JSON"},     {"cuda", "C++"},      {"yml", "YAML"},    {"kt", "Kotlin"},      {"asm", "Intel x86 (NASM)"},
        {"ocaml", "Objective Caml"}, {"dockerfile", "Dockerfile"}, {"md", "Markdown"},
    };
    for (const auto& [tag, name] : cases) EXPECT_EQ(definitionForTag(repository, QString::fromLatin1(tag)).name(), QString::fromLatin1(name)) << tag;
    for (const char* plain : {"", "text", "plaintext", "no-such-language"}) EXPECT_FALSE(definitionForTag(repository, QString::fromLatin1(plain)).isValid()) << plain;
}

TEST(LanguageNames, EveryAliasExists)
{
    const KSyntaxHighlighting::Repository repository;
    for (const char* tag : {"python3", "golang", "shell", "console", "shellsession", "terminal", "jsonc", "json5", "jsonl", "cuda", "cuh", "ocaml", "fortran",
                            "asm", "nasm", "assembly", "svelte", "vue"})
        EXPECT_TRUE(definitionForTag(repository, QString::fromLatin1(tag)).isValid()) << tag;
}

class Highlighting : public testing::Test
{
protected:
    void SetUp() override
    {
        QQmlComponent component(&engine);
        component.setData(R"(import QtQuick
            import Corral.Ui.Highlight
            TextEdit { id: edit; textFormat: TextEdit.PlainText
                property CodeHighlighter highlighter: CodeHighlighter { document: edit.textDocument; language: "cpp"; background: "white" } })",
                          QUrl());
        item.reset(component.create());
        ASSERT_TRUE(item) << qPrintable(component.errorString());
        highlighter = item->property("highlighter").value<CodeHighlighter*>();
        document = item->property("textDocument").value<QQuickTextDocument*>()->textDocument();
    }
    bool painted(int line) const { return !document->findBlockByNumber(line).layout()->formats().isEmpty(); }
    static QString lines(int count) { return QStringLiteral("int value = 1; // why\n").repeated(count); }

    QQmlEngine engine;
    std::unique_ptr<QObject> item;
    CodeHighlighter* highlighter = nullptr;
    QTextDocument* document = nullptr;
};

TEST_F(Highlighting, GrowsByAppending)
{
    int removed = 0;
    QObject::connect(document, &QTextDocument::contentsChange, [&](int, int charsRemoved, int) { removed += charsRemoved; });
    QString text;
    for (const QChar c : lines(40)) {
        text += c;
        highlighter->setText(text);
    }
    EXPECT_EQ(document->toPlainText(), text);
    EXPECT_EQ(removed, 0); // nothing was ever set anew
    EXPECT_TRUE(painted(0));
    EXPECT_TRUE(painted(39));
}

TEST_F(Highlighting, AnotherTextReplaces)
{
    highlighter->setText(lines(5));
    highlighter->setText(QStringLiteral("return 0;"));
    EXPECT_EQ(document->toPlainText(), QStringLiteral("return 0;"));
    EXPECT_TRUE(painted(0));
    highlighter->setText({});
    EXPECT_EQ(document->toPlainText(), QString());
}

TEST_F(Highlighting, LongTextsArePaintedInSlicesAndNotPastTheLimit)
{
    highlighter->setText(lines(CodeHighlighter::kMostLines + 200));
    EXPECT_TRUE(painted(0));
    EXPECT_FALSE(painted(500)); // later, between frames
    EXPECT_TRUE(QTest::qWaitFor([this] { return painted(CodeHighlighter::kMostLines - 1); }, 20'000));
    QTest::qWait(50);
    EXPECT_FALSE(painted(CodeHighlighter::kMostLines));
}

TEST_F(Highlighting, ThemeFollowsTheBackground)
{
    highlighter->setText(lines(3));
    const auto colour = [this] { return document->findBlockByNumber(0).layout()->formats().constFirst().format.foreground().color(); };
    const QColor light = colour();
    highlighter->setBackground(Qt::black);
    EXPECT_NE(colour(), light);
    highlighter->setBackground(Qt::white);
    EXPECT_EQ(colour(), light);
}

TEST_F(Highlighting, LanguageMayChangeAndVanish)
{
    highlighter->setText(lines(3));
    EXPECT_EQ(highlighter->languageName(), QStringLiteral("C++"));
    highlighter->setLanguage(QStringLiteral("no-such-language"));
    EXPECT_EQ(highlighter->languageName(), QString());
    EXPECT_FALSE(painted(0));
    highlighter->setLanguage(QStringLiteral("python"));
    EXPECT_EQ(highlighter->languageName(), QStringLiteral("Python"));
    highlighter->setDocument(nullptr);
    highlighter->setText(QStringLiteral("x"));
}

} // namespace
} // namespace corral::ui

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QGuiApplication application(argc, argv);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
