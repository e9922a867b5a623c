#include "core/text/call_reader.h"

#include "core/text/unicode.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace corral::text {

namespace {

using Status = CallReading::Status;

constexpr int kMostDepth = 64;
constexpr std::size_t kMostNameBytes = 256;
constexpr std::string_view kSpace = " \n\r\t";

bool isIn(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

std::string trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

bool isName(std::string_view name)
{
    return !name.empty() && name.size() <= kMostNameBytes && std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) <= ' ' || isIn("<>{}[]()\"'", c); });
}

std::string dumped(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

// Discarded if it is no JSON, or so deep that writing it again would cost too much stack.
Json parsed(std::string_view text)
{
    constexpr int kMostNested = 500;
    int depth = 0;
    for (const char c : text) {
        if (isIn("{[", c) && ++depth > kMostNested) return Json(Json::value_t::discarded);
        if (isIn("}]", c)) --depth;
    }
    return Json::parse(text, nullptr, false);
}

bool mayBecome(std::string_view text, std::string_view marker) { return text.size() < marker.size() && marker.starts_with(text); }

// Pieces of JSON at a place in a text; every function says whether the piece is there, may still come, or cannot.
struct JsonCursor {
    std::string_view text;
    std::size_t at = 0;

    void space() { at = std::min(text.find_first_not_of(kSpace, at), text.size()); }
    bool atEnd() const { return at >= text.size(); }

    Status string(std::string& out)
    {
        if (atEnd()) return Status::More;
        if (text[at] != '"') return Status::Bad;
        const std::size_t begin = at;
        bool isEscaped = false;
        for (std::size_t i = begin + 1; i < text.size(); ++i) {
            if (isEscaped) isEscaped = false;
            else if (text[i] == '\\') isEscaped = true;
            else if (text[i] == '"') {
                const Json value = parsed(text.substr(begin, i + 1 - begin));
                if (!value.is_string()) return Status::Bad;
                out = value.get<std::string>();
                at = i + 1;
                return Status::Whole;
            }
        }
        return Status::More;
    }

    Status value(std::string_view& out)
    {
        if (atEnd()) return Status::More;
        const std::size_t begin = at;
        if (text[at] == '"') {
            std::string ignored;
            const Status status = string(ignored);
            out = text.substr(begin, at - begin);
            return status;
        }
        if (text[at] == '{' || text[at] == '[') {
            JsonExtent extent;
            at += extent.read(text.substr(at));
            out = text.substr(begin, at - begin);
            return extent.isDone() ? Status::Whole : Status::More;
        }
        const std::size_t end = text.find_first_of(",]} \n\r\t", at);
        if (end == begin) return Status::Bad;
        if (end == std::string_view::npos) return Status::More;
        out = text.substr(begin, end - begin);
        at = end;
        return parsed(out).is_discarded() ? Status::Bad : Status::Whole;
    }
};

std::string argumentsOf(std::string_view value)
{
    if (!value.starts_with('"')) return std::string(value);
    const Json text = parsed(value); // JSON inside JSON
    return text.is_string() ? text.get<std::string>() : std::string(value);
}

CallReading readObject(const AnswerFormat& format, std::string_view text)
{
    JsonCursor json{text};
    json.space();
    if (json.atEnd()) return {.status = Status::More};
    if (text[json.at++] != '{') return {};
    ReadCall call;
    bool hasArguments = false;
    while (true) {
        json.space();
        if (json.atEnd()) return {.status = Status::More};
        if (text[json.at] == '}') break;
        std::string key;
        if (const Status status = json.string(key); status != Status::Whole) return {.status = status};
        json.space();
        if (json.atEnd()) return {.status = Status::More};
        if (text[json.at++] != ':') return {};
        json.space();
        if (json.atEnd()) return {.status = Status::More};
        const bool isArguments = key == "arguments" || key == "parameters" || key == "args";
        if (isArguments && isName(call.name) && text[json.at] == '{' && !format.idFollows)
            return {.status = Status::Started, .length = json.at, .calls = {std::move(call)}};
        std::string_view value;
        if (const Status status = json.value(value); status != Status::Whole) return {.status = status};
        if (isArguments) {
            call.arguments = argumentsOf(value);
            hasArguments = true;
        } else if (key == "name" || key == "tool_name" || (key == "function" && value.starts_with('"'))) {
            const Json name = parsed(value);
            if (!name.is_string()) return {};
            call.name = name.get<std::string>();
        } else if (key == "function") {
            const Json inner = parsed(value);
            if (!inner.is_object() || !inner.contains("name") || !inner["name"].is_string()) return {};
            call.name = inner["name"].get<std::string>();
            if (inner.contains("arguments")) {
                call.arguments = inner["arguments"].is_string() ? inner["arguments"].get<std::string>() : dumped(inner["arguments"]);
                hasArguments = true;
            }
        } else if (key == "id" || key == "tool_call_id") {
            const Json id = parsed(value);
            call.id = id.is_string() ? id.get<std::string>() : std::string(value);
        }
        json.space();
        if (json.atEnd()) return {.status = Status::More};
        if (text[json.at] == ',') ++json.at;
        else if (text[json.at] != '}') return {};
    }
    if (!isName(call.name)) return {};
    if (!hasArguments) call.arguments = "{}";
    return {.status = Status::Whole, .length = json.at + 1, .calls = {std::move(call)}};
}

CallReading readNamed(const AnswerFormat& format, std::string_view text)
{
    const std::size_t end = text.find(format.nameEnd);
    if (end == std::string_view::npos) return {.status = text.size() > kMostNameBytes + 100 ? Status::Bad : Status::More};
    ReadCall call;
    std::string head = trimmed(text.substr(0, end));
    if (const std::size_t id = head.find("[CALL_ID]"); id != std::string::npos) {
        call.id = trimmed(std::string_view(head).substr(id + 9));
        head.resize(id);
    }
    if (head.starts_with("functions.")) { // functions.N:0 is the id as a whole
        call.id = head;
        const std::size_t colon = head.rfind(':');
        head = head.substr(10, colon == std::string::npos ? std::string::npos : colon - 10);
    }
    call.name = std::move(head);
    if (!isName(call.name)) return {};
    const std::size_t begin = text.find_first_not_of(kSpace, end + format.nameEnd.size());
    if (begin == std::string_view::npos) return {.status = Status::More};
    if (text[begin] != '{') return {};
    return {.status = Status::Started, .length = begin, .calls = {std::move(call)}};
}

// The schema of a tool's parameter, or null.
const Json* parameterSchema(const Json& tools, const std::string& function, const std::string& parameter)
{
    if (!tools.is_array()) return nullptr;
    for (const Json& tool : tools) {
        if (!tool.is_object() || !tool.contains("function")) continue;
        const Json& f = tool["function"];
        if (!f.is_object() || !f.contains("name") || f["name"] != function || !f.contains("parameters")) continue;
        const Json& p = f["parameters"];
        if (!p.is_object() || !p.contains("properties") || !p["properties"].is_object() || !p["properties"].contains(parameter)) return nullptr;
        return &p["properties"][parameter];
    }
    return nullptr;
}

// Texts are written as they are, everything else as JSON.
Json taggedValue(const std::string& text, const Json* schema)
{
    if (schema && schema->is_object() && schema->contains("type") && (*schema)["type"] == "string") return text;
    Json value = parsed(text);
    if (!value.is_discarded()) return value;
    if (text == "True" || text == "False") return text == "True";
    if (text == "None") return nullptr;
    return text;
}

CallReading readTagged(const AnswerFormat& format, std::string_view text, const Json& tools, bool isAll)
{
    const CallReading more{.status = isAll ? Status::Bad : Status::More};
    std::size_t at = std::min({text.find(format.nameEnd), text.find(format.paramOpen), text.find(format.callClose)});
    if (at == std::string_view::npos) return text.size() > kMostNameBytes + 100 ? CallReading{} : more;
    ReadCall call{.name = trimmed(text.substr(0, at)), .id = {}, .arguments = {}};
    if (!isName(call.name)) return {};
    if (text.substr(at).starts_with(format.nameEnd)) at += format.nameEnd.size();
    Json arguments = Json::object();
    while (true) {
        at = std::min(text.find_first_not_of(kSpace, at), text.size());
        const std::string_view rest = text.substr(at);
        if (rest.starts_with(format.callClose) || (!format.close.empty() && rest.starts_with(format.close)) || (isAll && rest.empty())) break;
        if (!rest.starts_with(format.paramOpen)) {
            const bool mayGoOn = mayBecome(rest, format.paramOpen) || mayBecome(rest, format.callClose) || mayBecome(rest, format.close);
            return mayGoOn ? more : CallReading{};
        }
        const std::size_t keyBegin = at + format.paramOpen.size(), keyEnd = text.find(format.paramMid, keyBegin);
        if (keyEnd == std::string_view::npos) return more;
        const std::string key = trimmed(text.substr(keyBegin, keyEnd - keyBegin));
        std::size_t begin = keyEnd + format.paramMid.size();
        if (!format.valueOpen.empty()) {
            begin = std::min(text.find_first_not_of(kSpace, begin), text.size());
            if (!text.substr(begin).starts_with(format.valueOpen)) return mayBecome(text.substr(begin), format.valueOpen) ? more : CallReading{};
            begin += format.valueOpen.size();
        }
        const std::size_t end = text.find(format.paramClose, begin);
        if (end == std::string_view::npos) return more;
        std::string_view value = text.substr(begin, end - begin);
        if (format.valueOpen.empty()) { // stands on lines of its own
            if (value.starts_with('\n')) value.remove_prefix(1);
            if (value.ends_with('\n')) value.remove_suffix(1);
        }
        if (value.starts_with("<![CDATA[") && value.ends_with("]]>")) value = value.substr(9, value.size() - 12);
        arguments[key] = taggedValue(std::string(value), parameterSchema(tools, call.name, key));
        at = end + format.paramClose.size();
    }
    call.arguments = dumped(arguments);
    return {.status = Status::Whole, .length = at, .calls = {std::move(call)}};
}

// Values as Gemma 4 writes them. Fails by returning nothing.
class GemmaReader {
public:
    explicit GemmaReader(std::string_view text) : m_text(text) {}

    std::optional<Json> value(int depth)
    {
        space();
        if (depth > kMostDepth || atEnd()) return std::nullopt;
        if (const auto text = string()) return Json(*text);
        const char c = m_text[m_at];
        if (c == '{') return object(depth);
        if (c == '[') {
            ++m_at;
            Json out = Json::array();
            while (!closes(']', out.empty())) {
                auto item = value(depth + 1);
                if (!item) return std::nullopt;
                out.push_back(std::move(*item));
            }
            return out;
        }
        const std::size_t end = std::min(m_text.find_first_of(",]}", m_at), m_text.size());
        const std::string word = trimmed(m_text.substr(m_at, end - m_at));
        m_at = end;
        Json out = parsed(word);
        if (out.is_discarded()) return word.empty() || word.front() == '{' ? std::nullopt : std::optional<Json>(word);
        return out;
    }

    std::optional<Json> object(int depth)
    {
        ++m_at; // '{'
        Json out = Json::object();
        while (!closes('}', out.empty())) {
            space();
            auto key = string();
            if (!key) {
                const std::size_t colon = m_text.find_first_of(":,{}[]", m_at);
                if (colon == std::string_view::npos || m_text[colon] != ':') return std::nullopt;
                key = trimmed(m_text.substr(m_at, colon - m_at));
                if (key->size() >= 2 && key->front() == '"' && key->back() == '"') key = key->substr(1, key->size() - 2);
                m_at = colon;
            }
            space();
            if (atEnd() || m_text[m_at++] != ':') return std::nullopt;
            auto inner = value(depth + 1);
            if (!inner) return std::nullopt;
            out[*key] = std::move(*inner);
        }
        return out;
    }

    // The rest of an object or list: true once it has ended (or the text, which value() then fails on).
    bool closes(char end, bool isFirst)
    {
        space();
        if (atEnd()) return false;
        if (m_text[m_at] == end) return ++m_at, true;
        if (!isFirst && m_text[m_at] == ',') ++m_at;
        return false;
    }

    bool isAllRead()
    {
        space();
        return atEnd();
    }

private:
    void space() { m_at = std::min(m_text.find_first_not_of(kSpace, m_at), m_text.size()); }
    bool atEnd() const { return m_at >= m_text.size(); }
    std::optional<std::string> string()
    {
        constexpr std::string_view kQuote = "<|\"|>";
        if (!m_text.substr(m_at).starts_with(kQuote)) return std::nullopt;
        const std::size_t begin = m_at + kQuote.size(), end = m_text.find(kQuote, begin);
        if (end == std::string_view::npos) return std::nullopt;
        m_at = end + kQuote.size();
        return std::string(m_text.substr(begin, end - begin));
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

// Where `marker` stands outside of Gemma's texts, or npos.
std::size_t findOutsideTexts(std::string_view text, std::string_view marker)
{
    constexpr std::string_view kQuote = "<|\"|>";
    for (std::size_t at = 0;;) {
        const std::size_t found = text.find(marker, at), quote = text.find(kQuote, at);
        if (found <= quote) return found;
        const std::size_t end = text.find(kQuote, quote + kQuote.size());
        if (end == std::string_view::npos) return end;
        at = end + kQuote.size();
    }
}

CallReading readGemma(const AnswerFormat& format, std::string_view text, bool isAll)
{
    std::size_t end = findOutsideTexts(text, format.callClose);
    if (end == std::string_view::npos) {
        if (!isAll) return {.status = Status::More};
        end = text.size();
    }
    const std::size_t brace = text.substr(0, end).find('{');
    if (brace == std::string_view::npos) return {};
    ReadCall call{.name = trimmed(text.substr(0, brace)), .id = {}, .arguments = {}};
    if (!isName(call.name)) return {};
    GemmaReader reader(text.substr(brace, end - brace));
    const auto arguments = reader.object(0);
    if (!arguments || !reader.isAllRead()) return {};
    call.arguments = dumped(*arguments);
    return {.status = Status::Whole, .length = end, .calls = {std::move(call)}};
}

// A list of calls as Python writes it; JSON's literals are understood too.
class PythonReader {
public:
    explicit PythonReader(std::string_view text) : m_text(text) {}

    std::optional<std::vector<ReadCall>> calls()
    {
        std::vector<ReadCall> out;
        if (!take('[')) return std::nullopt;
        while (!take(']')) {
            if (!out.empty() && !take(',')) return std::nullopt;
            if (take(']')) break;
            ReadCall call{.name = word(), .id = {}, .arguments = {}};
            if (!isName(call.name) || !take('(')) return std::nullopt;
            Json arguments = Json::object();
            while (!take(')')) {
                if (!arguments.empty() && !take(',')) return std::nullopt;
                if (take(')')) break;
                const std::string key = word();
                if (key.empty() || !take('=')) return std::nullopt;
                auto inner = value(0);
                if (!inner) return std::nullopt;
                arguments[key] = std::move(*inner);
            }
            call.arguments = dumped(arguments);
            out.push_back(std::move(call));
        }
        if (out.empty()) return std::nullopt;
        return out;
    }

private:
    void space() { m_at = std::min(m_text.find_first_not_of(kSpace, m_at), m_text.size()); }
    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool take(char c)
    {
        space();
        if (peek() != c) return false;
        ++m_at;
        return true;
    }
    std::string word()
    {
        space();
        const std::size_t begin = m_at;
        while (m_at < m_text.size() && !isIn("()[]{},=:\"' \n\r\t", m_text[m_at])) ++m_at;
        return std::string(m_text.substr(begin, m_at - begin));
    }

    std::optional<Json> value(int depth)
    {
        space();
        if (depth > kMostDepth) return std::nullopt;
        const char c = peek();
        if (c == '"' || c == '\'') return string();
        if (take('[') || take('(')) {
            const char end = c == '[' ? ']' : ')';
            Json out = Json::array();
            while (!take(end)) {
                if (!out.empty() && !take(',')) return std::nullopt;
                if (take(end)) break;
                auto item = value(depth + 1);
                if (!item) return std::nullopt;
                out.push_back(std::move(*item));
            }
            return out;
        }
        if (take('{')) {
            Json out = Json::object();
            while (!take('}')) {
                if (!out.empty() && !take(',')) return std::nullopt;
                if (take('}')) break;
                const auto key = value(depth + 1);
                if (!key || !take(':')) return std::nullopt;
                auto inner = value(depth + 1);
                if (!inner) return std::nullopt;
                out[key->is_string() ? key->get<std::string>() : dumped(*key)] = std::move(*inner);
            }
            return out;
        }
        const std::string text = word();
        if (text == "True") return Json(true);
        if (text == "False") return Json(false);
        if (text == "None") return Json(nullptr);
        Json out = parsed(text);
        if (!out.is_discarded()) return out;
        const bool isNumber = !text.empty() && text.find_first_not_of("+-.0123456789eE") == std::string::npos; // beyond what a double holds
        return isNumber ? std::optional<Json>(text) : std::nullopt;
    }

    std::optional<Json> string()
    {
        const char quote = m_text[m_at++];
        std::string out;
        while (m_at < m_text.size() && m_text[m_at] != quote) {
            char c = m_text[m_at++];
            if (c == '\\' && m_at < m_text.size()) {
                c = m_text[m_at++];
                if (c == 'u') {
                    unsigned value = 0;
                    const char* const first = m_text.data() + m_at;
                    if (m_at + 4 <= m_text.size() && std::from_chars(first, first + 4, value, 16).ptr == first + 4) {
                        m_at += 4;
                        appendUtf8(out, value);
                    } else {
                        out += "\\u"; // stays as it is
                    }
                    continue;
                }
                if (c == 'n') c = '\n';
                else if (c == 't') c = '\t';
                else if (c == 'r') c = '\r';
                else if (c != '\\' && c != '"' && c != '\'') out += '\\'; // Python keeps what it does not know
            }
            out += c;
        }
        if (m_at >= m_text.size()) return std::nullopt;
        ++m_at;
        return Json(out);
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

CallReading readPythonic(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {.status = Status::More};
    if (text[begin] != '[') return {};
    int depth = 0;
    char quote = '\0';
    for (std::size_t i = begin; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != '\0') {
            if (c == '\\') ++i;
            else if (c == quote) quote = '\0';
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (isIn("([{", c)) {
            ++depth;
        } else if (isIn(")]}", c) && --depth == 0) {
            auto calls = PythonReader(text.substr(begin, i + 1 - begin)).calls();
            if (!calls) return {};
            return {.status = Status::Whole, .length = i + 1, .calls = std::move(*calls)};
        }
        // Prose in brackets is no call: what stands first is a name and '('.
        if (i > begin && depth == 1 && quote == '\0' && !isIn("() \n\t,", c) && static_cast<unsigned char>(c) <= '/' && c != '.' && c != '-') return {};
    }
    return {.status = Status::More};
}

} // namespace

std::size_t JsonExtent::read(std::string_view text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (m_isDone) return i;
        const char c = text[i];
        if (m_isEscaped) m_isEscaped = false;
        else if (m_inString && c == '\\') m_isEscaped = true;
        else if (c == '"') m_inString = !m_inString;
        else if (!m_inString && (c == '{' || c == '[')) ++m_depth;
        else if (!m_inString && (c == '}' || c == ']')) m_isDone = --m_depth <= 0;
    }
    return text.size();
}

CallReading readCall(const AnswerFormat& format, std::string_view text, const Json& tools, bool isAll)
{
    CallReading reading;
    switch (format.style) {
    case CallStyle::Object: reading = readObject(format, text); break;
    case CallStyle::Named: reading = readNamed(format, text); break;
    case CallStyle::Tagged: reading = readTagged(format, text, tools, isAll); break;
    case CallStyle::Gemma: reading = readGemma(format, text, isAll); break;
    case CallStyle::Pythonic: reading = readPythonic(text); break;
    case CallStyle::None:
    case CallStyle::Channels: break;
    }
    if (reading.status == Status::More && isAll) reading.status = Status::Bad;
    return reading;
}

} // namespace corral::text
