#pragma once
// Renders a Program. One Interpreter a rendering.
#include "core/text/jinja/ast.h"
#include "core/text/jinja/limits.h"
#include "core/text/jinja/runtime.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace corral::text::jinja {

// The variables of one block. Reading goes outwards, setting stays inside: as in Jinja, a set in a loop is forgotten after the turn.
struct Scope {
    std::shared_ptr<Scope> parent;
    unsigned depth = 0;
    bool kept = false; // a macro remembers it: emptied when the rendering ends
    std::vector<NameId> names;
    std::vector<Value> values;

    Value* find(NameId name);
    void set(NameId name, Value value);
};

struct Macro {
    const Parameters* parameters;
    const Body* body;
    std::shared_ptr<Scope> closure;
};

class Interpreter final : public Runtime {
public:
    Interpreter(const Program& program, const Limits& limits, std::uint64_t inputBytes, std::optional<std::int64_t> now);
    ~Interpreter() override;

    void define(std::string_view name, Value value);
    std::string run(); // throws Fault, with the line

private:
    enum class Flow : std::uint8_t { Next, Break, Continue };

    Flow execute(const Body& body, std::string& out);
    Flow execute(const Stmt& statement, std::string& out);
    Flow run(const Data& node, std::string& out);
    Flow run(const Output& node, std::string& out);
    Flow run(const If& node, std::string& out);
    Flow run(const For& node, std::string& out);
    Flow run(const Set& node, std::string& out);
    Flow run(const SetBlock& node, std::string& out);
    Flow run(const MacroDefinition& node, std::string& out);
    Flow run(const CallBlock& node, std::string& out);
    Flow run(const FilterBlock& node, std::string& out);
    Flow run(const Scoped& node, std::string& out);
    Flow run(const Break&, std::string&) { return Flow::Break; }
    Flow run(const Continue&, std::string&) { return Flow::Continue; }

    Value evaluate(const Expr& expr);
    Value value(const Literal& node) { return node.value; }
    Value value(const Name& node);
    Value value(const Member& node);
    Value value(const Item& node);
    Value value(const SliceItem& node);
    Value value(const Call& node);
    Value value(const FilterCall& node);
    Value value(const TestCall& node);
    Value value(const Unary& node);
    Value value(const Binary& node);
    Value value(const Concat& node);
    Value value(const Logic& node);
    Value value(const Compare& node);
    Value value(const Conditional& node);
    Value value(const ListDisplay& node);
    Value value(const DictDisplay& node);

    struct Inside; // a Scope for the time of a C++ block
    std::shared_ptr<Scope> newScope(std::shared_ptr<Scope> parent);
    void assign(const Target& target, Value value);
    Arguments arguments(const CallArgs& args);
    Value call(const Value& callee, const Arguments& args) override;
    Value callNode(const Call& node, Arguments args);
    Value callMacro(const Macro& macro, const Arguments& args);
    Value macroValue(const Parameters& parameters, const Body& body);
    void loop(const For& node, const Value& items, unsigned depth, std::string& out);
    Value filtered(const Expr& filter, Value input);
    void print(std::string& out, const Value& value);
    void enter();

    const Program& m_program;
    std::shared_ptr<Scope> m_scope;
    std::vector<std::shared_ptr<Scope>> m_kept;
    const Value* m_captured = nullptr; // what the innermost filter of a filter block reads
    std::uint32_t m_line = 1;
    unsigned m_depth = 0;
};

} // namespace corral::text::jinja
