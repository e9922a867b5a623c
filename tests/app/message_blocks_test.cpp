// Markdown → blocks → rich text. Pure functions: no application object.
#include "app/message/block_splitter.h"
#include "app/message/markdown_html.h"

#include <gtest/gtest.h>

#include <QElapsedTimer>

#include <algorithm>
#include <functional>
#include <iostream>
#include <random>

namespace corral::app::message {

using Kind = Block::Kind;

namespace {

Block text(const char* markdown) { return {.text = QString::fromUtf8(markdown)}; }
Block code(const char* language, const char* content)
{
    return {.kind = Kind::Code, .text = QString::fromUtf8(content), .language = QString::fromUtf8(language)};
}
Block thinking(const char* content) { return {.kind = Kind::Thinking, .text = QString::fromUtf8(content)}; }
Block math(const char* tex) { return {.kind = Kind::Math, .text = QString::fromUtf8(tex)}; }
Block rule() { return {.kind = Kind::Rule}; }
Block table(const char* markdown, QVariantList rows, QList<int> alignments)
{
    return {.kind = Kind::Table, .text = QString::fromUtf8(markdown), .rows = std::move(rows), .alignments = std::move(alignments)};
}

QString shown(const QList<Block>& blocks)
{
    QString all;
    for (const Block& block : blocks) {
        QStringList rows;
        for (const auto& row : block.rows) rows += row.toStringList().join(u'|');
        all += QStringLiteral("\n%1 [%2] (%3) {%4}%5%6")
                   .arg(kindName(block.kind), block.language, block.text, rows.join(u';'), QLatin1String(block.open ? " open" : ""),
                        QLatin1String(block.rightToLeft ? " rtl" : ""));
    }
    return all;
}

void expectBlocks(const QString& source, const QList<Block>& expected)
{
    const auto blocks = BlockSplitter::split(source);
    EXPECT_TRUE(blocks == expected) << "of: " << source.toStdString() << "\nare:" << shown(blocks).toStdString()
                                    << "\nnot:" << shown(expected).toStdString();
}
void expectBlocks(const char* source, const QList<Block>& expected) { expectBlocks(QString::fromUtf8(source), expected); }

// Everything at once: what the streaming tests cut into pieces.
const char* const kEverything = R"md(<think>
Let me see.

  Two things: `a` and </thin
</think>

# Title

Here is *some* text
over two lines, cost $5 and $x_1$.

1. First
   ```bash
   make -j2
     indented
   ```
   then more
2. Second

   - nested **a**
   - nested b

3. Third
- ```py
  print("|")
  ```

| Name | Size | |
|:-----|-----:|:-:|
| `a` | 1 | x |
| **b** \| c | 2 |
| d | 3 | y | z |
after the table

a | b
--- | ---
1 | 2

---

> quoted
> - list
lazy

$$
\int_0^1 x_i^2
$$

\[ E = mc^2 \]

Underlined
---

~~~markdown
```c
int a;
```
~~~
```
not closed
| a |
`` ` ``)md";

} // namespace

TEST(Blocks, text)
{
    expectBlocks("", {});
    expectBlocks(" \n\n ", {});
    expectBlocks("Hello", {text("Hello")});
    expectBlocks("Hello\nworld\n\n\nagain\r\n", {text("Hello\nworld"), text("again")});
    expectBlocks("# A\ntext\n## B\n", {text("# A"), text("text"), text("## B")});
    expectBlocks("Title\n---\ntext\n\n---\n***\n", {text("Title\n---\ntext"), rule(), rule()});
    expectBlocks("> a\n> b\nlazy\n\n> c", {text("> a\n> b\nlazy"), text("> c")});
    expectBlocks("#hashtag", {text("#hashtag")});
}

