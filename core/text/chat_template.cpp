#include "core/text/chat_template.h"

#include "core/text/jinja/fault.h"
#include "core/text/jinja/interpreter.h"
#include "core/text/jinja/lexer.h"
#include "core/text/jinja/parser.h"
#include "core/text/jinja/unicode.h"

#include <limits>
#include <new>

namespace corral::text {

using namespace jinja;

namespace {

// The line a Fault is about, cut to what fits in a message.
std::string lineText(const std::string& source, std::uint32_t line)
{
    std::size_t from = 0;
    for (std::uint32_t i = 1; i < line && from < source.size(); ++i) {
        const auto end = source.find('\n', from);
        from = end == std::string::npos ? source.size() : end + 1;
    }
    std::string_view text = std::string_view(source).substr(from);
    text = stripSpace(text.substr(0, text.find('\n')), Side::Both);
    constexpr std::size_t kShown = 120;
    const auto cut = byteOffset(text, kShown);
    return std::string(text.substr(0, cut)) + (cut < text.size() ? "…" : "");
}

std::unexpected<Error> failed(const Fault& fault, const std::string& source)
{
    if (fault.raised) return std::unexpected(Error{ErrorCode::Template, fault.message});
    if (fault.line == 0) return fail(ErrorCode::Template, "chat template: {}", fault.message);
    return fail(ErrorCode::Template, "chat template, line {}: {} (in: {})", fault.line, fault.message, lineText(source, fault.line));
}

// Json → Value. Numbers beyond 63 bits become floats.
class Converter {
public:
    std::uint64_t bytes = 0;

    Value operator()(const Json& json, unsigned depth = 0)
    {
        if (depth > kMaxNesting) fault("the input is nested more than {} deep", kMaxNesting);
        bytes += sizeof(Value);
        switch (json.type()) {
        case Json::value_t::boolean: return json.get<bool>();
        case Json::value_t::number_integer: return json.get<std::int64_t>();
        case Json::value_t::number_unsigned: {
            const auto value = json.get<std::uint64_t>();
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return static_cast<double>(value);
            return static_cast<std::int64_t>(value);
        }
        case Json::value_t::number_float: return json.get<double>();
        case Json::value_t::string: return text(json.get_ref<const std::string&>());
        case Json::value_t::array: {
            std::vector<Value> items;
            items.reserve(json.size());
            for (const Json& item : json) items.push_back((*this)(item, depth + 1));
            return makeList(std::move(items));
        }
        case Json::value_t::object: {
            Dict entries;
            for (const auto& [key, item] : json.items()) entries.set(text(key), (*this)(item, depth + 1));
            return makeDict(std::move(entries));
        }
        default: return None{};
        }
    }

private:
    Value text(const std::string& text)
    {
        bytes += text.size();
        return Value(text);
    }
};

} // namespace

struct ChatTemplate::Impl {
    std::string source;
    Program program;
    Tokens tokens;
};

ChatTemplate::ChatTemplate() = default;
ChatTemplate::~ChatTemplate() = default;
ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;

const std::string& ChatTemplate::source() const { return m_impl->source; }

Result<ChatTemplate> ChatTemplate::parse(std::string_view source, Tokens tokens)
{
    try {
        ChatTemplate parsed;
        parsed.m_impl = std::make_unique<Impl>(Impl{std::string(source), jinja::parse(source), std::move(tokens)});
        return parsed;
    } catch (const Fault& fault) {
        return failed(fault, normalized(source));
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "chat template: not enough memory");
    }
}

Result<std::string> ChatTemplate::render(const ChatInput& input) const
{
    const Program& program = m_impl->program;
    try {
        Converter convert;
        const Value messages = convert(input.messages), tools = convert(input.tools);
        std::vector<std::pair<std::string, Value>> more;
        for (const auto& [name, value] : input.kwargs.items()) more.emplace_back(name, convert(value, 1));
        Interpreter interpreter(program, Limits{}, convert.bytes, input.now);
        interpreter.define("messages", messages);
        interpreter.define("tools", tools);
        interpreter.define("documents", None{});
        interpreter.define("add_generation_prompt", input.addGenerationPrompt);
        if (!m_impl->tokens.bosToken.empty()) interpreter.define("bos_token", Value(m_impl->tokens.bosToken));
        if (!m_impl->tokens.eosToken.empty()) interpreter.define("eos_token", Value(m_impl->tokens.eosToken));
        for (auto& [name, value] : more) interpreter.define(name, std::move(value));
        return interpreter.run();
    } catch (const Fault& fault) {
        return failed(fault, program.source);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "chat template: not enough memory");
    }
}

} // namespace corral::text
