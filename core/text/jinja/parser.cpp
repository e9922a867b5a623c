#include "core/text/jinja/parser.h"

#include "core/text/jinja/builtins.h"
#include "core/text/jinja/fault.h"
#include "core/text/jinja/lexer.h"
#include "core/text/jinja/limits.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <unordered_map>

namespace corral::text::jinja {

namespace {

using Kind = Token::Kind;

class Parser {
public:
    explicit Parser(std::string_view source)
    {
        if (source.size() > kMaxSourceBytes) fault("a chat template of {} bytes: more than {}", source.size(), kMaxSourceBytes);
        m_program.source = normalized(source);
        m_tokens = tokenize(m_program.source);
        for (const char* known : {"loop", "caller", "varargs", "kwargs"}) nameId(known);
    }

    Program run()
    {
        m_program.root = body({});
        return std::move(m_program);
    }

private:
    // --- tokens

    const Token& peek(std::size_t ahead = 0) const { return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)]; }
    const Token& next() { return m_at + 1 < m_tokens.size() ? m_tokens[m_at++] : m_tokens.back(); }
    bool isOperator(std::string_view text, std::size_t ahead = 0) const
    {
        return peek(ahead).kind == Kind::Operator && peek(ahead).text == text;
    }
    bool isName(std::string_view text) const { return peek().kind == Kind::Name && peek().text == text; }
    bool acceptOperator(std::string_view text) { return isOperator(text) && (next(), true); }
    bool acceptName(std::string_view text) { return isName(text) && (next(), true); }
    void expectOperator(std::string_view text)
    {
        if (!acceptOperator(text)) unexpected(std::string("'") + std::string(text) + "'");
    }
    void expect(Kind kind, const char* what)
    {
        if (peek().kind != kind) unexpected(what);
        next();
    }
    std::string expectName(const char* what)
    {
        if (peek().kind != Kind::Name) unexpected(what);
        return next().text;
    }

    static std::string shown(const Token& token)
    {
        switch (token.kind) {
        case Kind::Data: return "text";
        case Kind::OutputBegin: return "'{{'";
        case Kind::OutputEnd: return "'}}'";
        case Kind::BlockBegin: return "'{%'";
        case Kind::BlockEnd: return "'%}'";
        case Kind::String: return "a string";
        case Kind::End: return "the end of the template";
        default: return "'" + token.text + "'";
        }
    }
    [[noreturn]] void unexpected(const std::string& wanted) const { faultAt(peek().line, "{} expected, found {}", wanted, shown(peek())); }

    // --- nodes

    struct Deeper {
        explicit Deeper(Parser& parser) : parser(parser)
        {
            if (++parser.m_depth > kMaxParseDepth) faultAt(parser.peek().line, "nested more than {} deep", kMaxParseDepth);
        }
        ~Deeper() { --parser.m_depth; }
        Parser& parser;
    };

    template <class Node> ExprPtr expr(std::uint32_t line, Node node)
    {
        m_program.expressions.push_back(std::make_unique<Expr>(Expr{line, std::move(node)}));
        return m_program.expressions.back().get();
    }
    template <class Node> const Stmt* stmt(std::uint32_t line, Node node)
    {
        m_program.statements.push_back(std::make_unique<Stmt>(Stmt{line, std::move(node)}));
        return m_program.statements.back().get();
    }
    NameId nameId(const std::string& name)
    {
        const auto [at, added] = m_names.try_emplace(name, static_cast<NameId>(m_program.names.size()));
        if (added) m_program.names.push_back(name);
        return at->second;
    }

    // --- statements

    // Until `{% WORD` with one of the words, which is left as the next token (past `{%`). No words: until the end.
    Body body(std::initializer_list<std::string_view> ends)
    {
        const Deeper deeper(*this);
        Body statements;
        while (true) {
            const Token& token = peek();
            switch (token.kind) {
            case Kind::Data: statements.push_back(stmt(token.line, Data{next().text})); break;
            case Kind::OutputBegin: {
                const auto line = next().line;
                statements.push_back(stmt(line, Output{tuple(true)}));
                expect(Kind::OutputEnd, "'}}'");
                break;
            }
            case Kind::BlockBegin: {
                next();
                if (peek().kind == Kind::Name && std::ranges::find(ends, peek().text) != ends.end()) return statements;
                statement(statements);
                break;
            }
            default: {
                if (ends.size() == 0 && token.kind == Kind::End) return statements;
                unexpected(std::string("'{% ") + std::string(*(ends.end() - 1)) + " %}'");
            }
            }
        }
    }

