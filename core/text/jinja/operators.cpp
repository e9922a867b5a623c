#include "core/text/jinja/operators.h"

#include "core/text/jinja/fault.h"
#include "core/text/jinja/formatting.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace corral::text::jinja {

namespace {

[[noreturn]] void overflow() { fault("a whole number is out of range"); }

std::int64_t floorDivide(std::int64_t a, std::int64_t b)
{
    if (b == 0) fault("division by zero");
    if (b == -1) {
        if (a == std::numeric_limits<std::int64_t>::min()) overflow();
        return -a;
    }
    const auto quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

std::int64_t integerPower(std::int64_t base, std::int64_t exponent)
{
    std::int64_t result = 1;
    while (true) {
        if (exponent & 1 && __builtin_mul_overflow(result, base, &result)) overflow();
        exponent >>= 1;
        if (exponent == 0) return result;
        if (__builtin_mul_overflow(base, base, &base)) overflow();
    }
}

Value integers(BinaryOp op, std::int64_t a, std::int64_t b)
{
    std::int64_t result = 0;
    switch (op) {
    case BinaryOp::Add:
        if (__builtin_add_overflow(a, b, &result)) overflow();
        return result;
    case BinaryOp::Subtract:
        if (__builtin_sub_overflow(a, b, &result)) overflow();
        return result;
    case BinaryOp::Multiply:
        if (__builtin_mul_overflow(a, b, &result)) overflow();
        return result;
    case BinaryOp::Divide:
        if (b == 0) fault("division by zero");
        return static_cast<double>(a) / static_cast<double>(b);
    case BinaryOp::FloorDivide: return floorDivide(a, b);
    case BinaryOp::Modulo: return b == -1 ? Value(std::int64_t{0}) : Value(a - floorDivide(a, b) * b);
    case BinaryOp::Power:
        if (b < 0) {
            if (a == 0) fault("zero to a negative power");
            return std::pow(static_cast<double>(a), static_cast<double>(b));
        }
        return integerPower(a, b);
    }
    return {};
}

Value floats(BinaryOp op, double a, double b)
{
    switch (op) {
    case BinaryOp::Add: return a + b;
    case BinaryOp::Subtract: return a - b;
    case BinaryOp::Multiply: return a * b;
    case BinaryOp::Power: return std::pow(a, b);
    default: break;
    }
    if (b == 0) fault("division by zero");
    if (op == BinaryOp::Divide) return a / b;
    if (op == BinaryOp::FloorDivide) return std::floor(a / b);
    const double rest = std::fmod(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

Value repeated(Runtime& runtime, const Value& value, std::int64_t times)
{
    const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(times, 0));
    const auto checked = [&](std::size_t size) {
        std::uint64_t total = 0;
        if (__builtin_mul_overflow(count, size, &total)) total = ~0ull;
        runtime.needBytes(total);
        return total;
    };
    if (const auto* text = value.text()) {
        std::string all;
        all.reserve(checked(text->size()));
        for (std::uint64_t i = 0; i < count && !text->empty(); ++i) all += *text;
        return runtime.text(std::move(all));
    }
    const auto& items = value.list()->items;
    std::vector<Value> all;
    all.reserve(checked(items.size() * sizeof(Value)) / sizeof(Value));
    for (std::uint64_t i = 0; i < count && !items.empty(); ++i) all.insert(all.end(), items.begin(), items.end());
    return runtime.list(std::move(all), value.list()->tuple);
}

const char* symbol(BinaryOp op)
{
    static constexpr const char* kSymbols[] = {"+", "-", "*", "/", "//", "%", "**"};
    return kSymbols[static_cast<int>(op)];
}

void needDefined(const Value& value)
{
    if (const auto* missing = value.as<Undefined>()) {
        if (missing->name) fault("'{}' is undefined", *missing->name);
        fault("the value is undefined");
    }
}

bool contains(Runtime& runtime, const Value& container, const Value& wanted)
{
    if (const auto* text = container.text()) {
        needDefined(wanted);
        if (!wanted.text()) fault("'in <string>' needs a string at its left, not {}", typeName(wanted));
        runtime.spendSteps(text->size() / 256);
        return findText(*text, *wanted.text()) != std::string_view::npos;
    }
    if (const auto* list = container.list()) {
        return std::ranges::any_of(list->items, [&](const Value& item) { return runtime.equals(item, wanted); });
    }
    if (const auto* dict = container.dict()) return dict->find(wanted) != nullptr;
    if (container.isUndefined()) return false;
    fault("'in' needs something to look into, not {}", typeName(container));
}

} // namespace

Value binary(Runtime& runtime, BinaryOp op, const Value& left, const Value& right)
{
    if (left.isNumber() && right.isNumber()) {
        if (const auto a = left.integer(), b = right.integer(); a && b) return integers(op, *a, *b);
        return floats(op, *left.number(), *right.number());
    }
    if (op == BinaryOp::Add && left.text() && right.text()) {
        const auto &a = *left.text(), &b = *right.text();
        runtime.needBytes(a.size() + b.size());
        std::string all;
        all.reserve(a.size() + b.size());
        return runtime.text(std::move(all.append(a).append(b)));
    }
    if (op == BinaryOp::Add && left.list() && right.list() && left.list()->tuple == right.list()->tuple) {
        const auto &a = left.list()->items, &b = right.list()->items;
        runtime.needBytes((a.size() + b.size()) * sizeof(Value));
        std::vector<Value> all(a);
        all.insert(all.end(), b.begin(), b.end());
        return runtime.list(std::move(all), left.list()->tuple);
    }
    if (op == BinaryOp::Multiply) {
        if ((left.text() || left.list()) && right.integer()) return repeated(runtime, left, *right.integer());
        if ((right.text() || right.list()) && left.integer()) return repeated(runtime, right, *left.integer());
    }
    if (op == BinaryOp::Modulo && left.text()) {
        if (right.list() && right.list()->tuple) return runtime.text(formatPercent(runtime, *left.text(), right.list()->items));
        return runtime.text(formatPercent(runtime, *left.text(), {right}));
    }
    needDefined(left);
    needDefined(right);
    fault("{} {} {} is not possible", typeName(left), symbol(op), typeName(right));
}

Value unary(UnaryOp op, const Value& operand)
{
    if (op == UnaryOp::Not) return !truth(operand);
    needDefined(operand);
    const bool minus = op == UnaryOp::Minus;
    if (const auto i = operand.integer()) return minus ? integers(BinaryOp::Subtract, 0, *i) : Value(*i);
    if (const auto d = operand.number()) return minus ? -*d : *d;
    fault("{}{} is not possible", minus ? '-' : '+', typeName(operand));
}

bool compare(Runtime& runtime, CompareOp op, const Value& left, const Value& right)
{
    switch (op) {
    case CompareOp::In: return contains(runtime, right, left);
    case CompareOp::NotIn: return !contains(runtime, right, left);
    default: break;
    }
    switch (op) {
    case CompareOp::Equal: return runtime.equals(left, right);
    case CompareOp::NotEqual: return !runtime.equals(left, right);
    default: break;
    }
    needDefined(left);
    needDefined(right);
    switch (op) {
    case CompareOp::Less: return runtime.less(left, right);
    case CompareOp::Greater: return runtime.less(right, left);
    case CompareOp::LessEqual: return runtime.less(left, right) || runtime.equals(left, right);
    default: return runtime.less(right, left) || runtime.equals(left, right);
    }
}

Value slice(Runtime& runtime, const Value& object, const Value& start, const Value& stop, const Value& step)
{
    needDefined(object);
    const auto* text = object.text();
    const auto* list = object.list();
    if (!text && !list) return Undefined{};
    const auto bound = [](const Value& value) -> std::optional<std::int64_t> {
        if (value.isNone()) return std::nullopt;
        if (const auto i = value.integer()) return i;
        fault("a slice needs whole numbers, not {}", typeName(value));
    };
    const auto by = bound(step).value_or(1);
    if (by == 0) fault("a slice needs a step other than 0");
    if (by == std::numeric_limits<std::int64_t>::min()) overflow();
    if (text) runtime.spendSteps(text->size() / 16);
    const auto size = static_cast<std::int64_t>(text ? characters(*text) : list->items.size());
    const auto low = by > 0 ? 0 : -1, high = static_cast<int>(by > 0 ? 0 : -1);
    const auto clamped = [&](std::optional<std::int64_t> at, std::int64_t otherwise) {
        if (!at) return otherwise;
        const auto from = *at < 0 ? *at + size : *at;
        return std::clamp<std::int64_t>(from, low, size + high);
    };
    const auto from = clamped(bound(start), by > 0 ? 0 : size - 1);
    const auto to = clamped(bound(stop), by > 0 ? size : -1);
    if (text && by == 1) {
        if (from >= to) return runtime.text({});
        const auto first = byteOffset(*text, static_cast<std::size_t>(from));
        const auto length = byteOffset(std::string_view(*text).substr(first), static_cast<std::size_t>(to - from));
        return runtime.text(text->substr(first, length));
    }
    std::vector<std::size_t> chosen;
    for (auto at = from; by > 0 ? at < to : at > to;) {
        chosen.push_back(static_cast<std::size_t>(at));
        if (__builtin_add_overflow(at, by, &at)) break;
    }
    runtime.spendBytes(chosen.size() * sizeof(std::size_t));
    if (list) {
        std::vector<Value> items;
        items.reserve(chosen.size());
        for (const auto at : chosen) items.push_back(list->items[at]);
        return runtime.list(std::move(items), list->tuple);
    }
    std::vector<std::size_t> offsets;
    runtime.needBytes(text->size() * sizeof(std::size_t));
    for (std::size_t at = 0; at < text->size(); decodeAt(*text, at)) offsets.push_back(at);
    offsets.push_back(text->size());
    std::string out;
    for (const auto at : chosen) out.append(*text, offsets[at], offsets[at + 1] - offsets[at]);
    return runtime.text(std::move(out));
}

} // namespace corral::text::jinja
