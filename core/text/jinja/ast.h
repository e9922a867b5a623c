#pragma once
// A parsed template. Nodes are owned by the Program and point at each other: however deep a hostile source nests them, taking the
// program down is flat.
#include "core/text/jinja/value.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace corral::text::jinja {

struct Builtin;
struct Expr;
struct Stmt;
using ExprPtr = const Expr*;
using Body = std::vector<const Stmt*>;
using NameId = std::uint32_t; // index into Program::names

struct CallArgs {
    std::vector<ExprPtr> positional;
    std::vector<std::pair<std::string, ExprPtr>> named;
    ExprPtr list = nullptr; // *list
    ExprPtr dict = nullptr; // **dict
};

// clang-format off: one node a line
struct Literal { Value value; };
struct Name { NameId id; };
struct Member { // object.name
    ExprPtr object;
    std::string name;
    const Builtin *ofText, *ofList, *ofDict; // the methods of that name
};
struct Item { ExprPtr object, index; };
struct SliceItem { ExprPtr object, start, stop, step; }; // parts may be null
struct Call { ExprPtr callee; CallArgs args; };
struct FilterCall { ExprPtr input; std::string name; const Builtin* filter; CallArgs args; }; // input null: the captured text
struct TestCall { ExprPtr input; std::string name; const Builtin* test; CallArgs args; };
enum class UnaryOp : std::uint8_t { Not, Minus, Plus };
struct Unary { UnaryOp op; ExprPtr operand; };
enum class BinaryOp : std::uint8_t { Add, Subtract, Multiply, Divide, FloorDivide, Modulo, Power };
struct Binary { BinaryOp op; ExprPtr left, right; };
struct Concat { std::vector<ExprPtr> parts; };
struct Logic { bool isAnd; ExprPtr left, right; };
enum class CompareOp : std::uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, NotIn };
struct Compare { ExprPtr first; std::vector<std::pair<CompareOp, ExprPtr>> rest; }; // a < b < c
struct Conditional { ExprPtr condition, then, otherwise; };                         // otherwise may be null
struct ListDisplay { std::vector<ExprPtr> items; bool tuple; };
struct DictDisplay { std::vector<std::pair<ExprPtr, ExprPtr>> entries; };

struct Expr {
    std::uint32_t line;
    std::variant<Literal, Name, Member, Item, SliceItem, Call, FilterCall, TestCall, Unary, Binary, Concat, Logic, Compare, Conditional,
                 ListDisplay, DictDisplay>
        node;
};

struct Target { // of set, for, with
    enum class Kind : std::uint8_t { Name, Tuple, Attribute } kind;
    NameId name = 0;          // Name; Attribute: the namespace
    std::string attribute;    // Attribute
    std::vector<Target> parts; // Tuple
};

struct Parameters {
    std::vector<NameId> names;
    std::vector<ExprPtr> defaults; // of the last defaults.size() names
};

struct Data { std::string text; };
struct Output { ExprPtr value; };
struct If { std::vector<std::pair<ExprPtr, Body>> branches; Body otherwise; };
struct For { Target target; ExprPtr items, filter; Body body, otherwise; bool recursive; }; // filter may be null
struct Set { Target target; ExprPtr value; };
struct SetBlock { Target target; ExprPtr filter; Body body; }; // filter may be null; its innermost input is null
struct MacroDefinition { NameId name; Parameters parameters; Body body; };
struct CallBlock { Parameters parameters; ExprPtr call; Body body; };
struct FilterBlock { ExprPtr filter; Body body; };
struct Scoped { std::vector<std::pair<Target, ExprPtr>> assignments; Body body; }; // with, generation
struct Break {};
struct Continue {};

struct Stmt {
    std::uint32_t line;
    std::variant<Data, Output, If, For, Set, SetBlock, MacroDefinition, CallBlock, FilterBlock, Scoped, Break, Continue> node;
};

// clang-format on

struct Program {
    std::string source; // normalized
    std::vector<std::string> names;
    std::vector<std::unique_ptr<Expr>> expressions;
    std::vector<std::unique_ptr<Stmt>> statements;
    Body root;
};

} // namespace corral::text::jinja
