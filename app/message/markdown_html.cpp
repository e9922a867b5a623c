#include "app/message/markdown_html.h"

#include <md4c.h>

#include <QByteArray>
#include <QList>

#include <array>

namespace corral::app::message {

namespace {

// Stand-ins for what Markdown must not touch: kOpen index kClose. Private-use characters, removed from the source beforehand.
constexpr QChar kOpen(0xE000), kClose(0xE001);
constexpr unsigned kDeepest = 8; // quotes and lists nested deeper are shown at this depth

struct Kept {
    QString source, html;
};

bool digit(QChar c) { return c >= u'0' && c <= u'9'; }

// Takes formulas and harmless tags out of Markdown's way.
class Protector {
public:
    explicit Protector(QStringView source) : m_source(source) {}

    QString run()
    {
        QString out;
        out.reserve(m_source.size());
        for (qsizetype at = 0; at < m_source.size();) {
            const QChar c = m_source[at];
            qsizetype length = 1;
            if (c == u'`')
                length = codeSpan(at);
            else if (c == u'\\')
                length = escape(at, out);
            else if (c == u'$')
                length = dollars(at, out);
            else if (c == u'<')
                length = tag(at, out);
            if (length > 0) {
                for (const QChar copied : m_source.sliced(at, length))
                    out += copied == kOpen || copied == kClose ? QChar(QChar::ReplacementCharacter) : copied;
                at += length;
            } else {
                at -= length; // kept
            }
        }
        return out;
    }

    QList<Kept> kept;

private:
    // All of these return how much to copy, or minus how much was kept.

    qsizetype codeSpan(qsizetype at) const
    {
        qsizetype ticks = 1;
        while (at + ticks < m_source.size() && m_source[at + ticks] == u'`') ++ticks;
        for (qsizetype end = at + ticks; end < m_source.size();) {
            if (m_source[end] != u'`') {
                ++end;
                continue;
            }
            qsizetype run = 1;
            while (end + run < m_source.size() && m_source[end + run] == u'`') ++run;
            if (run == ticks) return end + run - at;
            end += run;
        }
        return ticks;
    }

    qsizetype formula(qsizetype at, qsizetype opening, qsizetype end, qsizetype closing, QString& out)
    {
        const auto tex = m_source.sliced(at + opening, end - at - opening).trimmed();
        if (tex.isEmpty()) return opening;
        return keep(at, end + closing, QStringLiteral("<i>") + tex.toString().toHtmlEscaped() + QStringLiteral("</i>"), out);
    }

    qsizetype keep(qsizetype from, qsizetype to, QString html, QString& out)
    {
        out += kOpen + QString::number(kept.size()) + kClose;
        kept.append({m_source.sliced(from, to - from).toString(), std::move(html)});
        return from - to;
    }

    qsizetype escape(qsizetype at, QString& out)
    {
        const QChar next = at + 1 < m_source.size() ? m_source[at + 1] : QChar();
        if (next == u'(' || next == u'[') {
            const auto end = m_source.indexOf(next == u'(' ? u"\\)" : u"\\]", at + 2);
            if (end > at) return formula(at, 2, end, 2, out);
        }
        return next.isNull() ? 1 : 2;
    }

    qsizetype dollars(qsizetype at, QString& out)
    {
        if (at + 1 < m_source.size() && m_source[at + 1] == u'$') {
            const auto end = m_source.indexOf(u"$$", at + 2);
            return end > at + 2 ? formula(at, 2, end, 2, out) : 2;
        }
        // As Pandoc: no space inside the dollars, no digit after: "$5 and $6" are prices.
        if (at + 1 >= m_source.size() || m_source[at + 1].isSpace()) return 1;
        for (qsizetype end = at + 1; end < m_source.size(); ++end) {
            const QChar c = m_source[end];
            if (c == u'\n' && end + 1 < m_source.size() && m_source[end + 1] == u'\n') return 1;
            if (c == u'`') return 1;
            if (c == u'\\')
                ++end;
            else if (c == u'$' && !m_source[end - 1].isSpace() && !(end + 1 < m_source.size() && digit(m_source[end + 1])))
                return formula(at, 1, end, 1, out);
        }
        return 1;
    }

