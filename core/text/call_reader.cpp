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
constexpr std::string_view kGemmaQuote = "<|\"|>";
constexpr std::string_view kSaysText = "true\">", kSaysJson = "false\">"; // AnswerFormat::saysText

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

bool isArgumentsKey(std::string_view key) { return key == "arguments" || key == "parameters" || key == "args"; }

std::string argumentsOf(std::string_view value)
{
    if (!value.starts_with('"')) return std::string(value);
    const Json text = parsed(value); // JSON inside JSON
    return text.is_string() ? text.get<std::string>() : std::string(value);
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
        if (!m_text.substr(m_at).starts_with(kGemmaQuote)) return std::nullopt;
        const std::size_t begin = m_at + kGemmaQuote.size(), end = m_text.find(kGemmaQuote, begin);
        if (end == std::string_view::npos) return std::nullopt;
        m_at = end + kGemmaQuote.size();
        return std::string(m_text.substr(begin, end - begin));
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

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

// The first `marker` from m_at on.
std::size_t CallReader::find(std::string_view text, std::string_view marker)
{
    const std::size_t overlap = marker.size() - 1; // it may have begun in what was there before
    const std::size_t found = text.find(marker, std::max(m_at, m_seen - std::min(m_seen, overlap)));
    if (found == std::string_view::npos) m_seen = text.size();
    return found;
}

void CallReader::moveTo(std::size_t at)
{
    m_at = m_seen = at;
    m_extent = JsonExtent();
    m_isEscaped = false;
}

// m_end: behind the JSON text that begins at m_at.
CallReading::Status CallReader::findStringEnd(std::string_view text)
{
    if (m_at >= text.size()) return Status::More;
    if (text[m_at] != '"') return Status::Bad;
    for (m_seen = std::max(m_seen, m_at + 1); m_seen < text.size(); ++m_seen) {
        const char c = text[m_seen];
        if (m_isEscaped) m_isEscaped = false;
        else if (c == '\\') m_isEscaped = true;
        else if (c == '"') return m_end = m_seen + 1, Status::Whole;
    }
    return Status::More;
}

// The same of any value.
CallReading::Status CallReader::findValueEnd(std::string_view text)
{
    if (m_at >= text.size()) return Status::More;
    const char first = text[m_at];
    if (first == '"') return findStringEnd(text);
    if (first == '{' || first == '[') {
        m_seen += m_extent.read(text.substr(m_seen));
        m_end = m_seen;
        return m_extent.isDone() ? Status::Whole : Status::More;
    }
    m_end = text.find_first_of(",]} \n\r\t", m_seen);
    if (m_end == std::string_view::npos) return m_seen = text.size(), Status::More;
    return m_end == m_at || parsed(text.substr(m_at, m_end - m_at)).is_discarded() ? Status::Bad : Status::Whole;
}

// A member of the call's object, by m_key; false: it makes this no call.
bool CallReader::takeMember(std::string_view value)
{
    if (isArgumentsKey(m_key)) {
        m_call.arguments = argumentsOf(value);
        m_hasArguments = true;
    } else if (m_key == "name" || m_key == "tool_name" || (m_key == "function" && value.starts_with('"'))) {
        const Json name = parsed(value);
        if (!name.is_string()) return false;
        m_call.name = name.get<std::string>();
    } else if (m_key == "function") {
        const Json inner = parsed(value);
        if (!inner.is_object() || !inner.contains("name") || !inner["name"].is_string()) return false;
        m_call.name = inner["name"].get<std::string>();
        if (inner.contains("arguments")) {
            m_call.arguments = inner["arguments"].is_string() ? inner["arguments"].get<std::string>() : dumped(inner["arguments"]);
            m_hasArguments = true;
        }
    } else if (m_key == "id" || m_key == "tool_call_id") {
        const Json id = parsed(value);
        m_call.id = id.is_string() ? id.get<std::string>() : std::string(value);
    }
    return true;
}

CallReading CallReader::finished()
{
    if (!isName(m_call.name)) return {};
    return {.status = Status::Whole, .length = m_at, .calls = {std::move(m_call)}};
}

CallReading CallReader::readObject(const AnswerFormat& format, std::string_view text)
{
    while (true) {
        if (m_seen == m_at) moveTo(std::min(text.find_first_not_of(kSpace, m_at), text.size())); // nothing is half read
        if (m_at >= text.size()) return {.status = Status::More};
        const char c = text[m_at];
        switch (m_stage) {
        case Stage::Begin:
            if (c != '{') return {};
            moveTo(m_at + 1);
            m_stage = Stage::Key;
            break;
        case Stage::Key:
            if (c == '}' && m_seen == m_at) {
                moveTo(m_at + 1);
                if (!m_hasArguments) m_call.arguments = "{}";
                return finished();
            }
            if (const Status status = findStringEnd(text); status != Status::Whole) return {.status = status};
            if (const Json key = parsed(text.substr(m_at, m_end - m_at)); key.is_string()) m_key = key.get<std::string>();
            else return {};
            moveTo(m_end);
            m_stage = Stage::Mid;
            break;
        case Stage::Mid:
            if (c != ':') return {};
            moveTo(m_at + 1);
            m_stage = Stage::Value;
            break;
        case Stage::Value: {
            if (isArgumentsKey(m_key) && isName(m_call.name) && c == '{' && !format.idFollows) return {.status = Status::Started, .length = m_at, .calls = {std::move(m_call)}};
            if (const Status status = findValueEnd(text); status != Status::Whole) return {.status = status};
            const std::string_view value = text.substr(m_at, m_end - m_at);
            if (value.starts_with('"') && !parsed(value).is_string()) return {};
            if (!takeMember(value)) return {};
            moveTo(m_end);
            m_stage = Stage::Next;
            break;
        }
        case Stage::Next:
        case Stage::Between:
            if (c == ',') moveTo(m_at + 1);
            else if (c != '}') return {};
            m_stage = Stage::Key;
            break;
        }
    }
}

CallReading CallReader::readTagged(const AnswerFormat& format, std::string_view text, const Json& tools, bool isAll)
{
    const CallReading more{.status = isAll ? Status::Bad : Status::More};
    const auto at = [&](std::string_view marker) { return text.substr(m_at).starts_with(marker); };
    const auto mayBe = [&](std::string_view marker) { return mayBecome(text.substr(m_at), marker); };
    while (true) {
        switch (m_stage) {
        case Stage::Begin: {
            const std::size_t end = std::min({text.find(format.nameEnd), text.find(format.paramOpen), text.find(format.callClose)});
            if (end == std::string_view::npos) return text.size() > kMostNameBytes + 100 ? CallReading{} : more;
            m_call.name = trimmed(text.substr(0, end));
            if (!isName(m_call.name)) return {};
            moveTo(end);
            if (at(format.nameEnd)) moveTo(m_at + format.nameEnd.size());
            m_stage = Stage::Between;
            break;
        }
        case Stage::Between:
            moveTo(std::min(text.find_first_not_of(kSpace, m_at), text.size()));
            if (at(format.callClose) || (!format.close.empty() && at(format.close)) || (isAll && m_at == text.size())) {
                m_call.arguments = dumped(m_arguments);
                return finished();
            }
            if (!at(format.paramOpen)) return mayBe(format.paramOpen) || mayBe(format.callClose) || mayBe(format.close) ? more : CallReading{};
            moveTo(m_at + format.paramOpen.size());
            m_stage = Stage::Key;
            break;
        case Stage::Key: {
            const std::size_t end = find(text, format.paramMid);
            if (end == std::string_view::npos) return more;
            m_key = trimmed(text.substr(m_at, end - m_at));
            moveTo(end + format.paramMid.size());
            m_stage = Stage::Mid;
            break;
        }
        case Stage::Mid:
            if (format.saysText) {
                if (!at(kSaysText) && !at(kSaysJson)) return mayBe(kSaysText) || mayBe(kSaysJson) ? more : CallReading{};
                m_isText = at(kSaysText);
                moveTo(m_at + (m_isText ? kSaysText : kSaysJson).size());
            } else if (!format.valueOpen.empty()) {
                moveTo(std::min(text.find_first_not_of(kSpace, m_at), text.size()));
                if (!at(format.valueOpen)) return mayBe(format.valueOpen) ? more : CallReading{};
                moveTo(m_at + format.valueOpen.size());
            }
            m_stage = Stage::Value;
            break;
        case Stage::Value:
        case Stage::Next: {
            const std::size_t end = find(text, format.paramClose);
            if (end == std::string_view::npos) return more;
            std::string_view value = text.substr(m_at, end - m_at);
            if (format.valueOpen.empty() && !format.saysText) { // stands on lines of its own
                if (value.starts_with('\n')) value.remove_prefix(1);
                if (value.ends_with('\n')) value.remove_suffix(1);
            }
            if (value.starts_with("<![CDATA[") && value.ends_with("]]>")) value = value.substr(9, value.size() - 12);
            if (format.saysText) m_arguments[m_key] = m_isText ? Json(value) : taggedValue(std::string(value), nullptr);
            else m_arguments[m_key] = taggedValue(std::string(value), parameterSchema(tools, m_call.name, m_key));
            moveTo(end + format.paramClose.size());
            m_stage = Stage::Between;
            break;
        }
        }
    }
}

CallReading CallReader::readGemma(const AnswerFormat& format, std::string_view text, bool isAll)
{
    // The end, outside of texts.
    std::size_t end = std::string_view::npos;
    while (end == std::string_view::npos) {
        const std::size_t seen = m_seen, quote = find(text, kGemmaQuote);
        if (m_stage == Stage::Value) { // in a text
            if (quote == std::string_view::npos) break;
        } else {
            m_seen = seen;
            end = find(text.substr(0, quote), format.callClose);
            if (quote == std::string_view::npos || end != std::string_view::npos) break;
        }
        moveTo(quote + kGemmaQuote.size());
        m_stage = m_stage == Stage::Value ? Stage::Begin : Stage::Value;
    }
    if (end == std::string_view::npos) {
        if (!isAll) return {.status = Status::More};
        end = text.size();
    }
    const std::size_t brace = text.substr(0, end).find('{');
    if (brace == std::string_view::npos) return {};
    m_call.name = trimmed(text.substr(0, brace));
    GemmaReader reader(text.substr(brace, end - brace));
    const auto arguments = reader.object(0);
    if (!arguments || !reader.isAllRead()) return {};
    m_call.arguments = dumped(*arguments);
    m_at = end;
    return finished();
}

CallReading CallReader::readPythonic(std::string_view text)
{
    if (m_stage == Stage::Begin) {
        const std::size_t begin = text.find_first_not_of(kSpace);
        if (begin == std::string_view::npos) return {.status = Status::More};
        if (text[begin] != '[') return {};
        moveTo(begin);
        m_stage = Stage::Value;
    }
    for (; m_seen < text.size(); ++m_seen) {
        const char c = text[m_seen];
        if (m_quote != '\0') {
            if (m_isEscaped) m_isEscaped = false;
            else if (c == '\\') m_isEscaped = true;
            else if (c == m_quote) m_quote = '\0';
        } else if (c == '"' || c == '\'') {
            m_quote = c;
        } else if (isIn("([{", c)) {
            ++m_depth;
        } else if (isIn(")]}", c) && --m_depth == 0) {
            const std::size_t end = m_seen + 1;
            auto calls = PythonReader(text.substr(m_at, end - m_at)).calls();
            if (!calls) return {};
            return {.status = Status::Whole, .length = end, .calls = std::move(*calls)};
        }
        // Prose in brackets is no call: what stands first is a name and '('.
        if (m_seen > m_at && m_depth == 1 && m_quote == '\0' && !isIn("() \n\t,", c) && static_cast<unsigned char>(c) <= '/' && c != '.' && c != '-') return {};
    }
    return {.status = Status::More};
}

CallReading CallReader::read(const AnswerFormat& format, std::string_view text, const Json& tools, bool isAll)
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
