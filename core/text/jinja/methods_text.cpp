// Methods of Python's str.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/fault.h"
#include "core/text/jinja/formatting.h"
#include "core/text/jinja/printing.h"
#include "core/text/jinja/text_operations.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>

namespace corral::text::jinja {

namespace {

const std::string& textOf(const Value& self) { return *self.text(); }
bool given(const Bound& args, std::size_t i) { return args[i] && !args[i]->isNone(); }

template <std::string (*map)(std::string_view)> Value mapped(Runtime& runtime, const Value& self, const Bound&)
{
    return runtime.text(map(textOf(self)));
}

template <Side side> Value strip(Runtime& runtime, const Value& self, const Bound& args)
{
    runtime.spendSteps(textOf(self).size() / 16);
    return runtime.text(
        std::string(given(args, 0) ? stripCharacters(textOf(self), args.text(0, {}), side) : stripSpace(textOf(self), side)));
}

Value texts(Runtime& runtime, const std::vector<std::string_view>& parts, bool tuple = false)
{
    std::vector<Value> all;
    all.reserve(parts.size());
    for (const auto part : parts) all.push_back(runtime.text(std::string(part)));
    return runtime.list(std::move(all), tuple);
}

Value split(Runtime& runtime, const Value& self, const Bound& args)
{
    std::string_view text = textOf(self);
    runtime.spendSteps(text.size() / 16);
    auto most = args.integer(1, -1);
    if (!given(args, 0)) return texts(runtime, splitSpace(text, most));
    const auto separator = args.text(0, {});
    if (separator.empty()) fault("split by an empty string");
    std::vector<std::string_view> parts;
    for (auto at = findText(text, separator); at != std::string_view::npos && most != 0; at = findText(text, separator), --most) {
        parts.push_back(text.substr(0, at));
        text.remove_prefix(at + separator.size());
    }
    parts.push_back(text);
    return texts(runtime, parts);
}

Value rsplit(Runtime& runtime, const Value& self, const Bound& args)
{
    std::string_view text = textOf(self);
    runtime.spendSteps(text.size() / 16);
    auto most = args.integer(1, -1);
    std::vector<std::string_view> parts;
    if (!given(args, 0)) {
        text = stripSpace(text, Side::Right);
        auto words = splitSpace(text, -1);
        const auto keep = most < 0 ? words.size() : std::min(words.size(), static_cast<std::size_t>(most));
        if (keep < words.size()) { // what is left of the last `most` words stays one piece
            const auto* end = words[words.size() - keep - 1].data() + words[words.size() - keep - 1].size();
            const auto* start = text.data();
            parts.emplace_back(start, static_cast<std::size_t>(end - start));
        }
        parts.insert(parts.end(), words.end() - static_cast<std::ptrdiff_t>(keep), words.end());
        return texts(runtime, parts);
    }
    const auto separator = args.text(0, {});
    if (separator.empty()) fault("split by an empty string");
    // Places from the left that do not overlap are not those from the right ('aaa' by 'aa'): search backwards.
    for (; most != 0 && text.size() >= separator.size(); --most) {
        runtime.spendSteps(1);
        const auto at = text.rfind(separator);
        if (at == std::string_view::npos) break;
        parts.push_back(text.substr(at + separator.size()));
        text = text.substr(0, at);
    }
    parts.push_back(text);
    std::ranges::reverse(parts);
    return texts(runtime, parts);
}

Value splitLines(Runtime& runtime, const Value& self, const Bound& args)
{
    const std::string_view text = textOf(self);
    runtime.spendSteps(text.size() / 16);
    const bool keep = args.flag(0, false);
    std::vector<std::string_view> lines;
    for (std::size_t from = 0, at = 0; from < text.size();) {
        const auto before = at;
        bool end = at >= text.size();
        if (!end) {
            const char32_t c = decodeAt(text, at);
            end = (c >= 10 && c <= 13) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 || c == 0x2029;
            if (c == U'\r' && at < text.size() && text[at] == '\n') ++at;
        }
        if (!end) continue;
        lines.push_back(text.substr(from, (keep ? at : before) - from));
        from = at;
    }
    return texts(runtime, lines);
}

template <bool start> Value affixed(Runtime&, const Value& self, const Bound& args)
{
    const auto matches = [&](const Value& affix) {
        if (!affix.text()) fault("a string expected, not {}", typeName(affix));
        return start ? textOf(self).starts_with(*affix.text()) : textOf(self).ends_with(*affix.text());
    };
    if (const auto* list = args[0]->list(); list && list->tuple) return std::ranges::any_of(list->items, matches);
    return matches(*args[0]);
}

template <bool prefix> Value without(Runtime& runtime, const Value& self, const Bound& args)
{
    std::string_view text = textOf(self);
    const auto affix = args.text(0, {});
    if (prefix && text.starts_with(affix)) text.remove_prefix(affix.size());
    if (!prefix && text.ends_with(affix)) text.remove_suffix(affix.size());
    return runtime.text(std::string(text));
}

Value replace(Runtime& runtime, const Value& self, const Bound& args)
{
    if (!args[0]->text() || !args[1]->text()) fault("replace needs two strings");
    return runtime.text(replaced(runtime, textOf(self), *args[0]->text(), *args[1]->text(), args.integer(2, -1)));
}

std::int64_t place(Runtime& runtime, const Value& self, const Bound& args, bool fromRight)
{
    const std::string_view text = textOf(self);
    runtime.spendSteps(text.size() / 16);
    const auto part = args.text(0, {});
    const auto size = static_cast<std::int64_t>(characters(text));
    const auto bound = [&](std::size_t i, std::int64_t otherwise) {
        const auto at = args.integer(i, otherwise);
        return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size);
    };
    const auto from = byteOffset(text, static_cast<std::size_t>(bound(1, 0)));
    const auto to = byteOffset(text, static_cast<std::size_t>(bound(2, size)));
    if (from > to || args.integer(1, 0) > size) return -1;
    const auto within = text.substr(0, to);
    std::size_t found = findText(within, part, from);
    if (fromRight && found != std::string_view::npos) {
        runtime.spendSteps(within.size() * std::min<std::size_t>(part.size(), 64) / 16); // rfind may be slow
        found = within.rfind(part);
    }
    return found == std::string_view::npos ? -1 : static_cast<std::int64_t>(characters(text.substr(0, found)));
}

template <bool fromRight> Value findPlace(Runtime& runtime, const Value& self, const Bound& args)
{
    return place(runtime, self, args, fromRight);
}

template <bool fromRight> Value index(Runtime& runtime, const Value& self, const Bound& args)
{
    const auto at = place(runtime, self, args, fromRight);
    if (at < 0) fault("'{}' is not in the string", args.text(0, {}));
    return at;
}

Value count(Runtime& runtime, const Value& self, const Bound& args)
{
    const auto& text = textOf(self);
    const auto part = args.text(0, {});
    runtime.spendSteps(text.size() / 16);
    if (part.empty()) return static_cast<std::int64_t>(characters(text)) + 1;
    std::int64_t n = 0;
    for (auto at = findText(text, part); at != std::string_view::npos; at = findText(text, part, at + part.size())) ++n;
    runtime.spendSteps(static_cast<std::uint64_t>(n));
    return n;
}

Value join(Runtime& runtime, const Value& self, const Bound& args)
{
    std::string out;
    bool first = true;
    for (const Value& item : itemsOf(runtime, *args[0])) {
        if (!item.text()) fault("join needs strings, not {}", typeName(item));
        if (!std::exchange(first, false)) out += textOf(self);
        runtime.needBytes(out.size() + item.text()->size() + textOf(self).size());
        out += *item.text();
    }
    return runtime.text(std::move(out));
}

Value partition(Runtime& runtime, const Value& self, const Bound& args)
{
    const std::string_view text = textOf(self);
    const auto separator = args.text(0, {});
    if (separator.empty()) fault("partition by an empty string");
    const auto at = findText(text, separator);
    if (at == std::string_view::npos) return texts(runtime, {text, {}, {}}, true);
    return texts(runtime, {text.substr(0, at), text.substr(at, separator.size()), text.substr(at + separator.size())}, true);
}

Value rpartition(Runtime& runtime, const Value& self, const Bound& args)
{
    const std::string_view text = textOf(self);
    const auto separator = args.text(0, {});
    if (separator.empty()) fault("partition by an empty string");
    if (findText(text, separator) == std::string_view::npos) return texts(runtime, {{}, {}, text}, true);
    const auto at = text.rfind(separator);
    return texts(runtime, {text.substr(0, at), text.substr(at, separator.size()), text.substr(at + separator.size())}, true);
}

template <bool (*holds)(char32_t)> Value all(Runtime& runtime, const Value& self, const Bound&)
{
    const auto& text = textOf(self);
    runtime.spendSteps(text.size() / 16);
    for (std::size_t at = 0; at < text.size();)
        if (!holds(decodeAt(text, at))) return false;
    return !text.empty();
}

bool isAlphanumeric(char32_t c) { return isLetter(c) || isDigit(c); }

template <const char* test> Value tested(Runtime& runtime, const Value& self, const Bound&)
{
    runtime.spendSteps(textOf(self).size() / 16);
    return runtime.test(test, self, {});
}
constexpr char kUpper[] = "upper", kLower[] = "lower";

template <Justify how> Value justify(Runtime& runtime, const Value& self, const Bound& args)
{
    const auto fill = args.text(1, " ");
    if (characters(fill) != 1) fault("the fill character must be exactly one character long");
    return runtime.text(justified(runtime, textOf(self), args.integer(0, 0), fill, how));
}

Value zeroFilled(Runtime& runtime, const Value& self, const Bound& args)
{
    const auto& text = textOf(self);
    const bool sign = text.starts_with('-') || text.starts_with('+');
    const auto width = std::max<std::int64_t>(args.integer(0, 0), 0);
    const auto digits = justified(runtime, std::string_view(text).substr(sign), width - sign, "0", Justify::Right);
    return runtime.text(text.substr(0, sign) + digits);
}

Value format(Runtime& runtime, const Value& self, const Bound& args) { return runtime.text(formatBraces(runtime, textOf(self), args.all)); }

constexpr Builtin kTable[] = {
    {"upper", {}, mapped<upper>},
    {"lower", {}, mapped<lower>},
    {"casefold", {}, mapped<lower>},
    {"capitalize", {}, mapped<capitalize>},
    {"title", {}, mapped<title>},
    {"strip", {"chars"}, strip<Side::Both>},
    {"lstrip", {"chars"}, strip<Side::Left>},
    {"rstrip", {"chars"}, strip<Side::Right>},
    {"split", {"sep", "maxsplit"}, split},
    {"rsplit", {"sep", "maxsplit"}, rsplit},
    {"splitlines", {"keepends"}, splitLines},
    {"startswith", {"prefix"}, affixed<true>, 1},
    {"endswith", {"suffix"}, affixed<false>, 1},
    {"removeprefix", {"prefix"}, without<true>, 1},
    {"removesuffix", {"suffix"}, without<false>, 1},
    {"replace", {"old", "new", "count"}, replace, 2},
    {"find", {"sub", "start", "end"}, findPlace<false>, 1},
    {"rfind", {"sub", "start", "end"}, findPlace<true>, 1},
    {"index", {"sub", "start", "end"}, index<false>, 1},
    {"rindex", {"sub", "start", "end"}, index<true>, 1},
    {"count", {"sub"}, count, 1},
    {"join", {"iterable"}, join, 1},
    {"partition", {"sep"}, partition, 1},
    {"rpartition", {"sep"}, rpartition, 1},
    {"isspace", {}, all<isSpace>},
    {"isalpha", {}, all<isLetter>},
    {"isdigit", {}, all<isDigit>},
    {"isnumeric", {}, all<isDigit>},
    {"isdecimal", {}, all<isDigit>},
    {"isalnum", {}, all<isAlphanumeric>},
    {"isupper", {}, tested<kUpper>},
    {"islower", {}, tested<kLower>},
    {"center", {"width", "fillchar"}, justify<Justify::Center>, 1},
    {"ljust", {"width", "fillchar"}, justify<Justify::Left>, 1},
    {"rjust", {"width", "fillchar"}, justify<Justify::Right>, 1},
    {"zfill", {"width"}, zeroFilled, 1},
    {"format", {"*"}, format},
};

} // namespace

Table textMethods() { return kTable; }

} // namespace corral::text::jinja
