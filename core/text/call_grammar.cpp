#include "core/text/call_grammar.h"

#include "core/text/json_schema.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <map>

namespace corral::text {

namespace {

std::string literal(std::string_view text) { return text.empty() ? std::string() : GrammarWriter::literal(text) + " "; }

class CallWriter {
public:
    CallWriter(const AnswerFormat& format, const CallGrammarOptions& options) : m_format(format), m_options(options) {}

    Result<CallGrammar> write(const Json& tools)
    {
        if (!m_format.knowsCalls()) return fail(ErrorCode::Unsupported, "this model's chat template has no format of tool calls that Corral knows");
        if (!tools.is_array() || tools.empty()) return fail(ErrorCode::InvalidArgument, "calls are asked for, but there are no tools");
        m_writer.reserve("root");
        m_space = m_writer.json("space");
        m_gap = m_writer.add("gap", R"([ \n\t]{0,4})");
        std::string calls;
        for (const Json& tool : tools) {
            const auto call = writeCall(tool);
            if (!call) return std::unexpected(call.error());
            calls += (calls.empty() ? "" : " | ") + *call;
        }
        const std::string call = m_writer.add("call", calls);
        m_writer.set("root", root(call));
        CallGrammar out;
        if (!m_options.required) addTriggers(out);
        addReasoning(out);
        auto gbnf = m_writer.text();
        if (!gbnf) return std::unexpected(gbnf.error());
        out.gbnf = std::move(*gbnf);
        return out;
    }

private:
    // {"name": …, "parameters": schema} of an OpenAI tool.
    Result<std::string> writeCall(const Json& tool)
    {
        const Json* const function = tool.is_object() && tool.contains("function") ? &tool["function"] : &tool;
        if (!function->is_object() || !function->contains("name") || !(*function)["name"].is_string())
            return fail(ErrorCode::InvalidArgument, "a tool has no function with a name");
        const std::string name = (*function)["name"];
        static const Json kAnyObject = {{"type", "object"}};
        const bool hasSchema = function->contains("parameters") && (*function)["parameters"].is_object();
        const Json& schema = hasSchema ? (*function)["parameters"] : kAnyObject;
        const auto body = writeCallOf(name, schema);
        if (!body) return within("tool '" + name.substr(0, 100) + "'", body.error());
        return m_writer.add("call-" + name, *body);
    }

    Result<std::string> writeCallOf(const std::string& name, const Json& schema)
    {
        if (m_format.style == CallStyle::Tagged) return taggedCall(name, schema);
        if (m_format.style == CallStyle::Gemma) return literal(name) + gemmaObject();
        if (m_format.style == CallStyle::Pythonic) return pythonicCall(name, schema);
        const auto arguments = addSchema(m_writer, "arguments-" + name, schema);
        if (!arguments) return arguments;
        switch (m_format.style) {
        case CallStyle::Object: return object(name, *arguments);
        case CallStyle::Named: return namedCall(name, *arguments);
        case CallStyle::Channels:
            return literal(" to=functions." + name) + R"(("<|channel|>" ("commentary" | "analysis"))? (" "? "<|constrain|>json" | " json")? "<|message|>" )" + *arguments;
        default: return std::string();
        }
    }

    std::string field(const std::string& key, const std::string& value) const
    {
        return GrammarWriter::literal("\"" + key + "\"") + " " + m_space + " \":\" " + m_space + " " + value;
    }

    Result<std::string> object(const std::string& name, const std::string& arguments)
    {
        const std::string comma = " " + m_space + " \",\" " + m_space + " ";
        const std::string quoted = Json(name).dump(-1, ' ', false, Json::error_handler_t::replace);
        std::string out = "\"{\" " + m_space + " ";
        if (!m_format.idKey.empty() && !m_format.idFollows) out += field(m_format.idKey, R"("\"" [0-9a-zA-Z]{1,32} "\"")") + comma;
        out += field(m_format.nameKey, GrammarWriter::literal(quoted)) + comma + field(m_format.argumentsKey, arguments);
        if (m_format.idFollows) out += " (" + comma + field(m_format.idKey, R"("\"" [0-9a-zA-Z]{9} "\"")") + ")?";
        return out + " " + m_space + " \"}\"";
    }

    std::string namedCall(const std::string& name, const std::string& arguments) const
    {
        const bool countsCalls = m_format.family == "kimi-k2"; // functions.N:0
        return countsCalls ? literal("functions." + name + ":") + "[0-9]{1,3} " + literal(m_format.nameEnd) + arguments
                           : literal(name + m_format.nameEnd) + arguments;
    }