    void endOfBlock() { expect(Kind::BlockEnd, "'%}'"); }
    Body bodyUntil(std::string_view end)
    {
        endOfBlock();
        Body statements = body({end});
        next();
        return statements;
    }

    void statement(Body& out)
    {
        const auto line = peek().line;
        const std::string word = expectName("a statement");
        if (word == "if")
            out.push_back(ifStatement(line));
        else if (word == "for")
            out.push_back(forStatement(line));
        else if (word == "set")
            out.push_back(setStatement(line));
        else if (word == "macro")
            out.push_back(macroStatement(line));
        else if (word == "call")
            out.push_back(callStatement(line));
        else if (word == "filter") {
            const auto filter = filters(nullptr);
            if (!filter) unexpected("a filter");
            auto content = bodyUntil("endfilter");
            out.push_back(stmt(line, FilterBlock{filter, std::move(content)}));
        } else if (word == "generation") { // marks for training; what is inside is printed as it is
            auto content = bodyUntil("endgeneration");
            out.push_back(stmt(line, Scoped{{}, std::move(content)}));
        } else if (word == "with")
            out.push_back(withStatement(line));
        else if (word == "break" || word == "continue") {
            if (!m_loops) faultAt(line, "{} outside a loop", word);
            out.push_back(word == "break" ? stmt(line, Break{}) : stmt(line, Continue{}));
        } else {
            faultAt(line, "unknown statement '{}'", word);
        }
        endOfBlock();
    }

    const Stmt* ifStatement(std::uint32_t line)
    {
        If node;
        while (true) {
            const auto condition = expression();
            endOfBlock();
            node.branches.emplace_back(condition, body({"elif", "else", "endif"}));
            if (!acceptName("elif")) break;
        }
        if (acceptName("else")) {
            endOfBlock();
            node.otherwise = body({"endif"});
        }
        next();
        return stmt(line, std::move(node));
    }

    const Stmt* forStatement(std::uint32_t line)
    {
        For node;
        node.target = target(false);
        if (!acceptName("in")) unexpected("'in'");
        node.items = tuple(false);
        node.filter = acceptName("if") ? expression() : nullptr;
        node.recursive = acceptName("recursive");
        endOfBlock();
        ++m_loops;
        node.body = body({"else", "endfor"});
        --m_loops;
        if (acceptName("else")) {
            endOfBlock();
            node.otherwise = body({"endfor"});
        }
        next();
        return stmt(line, std::move(node));
    }

    const Stmt* setStatement(std::uint32_t line)
    {
        auto to = target(true);
        if (acceptOperator("=")) {
            const auto value = tuple(true);
            return stmt(line, Set{std::move(to), value});
        }
        const auto filter = filters(nullptr);
        auto content = bodyUntil("endset");
        return stmt(line, SetBlock{std::move(to), filter, std::move(content)});
    }

    const Stmt* withStatement(std::uint32_t line)
    {
        Scoped node;
        while (peek().kind != Kind::BlockEnd) {
            if (!node.assignments.empty()) expectOperator(",");
            auto to = target(false);
            expectOperator("=");
            node.assignments.emplace_back(std::move(to), expression());
        }
        node.body = bodyUntil("endwith");
        return stmt(line, std::move(node));
    }

    // A macro's body is its own place: no break out of the loop around it.
    Body macroBody(std::string_view end)
    {
        const auto loops = std::exchange(m_loops, 0u);
        auto content = bodyUntil(end);
        m_loops = loops;
        return content;
    }

    const Stmt* macroStatement(std::uint32_t line)
    {
        const auto name = nameId(expectName("the macro's name"));
        expectOperator("(");
        auto wanted = parameters();
        auto content = macroBody("endmacro");
        return stmt(line, MacroDefinition{name, std::move(wanted), std::move(content)});
    }

    const Stmt* callStatement(std::uint32_t line)
    {
        Parameters wanted;
        if (acceptOperator("(")) wanted = parameters();
        const auto call = expression();
        if (!std::holds_alternative<Call>(call->node)) faultAt(line, "a call expected");
        auto content = macroBody("endcall");
        return stmt(line, CallBlock{std::move(wanted), call, std::move(content)});
    }

