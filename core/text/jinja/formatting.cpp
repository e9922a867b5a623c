#include "core/text/jinja/formatting.h"

#include "core/text/jinja/fault.h"
#include "core/text/jinja/printing.h"
#include "core/text/jinja/unicode.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <format>
#include <iterator>

namespace corral::text::jinja {

namespace {

constexpr int kMaxWidth = 10'000; // also of precisions

struct Spec { // of one value, the same for both ways
    std::string fill = " ";
    char align = 0; // '<' '>' '^' '='
    char sign = '-';
    bool alternate = false, comma = false;
    int width = 0, precision = -1;
    char type = 0;
};

bool digit(char c) { return c >= '0' && c <= '9'; }

int number(std::string_view text, std::size_t& at)
{
    int value = 0;
    for (; at < text.size() && digit(text[at]); ++at) {
        value = value * 10 + (text[at] - '0');
        if (value > kMaxWidth) fault("a format is wider than {}", kMaxWidth);
    }
    return value;
}

std::string padded(std::string digits, const Spec& spec, char usual)
{
    const auto size = static_cast<int>(characters(digits));
    if (size >= spec.width) return digits;
    const int missing = spec.width - size;
    const char align = spec.align ? spec.align : usual;
    const auto filled = [&](int n) {
        std::string all;
        for (int i = 0; i < n; ++i) all += spec.fill;
        return all;
    };
    if (align == '<') return digits + filled(missing);
    if (align == '^') return filled(missing / 2) + digits + filled(missing - missing / 2);
    if (align == '=' && (digits.starts_with('-') || digits.starts_with('+') || digits.starts_with(' ')))
        return digits.substr(0, 1) + filled(missing) + digits.substr(1);
    return filled(missing) + digits;
}

void group(std::string& digits) // 1234567.8 → 1,234,567.8
{
    auto end = digits.find_first_of(".e");
    if (end == std::string::npos) end = digits.size();
    const std::size_t first = digits.starts_with('-') ? 1 : 0;
    for (auto at = static_cast<std::ptrdiff_t>(end) - 3; at > static_cast<std::ptrdiff_t>(first); at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
}

std::string floating(double value, const Spec& spec)
{
    char type = spec.type;
    if (!std::isfinite(value)) {
        const std::string name = std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
        return type == 'F' || type == 'E' || type == 'G' ? upper(name) : name;
    }
    if (type == '%') value *= 100;
    const bool percent = type == '%';
    if (percent) type = 'f';
    const std::string format = std::string(spec.alternate ? "%#.*" : "%.*") + type;
    const int precision = spec.precision < 0 ? 6 : spec.precision;
    std::string text(static_cast<std::size_t>(std::snprintf(nullptr, 0, format.c_str(), precision, value)), '\0');
    std::snprintf(text.data(), text.size() + 1, format.c_str(), precision, value);
    return percent ? text + '%' : text;
}

std::string integral(std::int64_t value, const Spec& spec)
{
    const int base = spec.type == 'x' || spec.type == 'X' ? 16 : spec.type == 'o' ? 8 : spec.type == 'b' ? 2 : 10;
    char digits[72];
    const auto magnitude = value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, magnitude, base);
    std::string text(digits, end);
    if (spec.type == 'X') text = upper(text);
    if (spec.alternate && base != 10) text.insert(0, spec.type == 'X' ? "0X" : spec.type == 'x' ? "0x" : base == 8 ? "0o" : "0b");
    return value < 0 ? "-" + text : text;
}

std::string shownNumber(const Value& value, const Spec& spec)
{
    std::string text;
    if (std::string_view("dioxXb").contains(spec.type)) {
        auto whole = value.integer();
        if (const auto d = value.number(); !whole && d && std::fabs(*d) < 9e18) whole = static_cast<std::int64_t>(*d);
        if (!whole) fault("a number expected for %{}, not {}", spec.type, typeName(value));
        text = integral(*whole, spec);
    } else {
        const auto real = value.number();
        if (!real) fault("a number expected for %{}, not {}", spec.type, typeName(value));
        text = floating(*real, spec);
    }
    if (spec.comma) group(text);
    if (spec.sign != '-' && !text.starts_with('-')) text.insert(text.begin(), spec.sign);
    return padded(std::move(text), spec, '>');
}

bool numeric(char type) { return type && std::string_view("dioxXbeEfFgG%").contains(type); }

std::string cut(std::string text, int precision)
{
    if (precision >= 0) text.resize(byteOffset(text, static_cast<std::size_t>(precision)));
    return text;
}

// The spec after the colon of {x:…}
Spec braceSpec(std::string_view text)
{
    Spec spec;
    std::size_t at = 0;
    const auto aligns = [](char c) { return c == '<' || c == '>' || c == '^' || c == '='; };
    if (!text.empty()) {
        std::size_t second = 0;
        decodeAt(text, second);
        if (second < text.size() && aligns(text[second])) {
            spec.fill = text.substr(0, second);
            spec.align = text[second];
            at = second + 1;
        } else if (aligns(text[0])) {
            spec.align = text[0];
            at = 1;
        }
    }
    if (at < text.size() && (text[at] == '+' || text[at] == '-' || text[at] == ' ')) spec.sign = text[at++];
    if (at < text.size() && text[at] == '#') spec.alternate = text[at++] == '#';
    if (at < text.size() && text[at] == '0') {
        if (!spec.align) spec.fill = "0", spec.align = '=';
        ++at;
    }
    spec.width = number(text, at);
    if (at < text.size() && text[at] == ',') spec.comma = text[at++] == ',';
    if (at < text.size() && text[at] == '.') spec.precision = number(text, ++at);
    if (at < text.size()) spec.type = text[at++];
    if (at < text.size() || (spec.type && spec.type != 's' && !numeric(spec.type))) fault("unknown format '{}'", text);
    return spec;
}

std::string shown(Runtime& runtime, const Value& value, Spec spec)
{
    if (!spec.type && value.is<std::int64_t>()) spec.type = 'd';
    if (!spec.type && value.is<double>()) {
        if (spec.precision >= 0)
            spec.type = 'g';
        else {
            auto text = floatText(*value.as<double>());
            if (spec.comma) group(text);
            if (spec.sign != '-' && !text.starts_with('-')) text.insert(text.begin(), spec.sign);
            return padded(std::move(text), spec, '>');
        }
    }
    if (numeric(spec.type)) return shownNumber(value, spec);
    return padded(cut(str(runtime, value), spec.precision), spec, '<');
}

} // namespace

std::string formatPercent(Runtime& runtime, std::string_view format, const std::vector<Value>& values)
{
    std::string out;
    std::size_t used = 0;
    bool byName = false;
    const auto next = [&]() -> const Value& {
        if (used >= values.size()) fault("not enough values for the format");
        return values[used++];
    };
    for (std::size_t at = 0; at < format.size();) {
        runtime.needBytes(out.size());
        if (format[at] != '%') {
            const auto end = std::min(format.find('%', at), format.size());
            out.append(format.substr(at, end - at));
            at = end;
            continue;
        }
        ++at;
        const Value* named = nullptr;
        if (at < format.size() && format[at] == '(') {
            const auto end = format.find(')', at);
            if (end == std::string_view::npos || values.empty() || !values[0].dict()) fault("a format by name needs an object");
            named = values[0].dict()->find(format.substr(at + 1, end - at - 1));
            if (!named) fault("the format names '{}', which is not there", format.substr(at + 1, end - at - 1));
            byName = true;
            at = end + 1;
        }
        Spec spec;
        for (; at < format.size() && std::string_view("-+ #0").contains(format[at]); ++at) {
            const char flag = format[at];
            if (flag == '-')
                spec.align = '<';
            else if (flag == '#')
                spec.alternate = true;
            else if (flag == '0')
                spec.fill = "0";
            else if (spec.sign != '+')
                spec.sign = flag;
        }
        spec.width = number(format, at);
        if (at < format.size() && format[at] == '.') spec.precision = number(format, ++at);
        if (at >= format.size()) fault("an unfinished format");
        const char type = format[at++];
        if (type == '%') {
            out += '%';
            continue;
        }
        const Value& value = named ? *named : next();
        if (type == 's' || type == 'r') {
            spec.fill = " ";
            out += padded(cut(type == 's' ? str(runtime, value) : repr(runtime, value), spec.precision), spec, '>');
        } else if (std::string_view("dioxXeEfFgG").contains(type)) {
            if (spec.align == '<')
                spec.fill = " ";
            else if (spec.fill == "0")
                spec.align = '=';
            spec.type = type;
            out += shownNumber(value, spec);
        } else if (type == 'c') {
            spec.fill = " ";
            std::string character = str(runtime, value);
            if (const auto code = value.integer(); code && *code >= 0 && *code < 0xD800) {
                character.clear();
                encode(character, static_cast<char32_t>(*code));
            }
            if (characters(character) != 1) fault("one character expected for %c");
            out += padded(std::move(character), spec, '>');
        } else {
            fault("unknown format '%{}'", type);
        }
    }
    if (!byName && used < values.size() && !(values.size() == 1 && values[0].dict())) fault("more values than the format uses");
    return out;
}

std::string formatBraces(Runtime& runtime, std::string_view format, const Arguments& args)
{
    std::string out;
    std::size_t used = 0;
    for (std::size_t at = 0; at < format.size();) {
        runtime.needBytes(out.size());
        const char c = format[at];
        if ((c == '{' || c == '}') && at + 1 < format.size() && format[at + 1] == c) {
            out += c;
            at += 2;
        } else if (c == '}') {
            fault("a single '}}' in a format");
        } else if (c != '{') {
            out += c;
            ++at;
        } else {
            const auto end = format.find('}', at);
            if (end == std::string_view::npos) fault("a single '{{' in a format");
            auto field = format.substr(at + 1, end - at - 1);
            at = end + 1;
            std::string_view specText;
            if (const auto colon = field.find(':'); colon != std::string_view::npos) {
                specText = field.substr(colon + 1);
                field = field.substr(0, colon);
            }
            char conversion = 0;
            if (field.size() >= 2 && field[field.size() - 2] == '!') {
                conversion = field.back();
                field.remove_suffix(2);
            }
            const auto head = field.substr(0, field.find_first_of(".["));
            Value value;
            std::size_t index = 0;
            const auto [rest, error] = std::from_chars(head.data(), head.data() + head.size(), index);
            if (head.empty() || (error == std::errc{} && rest == head.data() + head.size())) {
                if (head.empty()) index = used++;
                if (index >= args.positional.size()) fault("not enough values for the format");
                value = args.positional[index];
            } else {
                const auto found = std::ranges::find_if(args.named, [&](const auto& entry) { return entry.first == head; });
                if (found == args.named.end()) fault("the format names '{}', which is not there", head);
                value = found->second;
            }
            if (head.size() < field.size()) {
                std::string path;
                for (const char p : field.substr(head.size() + 1))
                    if (p != ']') path += p == '[' ? '.' : p;
                value = attributePath(runtime, value, runtime.text(std::move(path)));
            }
            out += conversion == 'r' ? padded(repr(runtime, value), braceSpec(specText), '<') : shown(runtime, value, braceSpec(specText));
        }
    }
    return out;
}

std::string formatTime(std::string_view format, std::int64_t seconds, bool local)
{
    static constexpr const char* kDays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    static constexpr const char* kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                              "July",    "August",   "September", "October", "November", "December"};
    constexpr std::int64_t kYear1 = -62'135'596'800, kYear10000 = 253'402'300'800; // what Python's datetime can show
    if (seconds < kYear1 || seconds >= kYear10000) fault("the time {} cannot be shown", seconds);
    const std::time_t time = static_cast<std::time_t>(seconds);
    std::tm tm{};
    if (!(local ? localtime_r(&time, &tm) : gmtime_r(&time, &tm))) fault("the time {} cannot be shown", seconds);
    std::string out;
    const auto put = [&](long long value, int width, char pad = '0') {
        std::format_to(std::back_inserter(out), "{}",
                       padded(std::to_string(value), {.fill = std::string(1, pad), .align = '=', .width = width}, '>'));
    };
    for (std::size_t at = 0; at < format.size(); ++at) {
        if (format[at] != '%' || at + 1 >= format.size()) {
            out += format[at];
            continue;
        }
        char c = format[++at];
        bool pad = true;
        if ((c == '-' || c == '#') && at + 1 < format.size()) { // %-d: without leading zeros
            pad = false;
            c = format[++at];
        }
        const int two = pad ? 2 : 0;
        const int hour12 = tm.tm_hour % 12 == 0 ? 12 : tm.tm_hour % 12;
        switch (c) {
        case 'a': out.append(kDays[tm.tm_wday], 3); break;
        case 'A': out += kDays[tm.tm_wday]; break;
        case 'b':
        case 'h': out.append(kMonths[tm.tm_mon], 3); break;
        case 'B': out += kMonths[tm.tm_mon]; break;
        case 'd': put(tm.tm_mday, two); break;
        case 'e': put(tm.tm_mday, two, ' '); break;
        case 'm': put(tm.tm_mon + 1, two); break;
        case 'y': put((tm.tm_year + 1900) % 100, two); break;
        case 'Y': put(tm.tm_year + 1900, 0); break;
        case 'C': put((tm.tm_year + 1900) / 100, two); break;
        case 'H': put(tm.tm_hour, two); break;
        case 'k': put(tm.tm_hour, two, ' '); break;
        case 'I': put(hour12, two); break;
        case 'l': put(hour12, two, ' '); break;
        case 'M': put(tm.tm_min, two); break;
        case 'S': put(tm.tm_sec, two); break;
        case 'f': out += "000000"; break;
        case 'p': out += tm.tm_hour < 12 ? "AM" : "PM"; break;
        case 'P': out += tm.tm_hour < 12 ? "am" : "pm"; break;
        case 'j': put(tm.tm_yday + 1, pad ? 3 : 0); break;
        case 'u': put(tm.tm_wday == 0 ? 7 : tm.tm_wday, 0); break;
        case 'w': put(tm.tm_wday, 0); break;
        case 'U': put((tm.tm_yday + 7 - tm.tm_wday) / 7, two); break;
        case 'W': put((tm.tm_yday + 7 - (tm.tm_wday + 6) % 7) / 7, two); break;
        case 's': put(seconds, 0); break;
        case 'F': out += formatTime("%Y-%m-%d", seconds, local); break;
        case 'T':
        case 'X': out += formatTime("%H:%M:%S", seconds, local); break;
        case 'R': out += formatTime("%H:%M", seconds, local); break;
        case 'r': out += formatTime("%I:%M:%S %p", seconds, local); break;
        case 'D':
        case 'x': out += formatTime("%m/%d/%y", seconds, local); break;
        case 'c': out += formatTime("%a %b %e %H:%M:%S %Y", seconds, local); break;
        case 'n': out += '\n'; break;
        case 't': out += '\t'; break;
        case 'z':
        case 'Z': break; // Python's naive times have no zone
        case '%': out += '%'; break;
        default: (out += '%') += c; break;
        }
    }
    return out;
}

} // namespace corral::text::jinja