    // Properties in their order, required ones without exception. Texts stand as they are, anything else as JSON.
    Result<std::string> taggedCall(const std::string& name, const Json& schema)
    {
        std::string out = literal(name + m_format.nameEnd) + m_gap;
        if (!schema.contains("properties") || !schema["properties"].is_object()) return out;
        const Json required = schema.contains("required") && schema["required"].is_array() ? schema["required"] : Json::array();
        for (const auto& [key, property] : schema["properties"].items()) {
            std::string value;
            const bool isText = property.is_object() && property.contains("type") && property["type"] == "string" && !property.contains("enum");
            if (isText) {
                value = anythingBut(m_format.paramClose);
            } else if (property.is_object() && property.contains("type") && property["type"] == "string") {
                for (const Json& one : property["enum"])
                    if (one.is_string()) value += (value.empty() ? "" : " | ") + GrammarWriter::literal(one.get<std::string>());
                const std::string line = m_format.valueOpen.empty() && !m_format.saysText ? " \"\\n\"? " : " "; // as much as the parser takes off
                value = line + "(" + value + ")" + line;
            } else {
                Json whole = property; // references are into the function's own schema
                for (const char* definitions : {"$defs", "definitions"})
                    if (whole.is_object() && schema.contains(definitions) && !whole.contains(definitions)) whole[definitions] = schema[definitions];
                const auto rule = addSchema(m_writer, name + "-" + key, whole);
                if (!rule) return rule;
                value = m_gap + " " + *rule + " " + m_gap;
            }
            const std::string kind = !m_format.saysText ? "" : property.is_object() && property.contains("type") && property["type"] == "string" ? "true\">" : "false\">";
            std::string argument = literal(m_format.paramOpen + key + m_format.paramMid + kind);
            if (!m_format.valueOpen.empty()) argument += m_gap + " " + literal(m_format.valueOpen);
            argument += value + " " + literal(m_format.paramClose) + m_gap;
            const bool isRequired = std::ranges::find(required, Json(key)) != required.end();
            out += isRequired ? " " + argument : " (" + argument + ")?";
        }
        return out;
    }

    // Texts that do not contain `end`: the automaton that looks for it, without its last step.
    std::string anythingBut(const std::string& end)
    {
        const auto known = m_untils.find(end);
        if (known != m_untils.end()) return known->second;
        std::u32string wanted;
        for (std::size_t at = 0; at < end.size();) {
            const Decoded d = decodeLenient(end, at);
            wanted += d.codePoint;
            at += d.size;
        }
        std::vector<std::string> names;
        for (std::size_t i = 0; i < wanted.size(); ++i) names.push_back(m_writer.reserve("until-" + std::to_string(i)));
        std::u32string letters = wanted;
        std::ranges::sort(letters);
        letters.erase(std::ranges::unique(letters).begin(), letters.end());
        for (std::size_t state = 0; state < wanted.size(); ++state) {
            std::string others, body;
            for (const char32_t c : letters) {
                others += GrammarWriter::inClass(c);
                // How much of `wanted` the text ends with after c.
                std::u32string tail = wanted.substr(0, state) + c;
                while (!wanted.starts_with(tail)) tail.erase(0, 1);
                if (tail.size() < wanted.size()) body += " | [" + GrammarWriter::inClass(c) + "] " + names[tail.size()];
            }
            m_writer.set(names[state], "\"\" | [^" + others + "] " + names[0] + body);
        }
        return m_untils[end] = names.front();
    }

    std::string gemmaObject()
    {
        if (!m_gemma.empty()) return m_gemma;
        m_gemma = m_writer.reserve("gemma-object");
        const std::string text = "\"<|\\\"|>\" " + anythingBut("<|\"|>") + " \"<|\\\"|>\"";
        const std::string value = m_writer.reserve("gemma-value"), key = m_writer.add("gemma-key", "[a-zA-Z0-9_.-]+ | " + text);
        m_writer.set(value, text + " | " + m_gemma + " | \"[\" (" + value + " (\",\" " + value + ")*)? \"]\" | " + m_writer.json("number") + " | " +
                                m_writer.json("boolean") + " | " + m_writer.json("null"));
        m_writer.set(m_gemma, "\"{\" (" + key + " \":\" " + value + " (\",\" " + key + " \":\" " + value + ")*)? \"}\"");
        return m_gemma;
    }

