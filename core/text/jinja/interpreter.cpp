#include "core/text/jinja/interpreter.h"

#include "core/text/jinja/builtins.h"
#include "core/text/jinja/fault.h"
#include "core/text/jinja/loop.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/parser.h"
#include "core/text/jinja/printing.h"

#include <algorithm>

namespace corral::text::jinja {

Value* Scope::find(NameId name)
{
    const auto at = std::ranges::find(names, name);
    return at == names.end() ? nullptr : &values[static_cast<std::size_t>(at - names.begin())];
}

void Scope::set(NameId name, Value value)
{
    if (Value* found = find(name)) {
        *found = std::move(value);
        return;
    }
    names.push_back(name);
    values.push_back(std::move(value));
}

struct Interpreter::Inside {
    Inside(Interpreter& interpreter, std::shared_ptr<Scope> scope)
        : interpreter(interpreter), outer(std::exchange(interpreter.m_scope, std::move(scope)))
    {
    }
    ~Inside() { interpreter.m_scope = std::move(outer); }
    Interpreter& interpreter;
    std::shared_ptr<Scope> outer;
};

Interpreter::Interpreter(const Program& program, const Limits& limits, std::uint64_t inputBytes, std::optional<std::int64_t> now)
    : Runtime(limits, inputBytes, now), m_program(program), m_scope(std::make_shared<Scope>())
{
    for (const Builtin& function : functions()) define(function.name, &function);
}

Interpreter::~Interpreter()
{
    for (const auto& scope : m_kept) { // macros and the scopes they remember hold each other
        scope->values.clear();
        scope->names.clear();
        scope->parent.reset();
    }
}

void Interpreter::define(std::string_view name, Value value)
{
    // A name the template does not mention needs no place.
    const auto at = std::ranges::find(m_program.names, name);
    if (at != m_program.names.end()) m_scope->set(static_cast<NameId>(at - m_program.names.begin()), std::move(value));
}

std::string Interpreter::run()
{
    try {
        std::string out;
        // The template's own names lie in a scope of their own, as a macro's closure does.
        const Inside inside(*this, newScope(m_scope));
        execute(m_program.root, out);
        return out;
    } catch (Fault& fault) {
        if (fault.line == 0) fault.line = m_line;
        throw;
    }
}

std::shared_ptr<Scope> Interpreter::newScope(std::shared_ptr<Scope> parent)
{
    auto scope = std::make_shared<Scope>();
    scope->depth = parent->depth + 1;
    if (scope->depth > kMaxRunDepth) fault("macros nested more than {} deep", kMaxRunDepth);
    scope->parent = std::move(parent);
    return scope;
}

void Interpreter::enter()
{
    if (++m_depth > kMaxRunDepth) fault("the template calls itself too deeply");
    spendSteps(1);
}

// --- statements

Interpreter::Flow Interpreter::execute(const Body& body, std::string& out)
{
    for (const Stmt* statement : body)
        if (const Flow flow = execute(*statement, out); flow != Flow::Next) return flow;
    return Flow::Next;
}

Interpreter::Flow Interpreter::execute(const Stmt& statement, std::string& out)
{
    enter();
    m_line = statement.line;
    const Flow flow = std::visit([&](const auto& node) { return run(node, out); }, statement.node);
    --m_depth;
    return flow;
}

Interpreter::Flow Interpreter::run(const Data& node, std::string& out)
{
    spendBytes(node.text.size());
    out += node.text;
    return Flow::Next;
}

void Interpreter::print(std::string& out, const Value& value)
{
    if (const auto* text = value.text()) {
        spendBytes(text->size());
        out += *text;
        return;
    }
    const auto before = out.size();
    jinja::print(*this, out, value);
    spendBytes(out.size() - before);
}

Interpreter::Flow Interpreter::run(const Output& node, std::string& out)
{
    print(out, evaluate(*node.value));
    return Flow::Next;
}

Interpreter::Flow Interpreter::run(const If& node, std::string& out)
{
    for (const auto& [condition, body] : node.branches)
        if (truth(evaluate(*condition))) return execute(body, out);
    return execute(node.otherwise, out);
}

Interpreter::Flow Interpreter::run(const For& node, std::string& out)
{
    loop(node, evaluate(*node.items), 0, out);
    return Flow::Next;
}

void Interpreter::loop(const For& node, const Value& over, unsigned depth, std::string& out)
{
    auto items = itemsOf(*this, over);
    auto scope = newScope(m_scope);
    if (node.filter) {
        const Inside inside(*this, scope);
        std::vector<Value> chosen;
        for (Value& item : items) {
            assign(node.target, item);
            if (truth(evaluate(*node.filter))) chosen.push_back(std::move(item));
        }
        items = std::move(chosen);
    }
    if (items.empty()) {
        execute(node.otherwise, out);
        return;
    }
    const auto state = std::make_shared<Loop>(
        Loop{.items = std::move(items), .depth = depth, .lastSeen = {}, .recursive = node.recursive ? &node : nullptr});
    state->length = state->items.size();
    struct Emptied {
        Loop& loop;
        ~Emptied()
        {
            loop.items.clear();
            loop.lastSeen.reset();
        }
    } const emptied{*state};
    for (; state->index < state->length; ++state->index) {
        spendSteps(1);
        if (scope.use_count() > 1 || scope->kept) {
            scope = newScope(m_scope);
        } else {
            scope->names.clear();
            scope->values.clear();
        }
        const Inside inside(*this, scope);
        assign(node.target, state->items[state->index]);
        scope->set(kLoopName, state);
        if (execute(node.body, out) == Flow::Break) break;
    }
}

Interpreter::Flow Interpreter::run(const Set& node, std::string&)
{
    assign(node.target, evaluate(*node.value));
    return Flow::Next;
}

void Interpreter::assign(const Target& target, Value value)
{
    switch (target.kind) {
    case Target::Kind::Name: m_scope->set(target.name, std::move(value)); return;
    case Target::Kind::Attribute: {
        const Value owner = this->value(Name{target.name});
        const auto* space = owner.as<NamespacePtr>();
        if (!space) fault("'{}' is no namespace: its attributes cannot be set", m_program.names[target.name]);
        spendBytes(sizeof(Dict::Entry));
        (*space)->attributes.set(text(target.attribute), std::move(value));
        return;
    }
    case Target::Kind::Tuple: {
        const auto parts = itemsOf(*this, value);
        if (parts.size() != target.parts.size()) fault("{} values for {} names", parts.size(), target.parts.size());
        for (std::size_t i = 0; i < parts.size(); ++i) assign(target.parts[i], parts[i]);
        return;
    }
    }
}

Value Interpreter::filtered(const Expr& filter, Value input)
{
    const Value* outer = std::exchange(m_captured, &input);
    Value result = evaluate(filter);
    m_captured = outer;
    return result;
}

Interpreter::Flow Interpreter::run(const SetBlock& node, std::string&)
{
    std::string content;
    Flow flow{};
    {
        const Inside inside(*this, newScope(m_scope));
        flow = execute(node.body, content);
    }
    Value captured = text(std::move(content));
    assign(node.target, node.filter ? filtered(*node.filter, std::move(captured)) : std::move(captured));
    return flow;
}

Value Interpreter::macroValue(const Parameters& parameters, const Body& body)
{
    if (!std::exchange(m_scope->kept, true)) m_kept.push_back(m_scope);
    spendBytes(sizeof(Scope) + sizeof(Macro));
    return std::make_shared<Macro>(Macro{&parameters, &body, m_scope});
}

Interpreter::Flow Interpreter::run(const MacroDefinition& node, std::string&)
{
    m_scope->set(node.name, macroValue(node.parameters, node.body));
    return Flow::Next;
}

Interpreter::Flow Interpreter::run(const CallBlock& node, std::string& out)
{
    const auto& inner = std::get<Call>(node.call->node);
    Arguments args = arguments(inner.args);
    args.named.emplace_back("caller", macroValue(node.parameters, node.body));
    print(out, callNode(inner, std::move(args)));
    return Flow::Next;
}

Interpreter::Flow Interpreter::run(const FilterBlock& node, std::string& out)
{
    std::string content;
    Flow flow{};
    {
        const Inside inside(*this, newScope(m_scope));
        flow = execute(node.body, content);
    }
    print(out, filtered(*node.filter, text(std::move(content))));
    return flow;
}

Interpreter::Flow Interpreter::run(const Scoped& node, std::string& out)
{
    auto scope = newScope(m_scope);
    for (const auto& [target, expr] : node.assignments) { // all read the names outside
        Value given = evaluate(*expr);
        const Inside inside(*this, scope);
        assign(target, std::move(given));
    }
    const Inside inside(*this, std::move(scope));
    return execute(node.body, out);
}

// --- expressions

Value Interpreter::evaluate(const Expr& expr)
{
    enter();
    const auto line = std::exchange(m_line, expr.line); // stays at the inner line when something is thrown
    Value result = std::visit([&](const auto& node) { return value(node); }, expr.node);
    m_line = line;
    --m_depth;
    return result;
}

Value Interpreter::value(const Name& node)
{
    unsigned hops = 0;
    for (Scope* scope = m_scope.get(); scope; scope = scope->parent.get(), ++hops)
        if (const Value* found = scope->find(node.id)) {
            spendSteps(hops / 8);
            return *found;
        }
    spendSteps(hops / 8);
    return Undefined{&m_program.names[node.id]};
}

Value Interpreter::value(const Member& node)
{
    const Value object = evaluate(*node.object);
    if ((object.text() && node.ofText) || (object.list() && node.ofList) || (object.dict() && node.ofDict)) return Method{};
    return attribute(*this, object, node.name);
}

Value Interpreter::value(const Item& node)
{
    const Value object = evaluate(*node.object);
    Value found = item(*this, object, evaluate(*node.index));
    if (found.isUndefined())
        if (const auto* literal = std::get_if<Literal>(&node.index->node); literal && literal->value.text())
            return Undefined{literal->value.text()};
    return found;
}

Value Interpreter::value(const SliceItem& node)
{
    const auto part = [&](ExprPtr expr) { return expr ? evaluate(*expr) : Value(None{}); };
    const Value object = evaluate(*node.object);
    const Value start = part(node.start), stop = part(node.stop), step = part(node.step);
    return slice(*this, object, start, stop, step);
}

Arguments Interpreter::arguments(const CallArgs& args)
{
    Arguments given;
    given.positional.reserve(args.positional.size());
    for (const ExprPtr arg : args.positional) given.positional.push_back(evaluate(*arg));
    if (args.list) {
        auto more = itemsOf(*this, evaluate(*args.list));
        std::ranges::move(more, std::back_inserter(given.positional));
    }
    given.named.reserve(args.named.size());
    for (const auto& [name, arg] : args.named) given.named.emplace_back(name, evaluate(*arg));
    if (args.dict) {
        const Value more = evaluate(*args.dict);
        if (!more.dict()) fault("** needs an object, not {}", typeName(more));
        for (const auto& [key, arg] : more.dict()->entries()) {
            // Only names the program knows can be asked for, and those outlive the call.
            const auto at = key.text() ? std::ranges::find(m_program.names, *key.text()) : m_program.names.end();
            if (at == m_program.names.end()) fault("an unknown argument '{}'", str(*this, key));
            given.named.emplace_back(*at, arg);
        }
    }
    return given;
}

Value Interpreter::value(const Call& node) { return callNode(node, arguments(node.args)); }

Value Interpreter::callNode(const Call& node, Arguments args)
{
    const auto* member = std::get_if<Member>(&node.callee->node);
    if (!member) return call(evaluate(*node.callee), args);
    const Value object = evaluate(*member->object);
    const Builtin* method = object.text() ? member->ofText : object.list() ? member->ofList : object.dict() ? member->ofDict : nullptr;
    if (method) return invoke(*this, *method, object, args);
    if (const auto* loop = object.as<LoopPtr>())
        if (auto result = callLoopMethod(**loop, member->name, args.positional)) return *result;
    const Value callee = attribute(*this, object, member->name);
    if (callee.isUndefined()) fault("{} has no method '{}'", typeName(object), member->name);
    return call(callee, args);
}

Value Interpreter::call(const Value& callee, const Arguments& args)
{
    if (const auto* macro = callee.as<MacroPtr>()) return callMacro(**macro, args);
    if (const auto* function = callee.as<const Builtin*>()) return invoke(*this, **function, {}, args);
    if (const auto* state = callee.as<LoopPtr>(); state && (*state)->recursive) {
        if (args.positional.size() != 1) fault("loop() needs what to loop over");
        std::string out;
        const Inside inside(*this, newScope(m_scope));
        loop(*(*state)->recursive, args.positional[0], (*state)->depth + 1, out);
        return text(std::move(out));
    }
    if (const auto* missing = callee.as<Undefined>(); missing && missing->name)
        fault("'{}' is undefined and cannot be called", *missing->name);
    fault("{} cannot be called", typeName(callee));
}

Value Interpreter::callMacro(const Macro& macro, const Arguments& args)
{
    const Inside inside(*this, newScope(macro.closure));
    spendBytes(sizeof(Scope));
    const auto& parameters = *macro.parameters;
    const auto count = parameters.names.size();
    std::vector<Value> rest;
    std::vector<bool> given(count);
    for (std::size_t i = 0; i < args.positional.size(); ++i) {
        if (i < count) {
            m_scope->set(parameters.names[i], args.positional[i]);
            given[i] = true;
        } else {
            rest.push_back(args.positional[i]);
        }
    }
    Dict others;
    for (const auto& [name, arg] : args.named) {
        const auto at = std::ranges::find_if(parameters.names, [&](NameId id) { return m_program.names[id] == name; });
        if (at != parameters.names.end()) {
            const auto i = static_cast<std::size_t>(at - parameters.names.begin());
            if (given[i]) fault("two values for the parameter '{}'", name);
            given[i] = true;
            m_scope->set(*at, arg);
        } else if (name == "caller") {
            m_scope->set(kCallerName, arg);
        } else {
            others.set(text(std::string(name)), arg);
        }
    }
    const auto withDefault = count - parameters.defaults.size();
    for (std::size_t i = 0; i < count; ++i) {
        if (given[i]) continue;
        const NameId id = parameters.names[i];
        m_scope->set(id, i >= withDefault ? evaluate(*parameters.defaults[i - withDefault]) : Value(Undefined{&m_program.names[id]}));
    }
    m_scope->set(kVarargsName, list(std::move(rest), true));
    m_scope->set(kKwargsName, dict(std::move(others)));
    std::string out;
    execute(*macro.body, out);
    return text(std::move(out));
}

Value Interpreter::value(const FilterCall& node)
{
    const Value input = node.input ? evaluate(*node.input) : *m_captured;
    if (!node.filter) fault("no filter named '{}'", node.name);
    return invoke(*this, *node.filter, input, arguments(node.args));
}

Value Interpreter::value(const TestCall& node)
{
    const Value input = evaluate(*node.input);
    if (!node.test) fault("no test named '{}'", node.name);
    return invoke(*this, *node.test, input, arguments(node.args));
}

Value Interpreter::value(const Unary& node) { return unary(node.op, evaluate(*node.operand)); }

Value Interpreter::value(const Binary& node)
{
    const Value left = evaluate(*node.left);
    return binary(*this, node.op, left, evaluate(*node.right));
}

Value Interpreter::value(const Concat& node)
{
    std::string all;
    for (const ExprPtr part : node.parts) {
        jinja::print(*this, all, evaluate(*part));
        needBytes(all.size());
    }
    return text(std::move(all));
}

Value Interpreter::value(const Logic& node)
{
    Value left = evaluate(*node.left);
    return truth(left) == node.isAnd ? evaluate(*node.right) : left;
}

Value Interpreter::value(const Compare& node)
{
    Value left = evaluate(*node.first);
    for (const auto& [op, expr] : node.rest) {
        Value right = evaluate(*expr);
        if (!compare(*this, op, left, right)) return false;
        left = std::move(right);
    }
    return true;
}

Value Interpreter::value(const Conditional& node)
{
    if (truth(evaluate(*node.condition))) return evaluate(*node.then);
    return node.otherwise ? evaluate(*node.otherwise) : Value();
}

Value Interpreter::value(const ListDisplay& node)
{
    std::vector<Value> items;
    items.reserve(node.items.size());
    for (const ExprPtr item : node.items) items.push_back(evaluate(*item));
    return list(std::move(items), node.tuple);
}

Value Interpreter::value(const DictDisplay& node)
{
    Dict entries;
    for (const auto& [key, expr] : node.entries) {
        Value name = evaluate(*key);
        entries.set(std::move(name), evaluate(*expr));
    }
    return dict(std::move(entries));
}

} // namespace corral::text::jinja
