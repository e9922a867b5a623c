#pragma once
// Python's operators.
#include "core/text/jinja/ast.h"
#include "core/text/jinja/runtime.h"

namespace corral::text::jinja {

Value binary(Runtime& runtime, BinaryOp op, const Value& left, const Value& right);
Value unary(UnaryOp op, const Value& operand);
bool compare(Runtime& runtime, CompareOp op, const Value& left, const Value& right);
Value slice(Runtime& runtime, const Value& object, const Value& start, const Value& stop, const Value& step); // none: not given

} // namespace corral::text::jinja
