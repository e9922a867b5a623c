#include "core/text/jinja/printing.h"

#include "core/text/jinja/fault.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <format>
#include <iterator>

namespace corral::text::jinja {

namespace {

void appendInteger(std::string& out, std::int64_t value)
{
    char digits[24];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
    out.append(digits, end);
}

void reprText(std::string& out, std::string_view text)
{
    const char quote = text.contains('\'') && !text.contains('"') ? '"' : '\'';
    out += quote;
    const auto plain = [quote](char c) { return c >= 0x20 && c < 0x7F && c != quote && c != '\\'; };
    for (std::size_t at = 0; at < text.size();) {
        const auto from = at;
        while (at < text.size() && plain(text[at])) ++at;
        if (at > from) {
            out.append(text.substr(from, at - from));
            continue;
        }
        const char32_t c = decodeAt(text, at);
        if (c == static_cast<char32_t>(quote) || c == U'\\')
            (out += '\\') += static_cast<char>(c);
        else if (c == U'\n')
            out += "\\n";
        else if (c == U'\r')
            out += "\\r";
        else if (c == U'\t')
            out += "\\t";
        else if (c < 0x80 ? c >= 0x20 && c != 0x7F : isPrintable(c))
            out.append(text.substr(from, at - from));
        else if (c < 0x100)
            std::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned>(c));
        else if (c < 0x10000)
            std::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        else
            std::format_to(std::back_inserter(out), "\\U{:08x}", static_cast<unsigned>(c));
    }
    out += quote;
}

// str() of anything but text, which is its repr() too.
void reprTo(Runtime& runtime, std::string& out, const Value& value, unsigned depth)
{
    if (depth > kMaxNesting) fault("values nested too deeply to print");
    runtime.needBytes(out.size());
    if (const auto* text = value.text()) return reprText(out, *text);
    if (const auto* b = value.as<bool>()) {
        out += *b ? "True" : "False";
    } else if (const auto* i = value.as<std::int64_t>()) {
        appendInteger(out, *i);
    } else if (const auto* d = value.as<double>()) {
        out += floatText(*d);
    } else if (value.isNone()) {
        out += "None";
    } else if (value.isUndefined()) {
        out += "Undefined";
    } else if (const auto* list = value.list()) {
        out += list->tuple ? '(' : '[';
        const char* separator = "";
        for (const Value& item : list->items) {
            out += separator;
            reprTo(runtime, out, item, depth + 1);
            separator = ", ";
        }
        if (list->tuple && list->items.size() == 1) out += ',';
        out += list->tuple ? ')' : ']';
    } else if (const auto* dict = value.dict()) {
        out += '{';
        const char* separator = "";
        for (const auto& [key, item] : dict->entries()) {
            out += separator;
            reprTo(runtime, out, key, depth + 1);
            out += ": ";
            reprTo(runtime, out, item, depth + 1);
            separator = ", ";
        }
        out += '}';
    } else {
        std::format_to(std::back_inserter(out), "<{}>", typeName(value));
    }
}

class JsonWriter {
public:
    JsonWriter(Runtime& runtime, const JsonStyle& style) : m_runtime(runtime), m_style(style) {}
    std::string out;

    void write(const Value& value, unsigned depth)
    {
        if (depth > kMaxNesting) fault("values nested too deeply for tojson");
        m_runtime.needBytes(out.size());
        if (const auto* text = value.text())
            string(*text);
        else if (const auto* list = value.list())
            array(*list, depth);
        else if (const auto* dict = value.dict())
            object(*dict, depth);
        else if (!scalar(value))
            fault("tojson of {}", typeName(value));
    }

private:
    bool scalar(const Value& value)
    {
        if (value.isNone())
            out += "null";
        else if (const auto* b = value.as<bool>())
            out += *b ? "true" : "false";
        else if (const auto* i = value.as<std::int64_t>())
            appendInteger(out, *i);
        else if (const auto* d = value.as<double>())
            out += std::isnan(*d) ? "NaN" : std::isinf(*d) ? *d < 0 ? "-Infinity" : "Infinity" : floatText(*d);
        else
            return false;
        return true;
    }