    qsizetype tag(qsizetype at, QString& out)
    {
        static constexpr std::array<QStringView, 7> kHarmless = {u"br", u"sub", u"sup", u"b", u"i", u"u", u"kbd"};
        const auto end = m_source.indexOf(u'>', at);
        if (end < 0 || end - at > 8) return 1;
        auto name = m_source.sliced(at + 1, end - at - 1).trimmed();
        const bool closing = name.startsWith(u'/');
        if (closing)
            name = name.sliced(1);
        else if (name.endsWith(u'/'))
            name = name.chopped(1).trimmed();
        for (const auto harmless : kHarmless)
            if (name.compare(harmless, Qt::CaseInsensitive) == 0) {
                const QString shown = harmless == u"kbd" ? QStringLiteral("code") : harmless.toString();
                return keep(at, end + 1, QString(closing ? "</" : "<") + shown + (harmless == u"br" ? "/>" : ">"), out);
            }
        return 1;
    }

    QStringView m_source;
};

// md4c's events → HTML. md4c calls back into C: nothing here throws beyond what Qt does on lack of memory.
class Writer {
public:
    explicit Writer(bool rightToLeft) : m_direction(rightToLeft ? " dir='rtl'" : "") {}
    QByteArray out;

    int enterBlock(MD_BLOCKTYPE type, void* detail)
    {
        switch (type) {
        case MD_BLOCK_QUOTE: container("blockquote"); break;
        case MD_BLOCK_UL: container("ul"); break;
        case MD_BLOCK_OL: {
            const auto* list = static_cast<MD_BLOCK_OL_DETAIL*>(detail);
            container("ol", list->start != 1 ? " start='" + QByteArray::number(list->start) + "'" : QByteArray());
            break;
        }
        case MD_BLOCK_LI: {
            out += "<li>";
            const auto* item = static_cast<MD_BLOCK_LI_DETAIL*>(detail);
            if (item->is_task) out += item->task_mark == ' ' ? "☐ " : "☑ ";
            break;
        }
        case MD_BLOCK_HR: out += "<hr/>"; break;
        case MD_BLOCK_H: open("h" + QByteArray::number(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level)); break;
        case MD_BLOCK_CODE: out += "<pre>"; break;
        case MD_BLOCK_P: open("p"); break;
        case MD_BLOCK_TABLE: out += "<table border='1' cellspacing='0' cellpadding='4'>"; break;
        case MD_BLOCK_TR: out += "<tr>"; break;
        case MD_BLOCK_TH: out += "<th>"; break;
        case MD_BLOCK_TD: out += "<td>"; break;
        default: break;
        }
        return 0;
    }

    int leaveBlock(MD_BLOCKTYPE type, void* detail)
    {
        switch (type) {
        case MD_BLOCK_QUOTE: closeContainer("blockquote"); break;
        case MD_BLOCK_UL: closeContainer("ul"); break;
        case MD_BLOCK_OL: closeContainer("ol"); break;
        case MD_BLOCK_LI: out += "</li>"; break;
        case MD_BLOCK_H: out += "</h" + QByteArray::number(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level) + ">"; break;
        case MD_BLOCK_CODE: out += "</pre>"; break;
        case MD_BLOCK_P: out += "</p>"; break;
        case MD_BLOCK_TABLE: out += "</table>"; break;
        case MD_BLOCK_TR: out += "</tr>"; break;
        case MD_BLOCK_TH: out += "</th>"; break;
        case MD_BLOCK_TD: out += "</td>"; break;
        default: break;
        }
        return 0;
    }

    int enterSpan(MD_SPANTYPE type, void* detail)
    {
        switch (type) {
        case MD_SPAN_EM: out += "<em>"; break;
        case MD_SPAN_STRONG: out += "<strong>"; break;
        case MD_SPAN_DEL: out += "<s>"; break;
        case MD_SPAN_CODE: out += "<code>"; break;
        case MD_SPAN_A: link(static_cast<MD_SPAN_A_DETAIL*>(detail)->href); break;
        case MD_SPAN_IMG: link(static_cast<MD_SPAN_IMG_DETAIL*>(detail)->src); break; // its text: the alternative text
        default: break;
        }
        return 0;
    }

    int leaveSpan(MD_SPANTYPE type)
    {
        switch (type) {
        case MD_SPAN_EM: out += "</em>"; break;
        case MD_SPAN_STRONG: out += "</strong>"; break;
        case MD_SPAN_DEL: out += "</s>"; break;
        case MD_SPAN_CODE: out += "</code>"; break;
        case MD_SPAN_A:
        case MD_SPAN_IMG:
            if (m_links.takeLast()) out += "</a>";
            break;
        default: break;
        }
        return 0;
    }

    int text(MD_TEXTTYPE type, QByteArrayView text)
    {
        switch (type) {
        case MD_TEXT_BR:
        case MD_TEXT_SOFTBR: out += "<br/>"; break; // models end lines where they mean it
        case MD_TEXT_ENTITY: out += text; break;
        case MD_TEXT_NULLCHAR: break;
        default: escaped(text);
        }
        return 0;
    }

private:
    void open(const QByteArray& tag) { out += "<" + tag + m_direction + ">"; }