    Parameters parameters() // past the bracket
    {
        Parameters wanted;
        while (!acceptOperator(")")) {
            if (!wanted.names.empty()) {
                expectOperator(",");
                if (acceptOperator(")")) break;
            }
            wanted.names.push_back(nameId(expectName("a parameter")));
            if (acceptOperator("="))
                wanted.defaults.push_back(expression());
            else if (!wanted.defaults.empty())
                faultAt(peek().line, "a parameter without default after one with");
        }
        return wanted;
    }

    Target oneTarget(bool attributes)
    {
        const Deeper deeper(*this);
        if (acceptOperator("(")) {
            auto inner = target(false);
            expectOperator(")");
            return inner;
        }
        Target one{.kind = Target::Kind::Name};
        one.name = nameId(expectName("a name"));
        if (attributes && acceptOperator(".")) {
            one.kind = Target::Kind::Attribute;
            one.attribute = expectName("an attribute");
        }
        return one;
    }

    Target target(bool attributes)
    {
        auto first = oneTarget(attributes);
        if (!isOperator(",")) return first;
        Target all{.kind = Target::Kind::Tuple};
        all.parts.push_back(std::move(first));
        while (acceptOperator(",")) {
            if (isName("in") || isOperator("=") || isOperator(")")) break;
            all.parts.push_back(oneTarget(attributes));
        }
        return all;
    }

    // --- expressions, loosest first

    // a, b → a tuple; one alone is itself.
    ExprPtr tuple(bool conditional)
    {
        const auto line = peek().line;
        const auto item = [&] { return conditional ? expression() : orExpression(); };
        const auto first = item();
        if (!isOperator(",")) return first;
        std::vector<ExprPtr> items = {first};
        while (acceptOperator(",")) {
            if (peek().kind == Kind::OutputEnd || peek().kind == Kind::BlockEnd || isOperator(")")) break;
            items.push_back(item());
        }
        return expr(line, ListDisplay{std::move(items), true});
    }

    ExprPtr expression()
    {
        const Deeper deeper(*this);
        auto value = orExpression();
        while (isName("if")) {
            const auto line = next().line;
            const auto condition = orExpression();
            const auto otherwise = acceptName("else") ? expression() : nullptr;
            value = expr(line, Conditional{condition, value, otherwise});
        }
        return value;
    }

    ExprPtr orExpression()
    {
        auto left = andExpression();
        while (isName("or")) {
            const auto line = next().line;
            const auto right = andExpression();
            left = expr(line, Logic{false, left, right});
        }
        return left;
    }

    ExprPtr andExpression()
    {
        auto left = notExpression();
        while (isName("and")) {
            const auto line = next().line;
            const auto right = notExpression();
            left = expr(line, Logic{true, left, right});
        }
        return left;
    }

    ExprPtr notExpression()
    {
        const Deeper deeper(*this);
        if (!isName("not")) return comparison();
        const auto line = next().line;
        const auto operand = notExpression();
        return expr(line, Unary{UnaryOp::Not, operand});
    }

    bool compareOperator(CompareOp& op)
    {
        static constexpr std::pair<std::string_view, CompareOp> kOperators[] = {{"==", CompareOp::Equal},  {"!=", CompareOp::NotEqual},
                                                                                {"<", CompareOp::Less},    {"<=", CompareOp::LessEqual},
                                                                                {">", CompareOp::Greater}, {">=", CompareOp::GreaterEqual}};
        for (const auto& [text, candidate] : kOperators)
            if (acceptOperator(text)) {
                op = candidate;
                return true;
            }
        if (acceptName("in")) {
            op = CompareOp::In;
            return true;
        }
        if (isName("not") && peek(1).kind == Kind::Name && peek(1).text == "in") {
            next();
            next();
            op = CompareOp::NotIn;
            return true;
        }
        return false;
    }

    ExprPtr comparison()
    {
        const auto line = peek().line;
        const auto first = sum();
        std::vector<std::pair<CompareOp, ExprPtr>> rest;
        for (CompareOp op; compareOperator(op);) rest.emplace_back(op, sum());
        return rest.empty() ? first : expr(line, Compare{first, std::move(rest)});
    }