    void string(std::string_view text)
    {
        out += '"';
        const auto plain = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
        for (std::size_t at = 0; at < text.size();) {
            const auto from = at;
            while (at < text.size() && plain(text[at])) ++at;
            if (at > from) {
                out.append(text.substr(from, at - from));
                continue;
            }
            const char32_t c = decodeAt(text, at);
            switch (c) {
            case U'"': out += "\\\""; break;
            case U'\\': out += "\\\\"; break;
            case U'\n': out += "\\n"; break;
            case U'\r': out += "\\r"; break;
            case U'\t': out += "\\t"; break;
            case U'\f': out += "\\f"; break;
            case U'\b': out += "\\b"; break;
            default:
                if (c >= 0x20 && (c < 0x7F || !m_style.ascii))
                    out.append(text.substr(from, at - from));
                else if (c < 0x10000)
                    unit(c);
                else {
                    unit(0xD800 + ((c - 0x10000) >> 10));
                    unit(0xDC00 + ((c - 0x10000) & 0x3FF));
                }
            }
        }
        out += '"';
    }
    void unit(char32_t c) { std::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c)); }

    void newLine(unsigned depth)
    {
        if (!m_style.indent) return;
        out += '\n';
        m_runtime.needBytes(out.size() + depth * m_style.indent->size());
        for (unsigned i = 0; i < depth; ++i) out += *m_style.indent;
    }

    void array(const List& list, unsigned depth)
    {
        out += '[';
        for (std::size_t i = 0; i < list.items.size(); ++i) {
            if (i) out += m_style.itemSeparator;
            newLine(depth + 1);
            write(list.items[i], depth + 1);
        }
        if (!list.items.empty()) newLine(depth);
        out += ']';
    }

    void object(const Dict& dict, unsigned depth)
    {
        std::vector<const Dict::Entry*> entries;
        entries.reserve(dict.size());
        for (const auto& entry : dict.entries()) entries.push_back(&entry);
        if (m_style.sortKeys)
            std::ranges::stable_sort(entries, [&](const auto* a, const auto* b) { return m_runtime.less(a->first, b->first); });
        out += '{';
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (i) out += m_style.itemSeparator;
            newLine(depth + 1);
            const Value& key = entries[i]->first;
            if (const auto* text = key.text()) {
                string(*text);
            } else {
                out += '"';
                if (!scalar(key)) fault("tojson: a {} as key", typeName(key));
                out += '"';
            }
            out += m_style.keySeparator;
            write(entries[i]->second, depth + 1);
        }
        if (!entries.empty()) newLine(depth);
        out += '}';
    }

    Runtime& m_runtime;
    const JsonStyle& m_style;
};

} // namespace

std::string floatText(double value)
{
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
    char digits[400];
    const double size = std::fabs(value);
    const bool plain = size == 0 || (size >= 1e-4 && size < 1e16);
    const auto [end, error] =
        std::to_chars(digits, digits + sizeof digits, value, plain ? std::chars_format::fixed : std::chars_format::scientific);
    std::string text(digits, end);
    if (plain && !text.contains('.')) text += ".0";
    return text;
}

void print(Runtime& runtime, std::string& out, const Value& value)
{
    if (const auto* text = value.text())
        out += *text;
    else if (!value.isUndefined())
        reprTo(runtime, out, value, 0);
}

std::string str(Runtime& runtime, const Value& value)
{
    std::string out;
    print(runtime, out, value);
    return out;
}

std::string repr(Runtime& runtime, const Value& value)
{
    std::string out;
    reprTo(runtime, out, value, 0);
    return out;
}

std::string json(Runtime& runtime, const Value& value, const JsonStyle& style)
{
    JsonWriter writer(runtime, style);
    writer.write(value, 0);
    return std::move(writer.out);
}

} // namespace corral::text::jinja
