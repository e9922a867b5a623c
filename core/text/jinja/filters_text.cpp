// Filters whose input is text.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/fault.h"
#include "core/text/jinja/formatting.h"
#include "core/text/jinja/printing.h"
#include "core/text/jinja/text_operations.h"
#include "core/text/jinja/unicode.h"

namespace corral::text::jinja {

namespace {

template <std::string (*map)(std::string_view)> Value mapped(Runtime& runtime, const Value& self, const Bound&)
{
    return runtime.text(map(str(runtime, self)));
}

Value trim(Runtime& runtime, const Value& self, const Bound& args)
{
    const std::string text = str(runtime, self);
    runtime.spendSteps(text.size() / 16);
    const bool any = !args[0] || args[0]->isNone();
    return runtime.text(std::string(any ? stripSpace(text, Side::Both) : stripCharacters(text, args.text(0, {}), Side::Both)));
}

Value replace(Runtime& runtime, const Value& self, const Bound& args)
{
    return runtime.text(replaced(runtime, str(runtime, self), str(runtime, *args[0]), str(runtime, *args[1]), args.integer(2, -1)));
}

// Jinja's own: words begin after space, hyphen and opening brackets (str.title would also capitalize after an apostrophe).
Value titleWords(Runtime& runtime, const Value& self, const Bound&)
{
    const std::string text = str(runtime, self);
    std::string out, word;
    const auto flush = [&] {
        out += capitalize(word);
        word.clear();
    };
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = decodeAt(text, at);
        if (isSpace(c) || std::u32string_view(U"-({[<").contains(c)) {
            flush();
            encode(out, c);
        } else {
            encode(word, c);
        }
    }
    flush();
    return runtime.text(std::move(out));
}

Value indent(Runtime& runtime, const Value& self, const Bound& args)
{
    const std::string text = str(runtime, self);
    std::string by;
    if (args[0] && args[0]->text()) {
        by = *args[0]->text();
    } else {
        const auto width = std::max<std::int64_t>(args.integer(0, 4), 0);
        runtime.needBytes(static_cast<std::uint64_t>(width));
        by.assign(static_cast<std::size_t>(width), ' ');
    }
    const bool first = args.flag(1, false), blank = args.flag(2, false);
    std::string out;
    for (std::size_t from = 0, line = 0; from <= text.size(); ++line) {
        const auto end = std::min(text.find('\n', from), text.size());
        runtime.needBytes(out.size() + by.size());
        if (line == 0 ? first : blank || end > from) out += by;
        out.append(text, from, end - from);
        if (end < text.size()) out += '\n';
        from = end + 1;
    }
    return runtime.text(std::move(out));
}

Value center(Runtime& runtime, const Value& self, const Bound& args)
{
    return runtime.text(justified(runtime, str(runtime, self), args.integer(0, 80), " ", Justify::Center));
}

Value format(Runtime& runtime, const Value& self, const Bound& args)
{
    if (args.all.named.empty()) return runtime.text(formatPercent(runtime, str(runtime, self), args.all.positional));
    Dict byName;
    for (const auto& [name, value] : args.all.named) byName.set(runtime.text(std::string(name)), value);
    return runtime.text(formatPercent(runtime, str(runtime, self), {runtime.dict(std::move(byName))}));
}

Value escape(Runtime& runtime, const Value& self, const Bound&)
{
    std::string out;
    for (const char c : str(runtime, self)) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&#34;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
    return runtime.text(std::move(out));
}

Value string(Runtime& runtime, const Value& self, const Bound&) { return self.text() ? self : runtime.text(str(runtime, self)); }

Value wordCount(Runtime& runtime, const Value& self, const Bound&)
{
    const std::string text = str(runtime, self);
    runtime.spendSteps(text.size() / 16);
    return static_cast<std::int64_t>(splitSpace(text, -1).size());
}

// At most `length` characters and `end`; a text that is over by no more than `leeway` is left alone.
Value truncate(Runtime& runtime, const Value& self, const Bound& args)
{
    const std::string text = str(runtime, self), end = args.text(2, "...");
    const auto length = args.integer(0, 255), leeway = args.integer(3, 5);
    const auto endLength = static_cast<std::int64_t>(characters(end));
    if (length < endLength || leeway < 0) fault("truncate to {} characters, with an end of {}", length, endLength);
    if (static_cast<std::int64_t>(characters(text)) <= length + leeway) return runtime.text(text);
    std::string cut = text.substr(0, byteOffset(text, static_cast<std::size_t>(length - endLength)));
    if (!args.flag(1, false)) cut = cut.substr(0, cut.rfind(' '));
    return runtime.text(cut + end);
}

constexpr Builtin kTable[] = {
    {"upper", {}, mapped<upper>},
    {"lower", {}, mapped<lower>},
    {"capitalize", {}, mapped<capitalize>},
    {"title", {}, titleWords},
    {"trim", {"chars"}, trim},
    {"replace", {"old", "new", "count"}, replace, 2},
    {"indent", {"width", "first", "blank"}, indent},
    {"center", {"width"}, center},
    {"format", {"*"}, format},
    {"escape", {}, escape},
    {"e", {}, escape},
    {"forceescape", {}, escape},
    {"string", {}, string},
    {"safe", {}, string},
    {"wordcount", {}, wordCount},
    {"truncate", {"length", "killwords", "end", "leeway"}, truncate},
};

} // namespace

Table textFilters() { return kTable; }

} // namespace corral::text::jinja