TEST(Blocks, lists)
{
    expectBlocks("Intro:\n- a\n- b\n\nText", {text("Intro:"), text("- a\n- b"), text("Text")});
    expectBlocks("1. a\n\n   - b\n\n     more\n\n2. c\n\nText", {text("1. a\n\n   - b\n\n     more\n\n2. c"), text("Text")});
    expectBlocks("In the year\n2019. It was", {text("In the year\n2019. It was")});
    expectBlocks("- a\n---\n- b", {text("- a"), rule(), text("- b")});
    expectBlocks("* [ ] a\n* [x] b", {text("* [ ] a\n* [x] b")});
    // An item's code is a block of its own, and numbering goes on after it, even where the source says 1 each time.
    expectBlocks("1. a\n   ```sh\n   ls\n     -l\n   ```\n   more\n1. b",
                 {text("1. a"), code("sh", "ls\n  -l"), text("   more"), text("2. b")});
    expectBlocks("- ```c\n  int a;\n  ```\n- b", {text("- "), code("c", "int a;"), text("- b")});
}

TEST(Blocks, longOnesAreDivided)
{
    QString source;
    for (int i = 1; i <= 100; ++i) source += QStringLiteral("1. item %1\n   more\n").arg(i);
    auto blocks = BlockSplitter::split(source);
    ASSERT_EQ(blocks.size(), 5);
    EXPECT_TRUE(blocks[1].text.startsWith(QLatin1String("21. item 21\n")));
    EXPECT_TRUE(blocks[4].text.startsWith(QLatin1String("81. item 81\n")));

    source.clear();
    for (int i = 0; i < 4000; ++i) source += QLatin1String(i % 10 == 9 ? "word. " : "word ");
    blocks = BlockSplitter::split(source);
    ASSERT_GT(blocks.size(), 4);
    QString joined;
    for (const Block& block : blocks) {
        EXPECT_LE(block.text.size(), 4000);
        EXPECT_TRUE(&block == &blocks.back() || block.text.endsWith(QLatin1String(". ")));
        joined += block.text;
    }
    EXPECT_EQ(joined, source);

    source = QStringLiteral("|a|b|\n|-|:-:|\n");
    for (int i = 0; i < 150; ++i) source += QStringLiteral("|%1|x|\n").arg(i);
    blocks = BlockSplitter::split(source);
    ASSERT_EQ(blocks.size(), 3);
    for (const Block& block : blocks) EXPECT_EQ(block.rows.first().toStringList(), QStringList({"a", "b"}));
    EXPECT_EQ(blocks[2].rows.size(), 31);
    EXPECT_EQ(blocks[2].alignments, (QList<int>{Qt::AlignLeft, Qt::AlignHCenter}));

    blocks = BlockSplitter::split(QString(100'000, u'x')); // no place to cut at
    EXPECT_EQ(blocks.size(), 25);
}

TEST(Blocks, code)
{
    expectBlocks("a\n```cpp\nint a;\n\n  b\n```\nc", {text("a"), code("cpp", "int a;\n\n  b"), text("c")});
    expectBlocks("```python title=\"x.py\"\n```", {code("python", "")});
    expectBlocks("```{.r}\n1\n```\n```c++:a.cc\n2\n```", {code("r", "1"), code("c++", "2")});
    expectBlocks("````md\n```\nx\n```\n````\n~~~\n```\n~~~", {code("md", "```\nx\n```"), code("", "```")});
    expectBlocks("```\nopen\n<think>\n", {code("", "open\n<think>")});
    expectBlocks("```not a fence```", {text("```not a fence```")});
    expectBlocks("  ```c\n  a\n   b\n c\n  ```", {code("c", "a\n b\nc")});
}

TEST(Blocks, thinking)
{
    expectBlocks("<think>\nhm\n\nso\n</think>\n\nAnswer", {thinking("hm\n\nso"), text("Answer")});
    expectBlocks("<think>a</think>b", {thinking("a"), text("b")});
    expectBlocks("<think>\n\n</think>\n\nAnswer", {text("Answer")});
    expectBlocks("<think>\n```\nno code\n", {thinking("```\nno code")});
    expectBlocks("[THINK]a[/THINK]b", {thinking("a"), text("b")});
    // The template opened it.
    expectBlocks("First\n\n```c\nx\n```\nlast</think>\n\nAnswer", {thinking("First\n\n```c\nx\n```\nlast"), text("Answer")});
    expectBlocks("Say `</think>` to end", {text("Say `</think>` to end")});
    expectBlocks("<think>a</think>\nb </think> c", {thinking("a"), text("b </think> c")});
}

TEST(Blocks, tables)
{
    const QList<int> leftRight{Qt::AlignLeft, Qt::AlignRight};
    expectBlocks("| a | b |\n|---|--:|\n| *1* | 2 \\| 3 |\n| 4 |\n\nx",
                 {table("| a | b |\n|---|--:|\n| *1* | 2 \\| 3 |\n| 4 |",
                        {QStringList{"a", "b"}, QStringList{"<em>1</em>", "2 | 3"}, QStringList{"4", ""}}, leftRight),
                  text("x")});
    expectBlocks("intro\na | b\n- | -:\n1 | 2\nend",
                 {text("intro"), table("a | b\n- | -:\n1 | 2", {QStringList{"a", "b"}, QStringList{"1", "2"}}, leftRight), text("end")});
    expectBlocks("| no table |\nreally", {text("| no table |"), text("really")});
    expectBlocks("| a | b |\n|---|\n", {text("| a | b |"), text("|---|")});
    expectBlocks("a | b", {text("a | b")});
}

TEST(Blocks, math)
{
    expectBlocks("so\n$$\na_1\n+ b\n$$\nend", {text("so"), math("a_1\n+ b"), text("end")});
    expectBlocks("$$x$$\n\\[ y \\].\n\\begin{align}\nz\n\\end{align}", {math("x"), math("y"), math("\\begin{align}\nz\n\\end{align}")});
    expectBlocks("$$x$$ is small", {text("$$x$$ is small")});
    expectBlocks("$$$ rich", {text("$$$ rich")});
}

TEST(Blocks, rightToLeft)
{
    EXPECT_TRUE(BlockSplitter::split(QStringLiteral("## مرحبا"))[0].rightToLeft);
    EXPECT_TRUE(BlockSplitter::split(QStringLiteral("1. שלום\n2. b"))[0].rightToLeft);
    EXPECT_FALSE(BlockSplitter::split(QStringLiteral("Hello مرحبا"))[0].rightToLeft);
    EXPECT_TRUE(html(BlockSplitter::split(QStringLiteral("مرحبا"))[0]).startsWith(QLatin1String("<p dir='rtl'>")));
}

// However it comes, the end is the same; and what was before firstChanged() did not change.
void expectStreams(const QString& source, const QList<Block>& whole, const std::function<qsizetype()>& nextPiece)
{
    BlockSplitter splitter;
    QList<Block> before;
    const bool reopens = source.contains(QLatin1String("</think>")); // the documented exception
    for (qsizetype at = 0; at < source.size();) {
        const auto length = std::min(nextPiece(), source.size() - at);
        splitter.append(source.sliced(at, length));
        at += length;
        const auto& now = splitter.blocks();
        const auto same = splitter.firstChanged();
        ASSERT_LE(same, before.size());
        ASSERT_LE(same, now.size());
        ASSERT_TRUE(std::equal(before.begin(), before.begin() + same, now.begin())) << at;
        ASSERT_TRUE(reopens || same + 3 >= before.size()) << at; // the open block, and what its unfinished line made of it
        for (qsizetype i = 0; i + 1 < now.size(); ++i) ASSERT_FALSE(now[i].open) << "only the last block may be open, at " << at;
        before = now;
    }
    splitter.finish();
    ASSERT_TRUE(splitter.blocks() == whole) << shown(splitter.blocks()).toStdString() << "\nnot" << shown(whole).toStdString();
}

TEST(Streaming, anyPiecesGiveTheSameBlocks)
{
    const QString source = QString::fromUtf8(kEverything);
    const auto whole = BlockSplitter::split(source);
    EXPECT_EQ(whole.size(), 18);
    for (const Block& block : whole) EXPECT_FALSE(block.open);
    for (const qsizetype size : {1, 2, 3, 5, 7, 16, 100}) expectStreams(source, whole, [=] { return size; });
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::mt19937 random(seed);
        expectStreams(source, whole, [&] { return qsizetype(1 + random() % 12); });
    }
    for (qsizetype end = 0; end <= source.size(); ++end) { // an answer stopped anywhere
        const QString part = source.first(end);
        expectStreams(part, BlockSplitter::split(part), [] { return 3; });
    }
}

TEST(Streaming, anyTextGivesTheSameBlocks)
{
    static const QStringList kPieces{"\n",          "\n\n",  "```",        "~~~",      "`",       "|",        "| a | b |\n",
                                     "|---|---|\n", "- ",    "1. ",        "12) ",     "    ",    "  ",       "\t",
                                     "# ",          "> ",    "---\n",      "***\n",    "===\n",   "$$",       "\\[",
                                     "\\]",         "$x$",   "\\begin{a}", "\\end{a}", "<think>", "</think>", "[THINK]",
                                     "[/THINK]",    "word ", "**b** ",     "über ",    "שלום ",   "<br>",     "[a](http://b.c) ",
                                     "\r\n",        "😀",    "2019. ",     ":-:",      "c++\n"};
    for (unsigned seed = 0; seed < 3000; ++seed) {
        std::mt19937 random(seed);
        QString source;
        for (unsigned i = random() % 60; i > 0; --i) source += kPieces[qsizetype(random() % unsigned(kPieces.size()))];
        SCOPED_TRACE(seed);
        const auto whole = BlockSplitter::split(source);
        expectStreams(source, whole, [] { return 1; });
        expectStreams(source, whole, [&] { return qsizetype(1 + random() % 9); });
        for (const Block& block : whole) html(block);
        if (HasFatalFailure()) {
            ADD_FAILURE() << source.toStdString();
            return;
        }
    }
}

TEST(Streaming, costDoesNotGrowWithTheAnswer)
{
    BlockSplitter splitter;
    qint64 worst = 0, all = 0;
    QElapsedTimer clock;
    for (int i = 0; i < 20'000; ++i) { // tokens
        const QString piece = i % 500 < 100 ? (i % 500 == 0    ? QStringLiteral("\n\n```cpp\n")
                                               : i % 500 == 99 ? QStringLiteral("\n```\n\n")
                                               : i % 8         ? QStringLiteral("x = 1; ")
                                                               : QStringLiteral("y();\n"))
                              : i % 40 == 0 ? QStringLiteral("\n\n")
                                            : QStringLiteral("token ");
        clock.start();
        splitter.append(piece);
        if (!splitter.blocks().isEmpty()) html(splitter.blocks().last());
        worst = std::max(worst, clock.nsecsElapsed());
        all += clock.nsecsElapsed();
    }
    std::cout << "20,000 appends: " << double(all) / 1e6 << " ms, longest " << double(worst) / 1e6 << " ms\n";
    EXPECT_LT(double(all) / 20'000 / 1e6, 2.0);
    EXPECT_GT(splitter.blocks().size(), 400);
}

TEST(Streaming, whatIsUndecidedIsNotShown)
{
    BlockSplitter splitter;
    const auto kinds = [&](const char* more) {
        splitter.append(QString::fromUtf8(more));
        QStringList all;
        for (const Block& block : splitter.blocks()) all += kindName(block.kind);
        return all.join(u' ');
    };
    EXPECT_EQ(kinds("<thi"), "");
    EXPECT_EQ(kinds("nk>"), "thinking");
    EXPECT_EQ(kinds("a</th"), "thinking");
    EXPECT_EQ(splitter.blocks()[0].text, "a");
    EXPECT_EQ(kinds("ink>\n\n``"), "thinking");
    EXPECT_FALSE(splitter.blocks()[0].open);
    EXPECT_EQ(kinds("`c"), "thinking code");
    EXPECT_EQ(kinds("\nx\n``"), "thinking code");
    EXPECT_EQ(splitter.blocks()[1].text, "x");
    EXPECT_EQ(kinds("`\n\n| a | b"), "thinking code table");
    EXPECT_EQ(kinds(" |\n|--"), "thinking code table");
    EXPECT_EQ(kinds("-|---|\n\n-"), "thinking code table");
    EXPECT_EQ(kinds("--\n$"), "thinking code table rule");
    EXPECT_EQ(kinds("$\nx"), "thinking code table rule math");
}

TEST(Html, inlineMarks)
{
    EXPECT_EQ(markdownHtml("**a** *b* ~~c~~ `d<e`"), "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d&lt;e</code></p>");
    EXPECT_EQ(markdownHtml("a\nb"), "<p>a<br/>b</p>");
    EXPECT_EQ(markdownHtml("# A"), "<h1>A</h1>");
    EXPECT_EQ(markdownHtml("5. a\n6. b"), "<ol start='5'><li>a</li><li>b</li></ol>");
    EXPECT_EQ(markdownHtml("- [ ] a\n- [x] b"), QStringLiteral("<ul><li>☐ a</li><li>☑ b</li></ul>"));
    EXPECT_EQ(markdownHtml("> a"), "<blockquote><p>a</p></blockquote>");
    EXPECT_EQ(markdownHtml("H<sub>2</sub>O<br>&amp; <b>x</b>"), "<p>H<sub>2</sub>O<br/>&amp; <b>x</b></p>");
    EXPECT_EQ(inlineHtml("- a **b**"), "- a <strong>b</strong>");
    EXPECT_EQ(inlineHtml("# a"), "# a");
    EXPECT_EQ(inlineHtml("_a_"), "<em>a</em>");
    EXPECT_EQ(inlineHtml("*\"a\"*"), "<em>&quot;a&quot;</em>");
    EXPECT_EQ(inlineHtml(""), "");
}

TEST(Html, isHarmless)
{
    EXPECT_EQ(markdownHtml("<script>alert(1)</script>"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
    EXPECT_EQ(markdownHtml("<img src=x onerror=y>"), "<p>&lt;img src=x onerror=y&gt;</p>");
    EXPECT_EQ(markdownHtml("[a](javascript:alert(1)) [b](file:///etc/passwd) [c](data:text/html,x)"), "<p>a b c</p>");
    EXPECT_EQ(markdownHtml("[a](HTTPS://b.c/?x=1&y=\"2) <mailto:a@b.c>"),
              "<p><a href=\"HTTPS://b.c/?x=1&amp;y=&quot;2\">a</a> <a href=\"mailto:a@b.c\">mailto:a@b.c</a></p>");
    EXPECT_EQ(markdownHtml("![cat](https://b.c/cat.png) ![](file:///x)"), "<p><a href=\"https://b.c/cat.png\">cat</a> </p>");
    EXPECT_EQ(markdownHtml("see https://b.c/d and www.e.f"),
              "<p>see <a href=\"https://b.c/d\">https://b.c/d</a> and <a href=\"http://www.e.f\">www.e.f</a></p>");
    EXPECT_EQ(markdownHtml("[a](https://b.c/$x'y$z)"), "<p><a href=\"https://b.c/$x'y$z\">a</a></p>"); // no formula's HTML in an address
    EXPECT_EQ(markdownHtml(QStringLiteral("a\uE0000\uE001b")), QStringLiteral("<p>a\uFFFD0\uFFFDb</p>"));
    EXPECT_FALSE(markdownHtml(QString(3000, u'>') + u'a').count(QLatin1String("<blockquote>")) > 8);
    EXPECT_FALSE(markdownHtml(QStringLiteral("- ").repeated(1000) + u'a').count(QLatin1String("<ul>")) > 8);
}

TEST(Html, formulas)
{
    EXPECT_EQ(markdownHtml("so $a_1 * b_1 * c$ is"), "<p>so <i>a_1 * b_1 * c</i> is</p>");
    EXPECT_EQ(markdownHtml("\\(x_1 < y_1\\) and \\[ z \\]"), "<p><i>x_1 &lt; y_1</i> and <i>z</i></p>");
    EXPECT_EQ(markdownHtml("$$a$$ b"), "<p><i>a</i> b</p>");
    EXPECT_EQ(markdownHtml("costs $5 and $6, or $7-$8"), "<p>costs $5 and $6, or $7-$8</p>");
    EXPECT_EQ(markdownHtml("`$x$` and \\$y$ z"), "<p><code>$x$</code> and $y$ z</p>");
    EXPECT_EQ(inlineHtml("$|x|_2$"), "<i>|x|_2</i>");
}

} // namespace corral::app::message
