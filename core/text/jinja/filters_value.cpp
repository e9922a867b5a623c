// Filters that take any value: conversions, measures, defaults, JSON.
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/fault.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/printing.h"
#include "core/text/jinja/unicode.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace corral::text::jinja {

namespace {

Value otherwise(Runtime& runtime, const Value& self, const Bound& args)
{
    const bool replace = self.isUndefined() || (args.flag(1, false) && !truth(self));
    return !replace ? self : args[0] ? *args[0] : runtime.text({});
}

Value length(Runtime& runtime, const Value& self, const Bound&)
{
    if (const auto* text = self.text()) {
        runtime.spendSteps(text->size() / 16);
        return static_cast<std::int64_t>(characters(*text));
    }
    if (self.list()) return static_cast<std::int64_t>(self.list()->items.size());
    if (self.dict()) return static_cast<std::int64_t>(self.dict()->size());
    if (self.isUndefined()) return std::int64_t{0};
    fault("length of {}", typeName(self));
}

// A number in a text, all of it; nothing otherwise. Underscores between digits as Python allows are not.
std::optional<double> parsedFloat(std::string_view text)
{
    text = stripSpace(text, Side::Both);
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::int64_t> parsedInteger(std::string_view text, int base)
{
    text = stripSpace(text, Side::Both);
    if (text.starts_with('+')) text.remove_prefix(1);
    if (base == 16 && (text.starts_with("0x") || text.starts_with("0X"))) text.remove_prefix(2);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::int64_t> truncated(double value)
{
    if (!(std::fabs(value) < 9.2e18)) return std::nullopt;
    return static_cast<std::int64_t>(value);
}

void needDefined(const Value& self, const char* what)
{
    if (self.isUndefined()) fault("{} of an undefined value", what);
}

Value integer(Runtime&, const Value& self, const Bound& args)
{
    needDefined(self, "int");
    const Value fallback = args[0] ? *args[0] : Value(std::int64_t{0});
    const auto base = args.integer(1, 10);
    if (base < 2 || base > 36) fault("int with base {}", base);
    std::optional<std::int64_t> value = self.integer();
    if (const auto* text = self.text()) {
        value = parsedInteger(*text, static_cast<int>(base));
        if (!value)
            if (const auto real = parsedFloat(*text)) value = truncated(*real);
    } else if (!value) {
        if (const auto real = self.number()) value = truncated(*real);
    }
    return value ? Value(*value) : fallback;
}

Value real(Runtime&, const Value& self, const Bound& args)
{
    needDefined(self, "float");
    auto value = self.number();
    if (self.text()) value = parsedFloat(*self.text());
    return value ? Value(*value) : args[0] ? *args[0] : Value(0.0);
}

Value absolute(Runtime&, const Value& self, const Bound&)
{
    if (const auto i = self.integer()) return *i < 0 ? unary(UnaryOp::Minus, self) : Value(*i);
    if (const auto d = self.number()) return std::fabs(*d);
    fault("abs of {}", typeName(self));
}

Value round(Runtime&, const Value& self, const Bound& args)
{
    const auto value = self.number();
    if (!value) fault("round of {}", typeName(self));
    const auto precision = args.integer(0, 0);
    if (precision < -300 || precision > 300) fault("round to {} digits", precision);
    const auto method = args.text(1, "common");
    const double scale = std::pow(10.0, static_cast<double>(precision));
    if (method == "ceil") return std::ceil(*value * scale) / scale;
    if (method == "floor") return std::floor(*value * scale) / scale;
    if (method != "common") fault("round with method '{}'", method);
    if (self.integer() && precision >= 0) return *self.integer();
    if (precision < 0) {
        const double result = std::nearbyint(*value * scale) / scale;
        if (const auto whole = truncated(result); self.integer() && whole) return *whole;
        return result;
    }
    // printf rounds the exact binary value, ties to even, as Python does.
    char digits[700];
    const int size = std::snprintf(digits, sizeof digits, "%.*f", static_cast<int>(precision), *value);
    double result = *value;
    std::from_chars(digits, digits + size, result);
    return result;
}

Value tojson(Runtime& runtime, const Value& self, const Bound& args)
{
    JsonStyle style;
    // Positions as in transformers: tojson(x, ensure_ascii, indent, separators, sort_keys)
    style.ascii = args.flag(0, false);
    if (args[1] && !args[1]->isNone()) {
        if (const auto* text = args[1]->text()) {
            style.indent = *text;
        } else {
            const auto width = std::max<std::int64_t>(args.integer(1, 0), 0);
            if (width > 1000) fault("tojson with an indent of {}", width);
            style.indent.emplace(static_cast<std::size_t>(width), ' ');
        }
        style.itemSeparator = ",";
    }
    if (args[2] && !args[2]->isNone()) {
        const auto* pair = args[2]->list();
        if (!pair || pair->items.size() != 2 || !pair->items[0].text() || !pair->items[1].text()) fault("separators are two strings");
        style.itemSeparator = *pair->items[0].text();
        style.keySeparator = *pair->items[1].text();
    }
    style.sortKeys = args.flag(3, false);
    return runtime.text(json(runtime, self, style));
}

Value attr(Runtime& runtime, const Value& self, const Bound& args) { return item(runtime, self, *args[0]); }

constexpr Builtin kTable[] = {
    {"default", {"default_value", "boolean"}, otherwise},
    {"d", {"default_value", "boolean"}, otherwise},
    {"length", {}, length},
    {"count", {}, length},
    {"int", {"default", "base"}, integer},
    {"float", {"default"}, real},
    {"abs", {}, absolute},
    {"round", {"precision", "method"}, round},
    {"tojson", {"ensure_ascii", "indent", "separators", "sort_keys"}, tojson},
    {"attr", {"name"}, attr, 1},
};

} // namespace

Table valueFilters() { return kTable; }

} // namespace corral::text::jinja
