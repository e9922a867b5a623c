#pragma once
// What templates can call: filters, tests, global functions, methods of text, lists and objects. One table a kind; to add one, add a
// line to the table of its file.
#include "core/text/jinja/runtime.h"

#include <span>
#include <string_view>

namespace corral::text::jinja {

struct Builtin {
    std::string_view name;
    // Parameter names in order. "*" as the first: any arguments, to be read from Bound::all.
    std::array<std::string_view, kMaxParameters> parameters;
    Value (*run)(Runtime& runtime, const Value& self, const Bound& args); // self: a filter's input, a method's object
    unsigned required = 0;                                                // how many parameters must be given
};

using Table = std::span<const Builtin>;
Table filters(); // all of the three below, sorted by name
Table textFilters();
Table listFilters();
Table valueFilters();
Table tests();
Table functions();
Table textMethods();
Table listMethods();
Table dictMethods();

const Builtin* find(Table table, std::string_view name);

// Faults on arguments the builtin does not have.
Value invoke(Runtime& runtime, const Builtin& builtin, const Value& self, const Arguments& args);

} // namespace corral::text::jinja
