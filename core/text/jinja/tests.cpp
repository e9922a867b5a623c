// `x is …`
#include "core/text/jinja/builtins.h"
#include "core/text/jinja/fault.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/printing.h"
#include "core/text/jinja/unicode.h"

#include <cmath>

namespace corral::text::jinja {

namespace {

template <bool (*holds)(const Value&)> Value test(Runtime&, const Value& self, const Bound&) { return holds(self); }

bool isDefined(const Value& v) { return !v.isUndefined(); }
bool isUndefined(const Value& v) { return v.isUndefined(); }
bool isNone(const Value& v) { return v.isNone(); }
bool isBoolean(const Value& v) { return v.is<bool>(); }
bool isTrue(const Value& v) { return v.is<bool>() && *v.as<bool>(); }
bool isFalse(const Value& v) { return v.is<bool>() && !*v.as<bool>(); }
bool isInteger(const Value& v) { return v.is<std::int64_t>(); }
bool isFloat(const Value& v) { return v.is<double>(); }
bool isNumber(const Value& v) { return v.isNumber(); }
bool isString(const Value& v) { return v.text() != nullptr; }
bool isMapping(const Value& v) { return v.dict() != nullptr; }
bool isSequence(const Value& v) { return v.text() || v.list() || v.dict() || v.isUndefined(); } // undefined: as in Jinja
bool isIterable(const Value& v) { return isSequence(v) || v.is<LoopPtr>(); }
bool isCallable(const Value& v) { return v.is<MacroPtr>() || v.is<const Builtin*>() || v.is<Method>() || v.isUndefined(); }
bool isEscaped(const Value&) { return false; } // nothing escapes by itself here

template <bool upperCase> Value cased(Runtime& runtime, const Value& self, const Bound&)
{
    bool any = false;
    const std::string text = str(runtime, self);
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = decodeAt(text, at);
        if (upperCase ? isLower(c) : isUpper(c)) return false;
        any = any || (upperCase ? isUpper(c) : isLower(c));
    }
    return any;
}

template <int rest> Value parity(Runtime& runtime, const Value& self, const Bound&)
{
    return equal(binary(runtime, BinaryOp::Modulo, self, Value(std::int64_t{2})), Value(std::int64_t{rest}));
}

Value divisible(Runtime& runtime, const Value& self, const Bound& args)
{
    return equal(binary(runtime, BinaryOp::Modulo, self, *args[0]), Value(std::int64_t{0}));
}

template <CompareOp op> Value compared(Runtime& runtime, const Value& self, const Bound& args)
{
    return compare(runtime, op, self, *args[0]);
}

Value sameAs(Runtime& runtime, const Value& self, const Bound& args)
{
    const Value& other = *args[0];
    if (self.data().index() != other.data().index()) return false;
    if (self.list()) return self.list() == other.list();
    if (self.dict()) return self.dict() == other.dict();
    return runtime.equals(self, other);
}

template <Table (*table)()> Value named(Runtime&, const Value& self, const Bound&) { return self.text() && find(table(), *self.text()); }

constexpr Builtin kTable[] = {
    {"defined", {}, test<isDefined>},
    {"undefined", {}, test<isUndefined>},
    {"none", {}, test<isNone>},
    {"boolean", {}, test<isBoolean>},
    {"true", {}, test<isTrue>},
    {"false", {}, test<isFalse>},
    {"integer", {}, test<isInteger>},
    {"float", {}, test<isFloat>},
    {"number", {}, test<isNumber>},
    {"string", {}, test<isString>},
    {"mapping", {}, test<isMapping>},
    {"sequence", {}, test<isSequence>},
    {"iterable", {}, test<isIterable>},
    {"callable", {}, test<isCallable>},
    {"escaped", {}, test<isEscaped>},
    {"upper", {}, cased<true>},
    {"lower", {}, cased<false>},
    {"odd", {}, parity<1>},
    {"even", {}, parity<0>},
    {"divisibleby", {"num"}, divisible, 1},
    {"eq", {"other"}, compared<CompareOp::Equal>, 1},
    {"equalto", {"other"}, compared<CompareOp::Equal>, 1},
    {"==", {"other"}, compared<CompareOp::Equal>, 1},
    {"ne", {"other"}, compared<CompareOp::NotEqual>, 1},
    {"!=", {"other"}, compared<CompareOp::NotEqual>, 1},
    {"lt", {"other"}, compared<CompareOp::Less>, 1},
    {"lessthan", {"other"}, compared<CompareOp::Less>, 1},
    {"<", {"other"}, compared<CompareOp::Less>, 1},
    {"le", {"other"}, compared<CompareOp::LessEqual>, 1},
    {"<=", {"other"}, compared<CompareOp::LessEqual>, 1},
    {"gt", {"other"}, compared<CompareOp::Greater>, 1},
    {"greaterthan", {"other"}, compared<CompareOp::Greater>, 1},
    {">", {"other"}, compared<CompareOp::Greater>, 1},
    {"ge", {"other"}, compared<CompareOp::GreaterEqual>, 1},
    {">=", {"other"}, compared<CompareOp::GreaterEqual>, 1},
    {"in", {"seq"}, compared<CompareOp::In>, 1},
    {"sameas", {"other"}, sameAs, 1},
    {"filter", {}, named<filters>},
    {"test", {}, named<tests>},
};

} // namespace

Table tests() { return kTable; }

} // namespace corral::text::jinja