    Result<std::string> pythonicCall(const std::string& name, const Json& schema)
    {
        if (m_python.empty()) {
            m_python = m_writer.reserve("python-value");
            const std::string text = m_writer.add("python-text", R"("\"" ([^"\\\x00-\x1F] | "\\" .)* "\"" | "'" ([^'\\\x00-\x1F] | "\\" .)* "'")");
            const std::string pair = text + " " + m_space + " \":\" " + m_space + " " + m_python;
            m_writer.set(m_python, text + " | " + m_writer.json("number") + R"( | "True" | "False" | "None" | "true" | "false" | "null" | "[" ()" + m_python + " (\",\" " + m_space + " " +
                                       m_python + ")*)? \"]\" | \"{\" (" + pair + " (\",\" " + m_space + " " + pair + ")*)? \"}\"");
        }
        std::string keys = "[a-zA-Z_] [a-zA-Z0-9_]*";
        if (schema.contains("properties") && schema["properties"].is_object() && !schema["properties"].empty()) {
            keys.clear();
            for (const auto& [key, property] : schema["properties"].items()) keys += (keys.empty() ? "" : " | ") + GrammarWriter::literal(key);
        }
        const std::string pair = m_writer.add("argument-" + name, "(" + keys + ") \"=\" " + m_python);
        return literal(name + "(") + "(" + pair + " (\",\" " + m_space + " " + pair + ")*)? \")\"";
    }

    // All calls with their markers. Where they are required, what may come before them too.
    std::string root(const std::string& call)
    {
        const std::string more = m_options.parallel ? "*" : "{0}";
        if (m_format.style == CallStyle::Channels) {
            if (!m_options.required) return call;
            const std::string thought = "(\"<|channel|>analysis<|message|>\" " + anythingBut("<|") + " \"<|end|><|start|>assistant\")? ";
            return thought + "\"<|channel|>commentary\"? " + call;
        }
        const std::string before = m_options.required && !m_format.startsInCall ? m_gap + " " : "";
        if (m_format.style == CallStyle::Pythonic) {
            return before + literal(m_format.open) + "\"[\" " + call + " (\",\" " + m_space + " " + call + ")" + more + " \"]\" " + literal(m_format.close);
        }
        if (m_format.isList) {
            return before + literal(m_format.open) + m_gap + " \"[\" " + m_space + " " + call + " (" + m_space + " \",\" " + m_space + " " + call + ")" + more + " " + m_space + " \"]\" " +
                   m_gap + " " + literal(m_format.close);
        }
        const bool begun = m_format.startsInCall && m_options.required; // by the prompt
        const std::string gapBefore = m_format.style == CallStyle::Object ? m_gap + " " : "", gapBehind = m_format.style == CallStyle::Named ? "" : m_gap + " ";
        const std::string body = gapBefore + call + " " + gapBehind + (m_format.callClose.empty() ? "" : literal(m_format.callClose));
        const std::string one = literal(m_format.each) + body;
        const std::string first = begun ? body : one;
        // Where the section's markers belong to each call, they are repeated with it.
        const bool repeatsSection = m_format.style == CallStyle::Tagged && m_format.open == "<tool_call>";
        if (repeatsSection) {
            const std::string section = m_writer.add("section", literal(m_format.open) + m_gap + " " + one + m_gap + " " + literal(m_format.close));
            return before + "(" + section + " | " + one + m_gap + " " + literal(m_format.close) + ") (" + m_gap + " " + section + ")" + more;
        }
        if (m_format.isBare()) return before + first;
        return before + literal(m_format.open) + (m_format.open.empty() ? "" : m_gap + " ") + first + " (" + m_gap + " " + one + ")" + more + " " +
               (m_format.close.empty() ? "" : m_gap + " " + literal(m_format.close));
    }

    void addTriggers(CallGrammar& out) const
    {
        if (m_format.style == CallStyle::Channels) out.triggers = {" to=functions."};
        else if (m_format.style == CallStyle::Pythonic && m_format.open.empty()) out.triggerPatterns = {R"(^\s*(\[[A-Za-z_][\w.]*\())"};
        else if (m_format.isBare()) out.triggerPatterns = {R"(^\s*(\{\s*"name"))"};
        else out.triggers = {m_format.open.empty() ? m_format.each : m_format.open};
        if (m_format.family == "qwen3-coder") out.triggers.push_back(m_format.each);
    }

    void addReasoning(CallGrammar& out) const
    {
        if (m_format.thinkClose.empty() || !m_options.insideReasoning) return;
        out.freeUntil = {m_format.thinkClose};
        if (m_format.callEndsThinking && !m_options.required) out.freeUntil.insert(out.freeUntil.end(), out.triggers.begin(), out.triggers.end());
    }

    const AnswerFormat& m_format;
    CallGrammarOptions m_options;
    GrammarWriter m_writer;
    std::string m_space, m_gap, m_gemma, m_python;
    std::map<std::string, std::string> m_untils;
};

} // namespace

Result<CallGrammar> grammarOfCalls(const AnswerFormat& format, const Json& tools, const CallGrammarOptions& options)
{
    return CallWriter(format, options).write(tools);
}

} // namespace corral::text