    ExprPtr sum()
    {
        auto left = concat();
        while (isOperator("+") || isOperator("-")) {
            const Token& token = next();
            const auto right = concat();
            left = expr(token.line, Binary{token.text == "+" ? BinaryOp::Add : BinaryOp::Subtract, left, right});
        }
        return left;
    }

    ExprPtr concat()
    {
        const auto line = peek().line;
        const auto first = product();
        if (!isOperator("~")) return first;
        std::vector<ExprPtr> parts = {first};
        while (acceptOperator("~")) parts.push_back(product());
        return expr(line, Concat{std::move(parts)});
    }

    ExprPtr product()
    {
        static constexpr std::pair<std::string_view, BinaryOp> kOperators[] = {
            {"*", BinaryOp::Multiply}, {"/", BinaryOp::Divide}, {"//", BinaryOp::FloorDivide}, {"%", BinaryOp::Modulo}};
        auto left = power();
        while (true) {
            const auto found = std::ranges::find_if(kOperators, [&](const auto& entry) { return isOperator(entry.first); });
            if (found == std::end(kOperators)) return left;
            const auto line = next().line;
            const auto right = power();
            left = expr(line, Binary{found->second, left, right});
        }
    }

    ExprPtr power()
    {
        auto left = unary(true);
        while (isOperator("**")) {
            const auto line = next().line;
            const auto right = unary(true);
            left = expr(line, Binary{BinaryOp::Power, left, right});
        }
        return left;
    }

    ExprPtr unary(bool withFilters)
    {
        const Deeper deeper(*this);
        ExprPtr value;
        if (isOperator("-") || isOperator("+")) {
            const Token& token = next();
            const auto operand = unary(false);
            value = expr(token.line, Unary{token.text == "-" ? UnaryOp::Minus : UnaryOp::Plus, operand});
        } else {
            value = primary();
        }
        value = postfix(value);
        return withFilters ? filtersAndTests(value) : value;
    }

    ExprPtr primary()
    {
        const Token& token = next();
        const auto line = token.line;
        switch (token.kind) {
        case Kind::Name: {
            if (token.text == "true" || token.text == "True") return expr(line, Literal{Value(true)});
            if (token.text == "false" || token.text == "False") return expr(line, Literal{Value(false)});
            if (token.text == "none" || token.text == "None") return expr(line, Literal{Value(None{})});
            return expr(line, Name{nameId(token.text)});
        }
        case Kind::String: {
            std::string text = token.text;
            while (peek().kind == Kind::String) text += next().text; // 'a' 'b' is 'ab'
            return expr(line, Literal{Value(std::move(text))});
        }
        case Kind::Integer: return expr(line, Literal{Value(integer(token))});
        case Kind::Float: {
            double value = 0;
            const auto [end, error] = std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
            if (error != std::errc{}) faultAt(line, "the number {} is out of range", token.text);
            return expr(line, Literal{Value(value)});
        }
        case Kind::Operator:
            if (token.text == "(") return bracketed(line);
            if (token.text == "[") return expr(line, ListDisplay{items("]"), false});
            if (token.text == "{") return dictDisplay(line);
            [[fallthrough]];
        default: --m_at; unexpected("a value");
        }
    }

    static std::int64_t integer(const Token& token)
    {
        std::string_view text = token.text;
        const bool hex = text.starts_with("0x");
        if (hex) text.remove_prefix(2);
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
        if (error != std::errc{}) faultAt(token.line, "the number {} is out of range", token.text);
        return value;
    }

    ExprPtr bracketed(std::uint32_t line) // past `(`
    {
        if (acceptOperator(")")) return expr(line, ListDisplay{{}, true});
        const auto inner = tuple(true);
        expectOperator(")");
        return inner;
    }

    std::vector<ExprPtr> items(std::string_view closing)
    {
        std::vector<ExprPtr> all;
        while (!acceptOperator(closing)) {
            if (!all.empty()) {
                expectOperator(",");
                if (acceptOperator(closing)) break;
            }
            all.push_back(expression());
        }
        return all;
    }

    ExprPtr dictDisplay(std::uint32_t line) // past `{`
    {
        DictDisplay node;
        while (!acceptOperator("}")) {
            if (!node.entries.empty()) {
                expectOperator(",");
                if (acceptOperator("}")) break;
            }
            const auto key = expression();
            expectOperator(":");
            node.entries.emplace_back(key, expression());
        }
        return expr(line, std::move(node));
    }