    void container(const char* tag, const QByteArray& attributes = {})
    {
        if (++m_depth <= kDeepest) out += "<" + QByteArray(tag) + attributes + m_direction + ">";
    }
    void closeContainer(const char* tag)
    {
        if (m_depth-- <= kDeepest) out += "</" + QByteArray(tag) + ">";
    }

    void escaped(QByteArrayView text)
    {
        for (const char c : text) {
            switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
            }
        }
    }

    void link(const MD_ATTRIBUTE& address)
    {
        QByteArray url;
        const QByteArrayView raw(address.text, static_cast<qsizetype>(address.size));
        for (int i = 0; raw.size() > 0 && address.substr_offsets[i] < address.size; ++i) {
            const auto part = raw.sliced(address.substr_offsets[i], address.substr_offsets[i + 1] - address.substr_offsets[i]);
            if (address.substr_types[i] == MD_TEXT_ENTITY)
                url += part == "&amp;" ? "&" : "";
            else
                url += part;
        }
        const QByteArray scheme = url.first(qMin<qsizetype>(url.size(), 8)).toLower();
        const bool allowed = scheme.startsWith("http://") || scheme.startsWith("https://") || scheme.startsWith("mailto:");
        m_links.append(allowed);
        if (!allowed) return;
        out += "<a href=\"";
        url.removeIf([](char c) { return static_cast<unsigned char>(c) < 0x20; });
        escaped(url);
        out += "\">";
    }

    const char* m_direction;
    unsigned m_depth = 0;
    QList<bool> m_links; // of the open ones: whether they were written
};

QByteArray parsed(const QByteArray& source, unsigned flags, bool rightToLeft)
{
    Writer writer(rightToLeft);
    MD_PARSER parser{};
    parser.flags = flags;
    parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* user) { return static_cast<Writer*>(user)->enterBlock(type, detail); };
    parser.leave_block = [](MD_BLOCKTYPE type, void* detail, void* user) { return static_cast<Writer*>(user)->leaveBlock(type, detail); };
    parser.enter_span = [](MD_SPANTYPE type, void* detail, void* user) { return static_cast<Writer*>(user)->enterSpan(type, detail); };
    parser.leave_span = [](MD_SPANTYPE type, void*, void* user) { return static_cast<Writer*>(user)->leaveSpan(type); };
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* user) {
        return static_cast<Writer*>(user)->text(type, QByteArrayView(text, static_cast<qsizetype>(size)));
    };
    md_parse(source.constData(), static_cast<MD_SIZE>(source.size()), &parser, &writer);
    return std::move(writer.out);
}

// Puts what was kept back: as HTML, or, inside a tag's attribute, as it was written.
QString restored(const QString& html, const QList<Kept>& kept)
{
    QString out;
    out.reserve(html.size());
    bool inTag = false;
    for (qsizetype at = 0; at < html.size(); ++at) {
        const QChar c = html[at];
        if (c == kOpen) {
            const auto end = html.indexOf(kClose, at);
            const auto index = end < 0 ? -1 : QStringView(html).sliced(at + 1, end - at - 1).toInt();
            if (index >= 0 && index < kept.size()) out += inTag ? kept[index].source.toHtmlEscaped() : kept[index].html;
            at = end < 0 ? at : end;
            continue;
        }
        if (c == u'<')
            inTag = true;
        else if (c == u'>')
            inTag = false;
        out += c;
    }
    return out;
}

constexpr unsigned kFlags =
    MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS | MD_FLAG_STRIKETHROUGH | MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_PERMISSIVEWWWAUTOLINKS;

} // namespace

QString markdownHtml(const QString& markdown, bool rightToLeft)
{
    Protector protector(markdown);
    const QByteArray source = protector.run().toUtf8();
    return restored(QString::fromUtf8(parsed(source, kFlags | MD_FLAG_TABLES | MD_FLAG_TASKLISTS, rightToLeft)), protector.kept);
}

QString inlineHtml(const QString& markdown)
{
    // A zero-width space in front keeps "- x" or "# x" from being a list or a heading.
    static const QByteArray kGuard("&#8203;");
    Protector protector(markdown);
    const QByteArray source = kGuard + protector.run().replace(u'\n', u' ').toUtf8();
    QByteArray html = parsed(source, kFlags, false);
    html.replace("<p>" + kGuard, "");
    html.replace("</p>", "");
    return restored(QString::fromUtf8(html), protector.kept);
}

} // namespace corral::app::message