    ExprPtr postfix(ExprPtr value)
    {
        while (true) {
            if (isOperator("."))
                value = member(value);
            else if (isOperator("["))
                value = subscript(value);
            else if (isOperator("("))
                value = call(value);
            else
                return value;
        }
    }

    ExprPtr member(ExprPtr object)
    {
        const auto line = next().line;
        if (peek().kind == Kind::Integer) {
            const auto index = expr(line, Literal{Value(integer(next()))});
            return expr(line, Item{object, index});
        }
        auto name = expectName("a name after '.'");
        const auto *ofText = find(textMethods(), name), *ofList = find(listMethods(), name), *ofDict = find(dictMethods(), name);
        return expr(line, Member{object, std::move(name), ofText, ofList, ofDict});
    }

    ExprPtr subscript(ExprPtr object)
    {
        const auto line = next().line;
        const auto part = [&] { return isOperator(":") || isOperator("]") ? nullptr : expression(); };
        const auto start = part();
        if (acceptOperator(":")) {
            const auto stop = part();
            const auto step = acceptOperator(":") ? part() : nullptr;
            expectOperator("]");
            return expr(line, SliceItem{object, start, stop, step});
        }
        expectOperator("]");
        if (!start) faultAt(line, "an index expected");
        return expr(line, Item{object, start});
    }

    CallArgs arguments() // past `(`
    {
        CallArgs args;
        bool first = true;
        while (!acceptOperator(")")) {
            if (!first) {
                expectOperator(",");
                if (acceptOperator(")")) break;
            }
            first = false;
            if (acceptOperator("**"))
                args.dict = expression();
            else if (acceptOperator("*"))
                args.list = expression();
            else if (peek().kind == Kind::Name && isOperator("=", 1)) {
                auto name = next().text;
                next();
                args.named.emplace_back(std::move(name), expression());
            } else {
                if (!args.named.empty() || args.dict) faultAt(peek().line, "a positional argument after a named one");
                args.positional.push_back(expression());
            }
        }
        return args;
    }

    ExprPtr call(ExprPtr callee)
    {
        const auto line = next().line;
        auto args = arguments();
        return expr(line, Call{callee, std::move(args)});
    }

    ExprPtr filtersAndTests(ExprPtr value)
    {
        while (true) {
            if (isOperator("|"))
                value = filters(value);
            else if (isName("is"))
                value = test(value);
            else if (isOperator("("))
                value = call(value);
            else
                return value;
        }
    }

    // `| a | b(1)`, or from the first name on when `input` is null (filter and set blocks).
    ExprPtr filters(ExprPtr input)
    {
        ExprPtr value = input;
        while ((!value && peek().kind == Kind::Name) || acceptOperator("|")) {
            const auto line = peek().line;
            auto name = expectName("a filter");
            CallArgs args;
            if (acceptOperator("(")) args = arguments();
            const auto* filter = find(jinja::filters(), name);
            value = expr(line, FilterCall{value, std::move(name), filter, std::move(args)});
        }
        return value;
    }

    ExprPtr test(ExprPtr input)
    {
        const auto line = next().line;
        const bool negated = acceptName("not");
        auto name = expectName("a test");
        CallArgs args;
        const Token& token = peek();
        if (acceptOperator("(")) {
            args = arguments();
        } else if (token.kind == Kind::String || token.kind == Kind::Integer || token.kind == Kind::Float || isOperator("[") ||
                   isOperator("{") ||
                   (token.kind == Kind::Name && token.text != "else" && token.text != "or" && token.text != "and" && token.text != "is" &&
                    token.text != "if" && token.text != "in" && token.text != "not" && token.text != "recursive")) {
            const Deeper deeper(*this);
            args.positional.push_back(postfix(primary())); // x is divisibleby 3
        }
        const auto* found = find(jinja::tests(), name);
        const auto result = expr(line, TestCall{input, std::move(name), found, std::move(args)});
        return negated ? expr(line, Unary{UnaryOp::Not, result}) : result;
    }

    Program m_program;
    std::vector<Token> m_tokens;
    std::unordered_map<std::string, NameId> m_names;
    std::size_t m_at = 0;
    unsigned m_depth = 0;
    unsigned m_loops = 0; // that a break here could leave
};

} // namespace

Program parse(std::string_view source) { return Parser(source).run(); }

} // namespace corral::text::jinja
