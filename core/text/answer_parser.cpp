#include "core/text/answer_parser.h"

#include <algorithm>
#include <random>
#include <utility>

namespace corral::text {

namespace {

constexpr std::string_view kSpace = " \n\r\t";

std::string randomId()
{
    constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    thread_local std::mt19937_64 random{std::random_device{}()};
    std::string id;
    for (int i = 0; i < 32; ++i) id += kLetters[random() % kLetters.size()];
    return id;
}

std::string_view withoutLeadingSpace(std::string_view text) { return text.substr(std::min(text.find_first_not_of(kSpace), text.size())); }

} // namespace

AnswerParser::AnswerParser(AnswerFormat format, Options options) : m_format(std::move(format)), m_options(std::move(options))
{
    if (!m_options.newId) m_options.newId = randomId;
    if (!m_options.findCalls && m_format.style != CallStyle::Channels) m_format.style = CallStyle::None;
    if (m_options.reasoning == ReasoningFormat::None) m_format.thinkOpen.clear();
    if (m_format.style == CallStyle::Channels) m_state = State::Header;
    else if (m_options.insideReasoning && !m_format.thinkOpen.empty()) startThinking(m_format.thinkOpen);
    else if (m_format.startsInCall && m_format.knowsCalls()) {
        m_state = State::Calls;
        m_expectsCall = true;
    }
}

std::vector<AnswerDelta> AnswerParser::push(std::string_view text)
{
    m_text += text;
    while (step()) {}
    m_text.erase(0, m_at);
    m_at = 0;
    return std::exchange(m_out, {});
}

std::vector<AnswerDelta> AnswerParser::finish()
{
    m_isAll = true;
    while (step()) {}
    if (m_state == State::Arguments || (m_state == State::Message && m_body == Body::Call)) endCall();
    if (m_hasText && !m_spaceBeforeText.empty()) put(AnswerDelta::Kind::Content, std::exchange(m_spaceBeforeText, {}));
    return std::exchange(m_out, {});
}

bool AnswerParser::step()
{
    switch (m_state) {
    case State::Thinking: return think();
    case State::Text: return readText();
    case State::Calls: return readCalls();
    case State::Arguments: return readArguments();
    case State::Tail: return readTail();
    case State::Header: return readHeader();
    case State::Message: return readMessage();
    }
    return false;
}

std::string AnswerParser::take(std::size_t bytes)
{
    std::string taken(rest().substr(0, bytes));
    m_at += taken.size();
    return taken;
}

// The earliest marker in what is left; of two at one place the longer one.
AnswerParser::Found AnswerParser::findMarker(const std::vector<std::string_view>& markers) const
{
    const std::string_view text = rest();
    Found found{.at = std::string::npos, .marker = {}, .safe = text.size()};
    for (const std::string_view marker : markers) {
        if (marker.empty()) continue;
        const std::size_t at = text.find(marker);
        if (at < found.at || (at == found.at && at != std::string::npos && marker.size() > found.marker.size())) {
            found.at = at;
            found.marker = marker;
        }
        if (m_isAll) continue;
        for (std::size_t n = std::min(marker.size() - 1, text.size()); n > 0; --n)
            if (text.ends_with(marker.substr(0, n))) {
                found.safe = std::min(found.safe, text.size() - n);
                break;
            }
    }
    // What may become a marker before the one that is there is decided first.
    if (found.at != std::string::npos && found.safe < found.at) found.at = std::string::npos;
    if (found.at != std::string::npos) found.safe = found.at;
    return found;
}

void AnswerParser::startThinking(std::string_view tag)
{
    m_state = State::Thinking;
    m_spaceBeforeText.clear();
    m_hasReasoning = false;
    m_spaceBeforeReasoning.clear();
    if (m_options.reasoning == ReasoningFormat::Both) put(AnswerDelta::Kind::Content, tag);
}

void AnswerParser::endThinking(std::string_view tag)
{
    m_state = State::Text;
    m_spaceBeforeReasoning.clear();
    m_trimsText = m_options.reasoning != ReasoningFormat::Both;
    if (m_options.reasoning == ReasoningFormat::Both) put(AnswerDelta::Kind::Content, tag);
}

bool AnswerParser::think()
{
    std::vector<std::string_view> markers{m_format.thinkClose};
    if (m_format.callEndsThinking && m_format.knowsCalls()) markers.insert(markers.end(), {m_format.open, m_format.each});
    const Found found = findMarker(markers);
    const std::string text = take(found.safe);
    addReasoning(text);
    if (found.at == std::string::npos) return false;
    if (found.marker == m_format.thinkClose) {
        take(found.marker.size());
        endThinking(m_format.thinkClose);
    } else {
        endThinking({}); // the call's marker is read again as such
    }
    return true;
}

bool AnswerParser::readText()
{
    const bool isBeginning = !m_hasText;
    if (isBeginning && m_format.isBare() && !m_notBare) {
        const std::string_view begins = withoutLeadingSpace(rest());
        if (begins.empty() && !m_isAll) return false;
        if (begins.starts_with(m_format.style == CallStyle::Pythonic ? '[' : '{')) {
            m_state = State::Calls;
            m_raw.clear();
            m_expectsCall = true;
            return true;
        }
    }
    std::vector<std::string_view> markers(m_format.dropped.begin(), m_format.dropped.end());
    if (m_format.knowsCalls()) {
        markers.insert(markers.end(), m_format.alsoOpen.begin(), m_format.alsoOpen.end());
        markers.insert(markers.end(), {m_format.open, m_format.each});
    }
    markers.push_back(m_format.thinkOpen);
    const Found found = findMarker(markers);
    addText(take(found.safe));
    if (found.at == std::string::npos) return false;
    const std::string marker = std::string(found.marker);
    if (std::ranges::find(m_format.dropped, marker) != m_format.dropped.end()) {
        take(marker.size());
        m_trimsText |= !m_hasText;
    } else if (marker == m_format.thinkOpen) {
        take(marker.size());
        if (!m_hasText || m_format.thinksAnywhere) startThinking(marker);
        else addText(marker);
    } else {
        m_state = State::Calls; // the marker is read there
        m_raw.clear();
        m_expectsCall = false;
        m_sawCall = false;
        m_isInList = false;
    }
    return true;
}

// At a marker of calls, or between calls.
bool AnswerParser::readCalls()
{
    const std::string_view text = withoutLeadingSpace(rest());
    const std::size_t space = rest().size() - text.size();
    if (text.empty()) {
        if (!m_isAll) return false;
        leaveCalls();
        return m_state == State::Text && m_at < m_text.size();
    }
    if (!m_expectsCall) {
        std::vector<std::string_view> markers(m_format.alsoOpen.begin(), m_format.alsoOpen.end());
        markers.insert(markers.end(), {m_format.open, m_format.each, withoutLeadingSpace(m_format.callClose), m_format.close});
        std::string_view taken;
        bool mayCome = false;
        for (const std::string_view marker : markers) {
            if (!marker.empty() && text.starts_with(marker) && marker.size() > taken.size()) taken = marker;
            mayCome |= !m_isAll && text.size() < marker.size() && marker.starts_with(text);
        }
        if (!taken.empty()) {
            const bool isOpening = taken == m_format.each || (m_format.each.empty() && taken != m_format.close && taken != withoutLeadingSpace(m_format.callClose));
            const bool isClosing = taken == m_format.close || taken == withoutLeadingSpace(m_format.callClose);
            readMarker(space + taken.size(), isClosing);
            m_expectsCall = isOpening;
            return true;
        }
        if (mayCome) return false;
        const char c = text.front();
        const bool isBetween = (c == ',' && m_isInList) || (c == ';' && m_format.isBare() && m_sawCall);
        if (m_format.style == CallStyle::Object && m_sawCall && isBetween) {
            readMarker(space + 1, true);
            m_expectsCall = true;
            return true;
        }
        if (c == ']' && m_isInList) {
            readMarker(space + 1, true);
            m_isInList = false;
            return true;
        }
        leaveCalls();
        return true;
    }
    if (m_format.style == CallStyle::Object && !m_isInList && text.starts_with('[')) {
        readMarker(space + 1, false);
        m_isInList = true;
        return true;
    }
    return beginCall();
}

bool AnswerParser::beginCall()
{
    if (m_format.startsInCall && m_format.style == CallStyle::Named) { // what goes to "all" is text
        constexpr std::string_view kAll = "all\n";
        const std::string_view text = rest();
        if (text.starts_with(kAll)) {
            take(kAll.size());
            m_expectsCall = false;
            m_state = State::Text;
            return true;
        }
        if (!m_isAll && text.size() < kAll.size() && kAll.starts_with(text)) return false;
    }
    CallReading reading = m_reader.read(m_format, rest(), m_options.tools, m_isAll);
    if (reading.status == CallReading::Status::More) return false;
    m_reader = {};
    const bool isCall = reading.status != CallReading::Status::Bad && (!m_format.isBare() || !m_raw.empty() || isKnown(reading.calls));
    if (!isCall) {
        if (m_format.isBare() && m_raw.empty()) m_notBare = true;
        leaveCalls();
        return true;
    }
    take(reading.length);
    m_raw.clear();
    m_sawCall = true;
    m_expectsCall = false;
    if (reading.status == CallReading::Status::Started) {
        startCall(std::move(reading.calls.front()));
        m_extent = JsonExtent();
        m_state = State::Arguments;
        return true;
    }
    for (ReadCall& call : reading.calls) {
        const std::string arguments = std::exchange(call.arguments, {});
        startCall(std::move(call));
        addArguments(arguments);
        endCall();
    }
    return true;
}

// A marker is kept for the case that what follows it is no call; what closes a call that was one never is.
void AnswerParser::readMarker(std::size_t bytes, bool isClosing)
{
    const std::string marker = take(bytes);
    if (isClosing && m_sawCall) m_raw.clear();
    else m_raw += marker;
}

// What was taken for a call and is none goes into the text.
void AnswerParser::leaveCalls()
{
    m_state = State::Text;
    m_expectsCall = false;
    m_isInList = false;
    m_sawCall = false;
    addText(std::exchange(m_raw, {}));
}

bool AnswerParser::readArguments()
{
    const std::size_t bytes = m_extent.read(rest());
    addArguments(take(bytes));
    if (!m_extent.isDone()) return false;
    endCall();
    m_extent = JsonExtent(1);
    m_body = Body::Nothing; // up to the message's end
    m_state = m_format.style == CallStyle::Object ? State::Tail : m_format.style == CallStyle::Channels ? State::Message : State::Calls;
    return true;
}

// The call's object has begun before its arguments and ends behind them.
bool AnswerParser::readTail()
{
    if (!m_isInTail) {
        const std::string_view text = withoutLeadingSpace(rest());
        if (text.empty()) return false;
        m_isInTail = text.front() == ',' || text.front() == '}';
        if (!m_isInTail) return m_state = State::Calls, true;
    }
    take(m_extent.read(rest()));
    if (!m_extent.isDone() && !m_isAll) return false;
    m_isInTail = false;
    m_state = State::Calls;
    return true;
}

// "<|channel|>analysis<|message|>", "<|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>"
bool AnswerParser::readHeader()
{
    constexpr std::string_view kMessage = "<|message|>", kChannel = "<|channel|>", kTo = "to=";
    constexpr std::size_t kMostBytes = 500;
    const std::string_view text = rest();
    if (text.empty()) return false;
    const std::string_view first = withoutLeadingSpace(text);
    bool mayBegin = first.empty();
    for (const std::string_view begin : {kChannel, std::string_view("<|start|>"), kTo, std::string_view("assistant"), kMessage, std::string_view("<|constrain|>")})
        mayBegin |= first.starts_with(begin) || (!m_isAll && begin.starts_with(first));
    const std::size_t end = text.find(kMessage);
    if (!mayBegin || (end == std::string_view::npos && text.size() > kMostBytes)) {
        m_body = Body::Text; // a model that does not keep to its format
        m_state = State::Message;
        return true;
    }
    if (end == std::string_view::npos) {
        if (m_isAll) addText(text.find("<|") == std::string_view::npos ? take(text.size()) : std::string()); // a header that was cut off
        if (m_isAll) m_at = m_text.size();
        return false;
    }
    const std::string header = take(end + kMessage.size());
    const auto word = [&](std::string_view marker) {
        const std::size_t at = header.find(marker);
        if (at == std::string::npos) return std::string();
        const std::size_t begin = at + marker.size();
        return header.substr(begin, header.find_first_of(" <\n", begin) - begin);
    };
    const std::string channel = word(kChannel), recipient = word(kTo);
    m_state = State::Message;
    constexpr std::string_view kFunctions = "functions.";
    if (recipient.starts_with(kFunctions) && m_options.findCalls) {
        m_body = Body::Call;
        startCall({.name = recipient.substr(kFunctions.size()), .id = {}, .arguments = {}});
    } else if (channel == "analysis" || !recipient.empty()) {
        m_body = m_options.reasoning == ReasoningFormat::None ? Body::Raw : Body::Reasoning;
        if (m_body == Body::Raw || m_options.reasoning == ReasoningFormat::Both) addText(header);
        m_hasReasoning = false;
    } else {
        m_body = Body::Text;
    }
    return true;
}

bool AnswerParser::readMessage()
{
    if (m_body == Body::Call && !m_hasArguments) { // JSON ends by itself: markers in its texts are texts
        const std::string_view begins = withoutLeadingSpace(rest());
        if (begins.empty() && !m_isAll) return false;
        if (begins.starts_with('{')) {
            take(rest().size() - begins.size());
            m_extent = JsonExtent();
            m_state = State::Arguments;
            return true;
        }
    }
    const Found found = findMarker({"<|end|>", "<|return|>", "<|call|>", "<|start|>", "<|channel|>"});
    const std::string text = take(found.safe);
    switch (m_body) {
    case Body::Text:
    case Body::Raw: addText(text); break;
    case Body::Reasoning: addReasoning(text); break;
    case Body::Call: addArguments(m_hasArguments ? std::string_view(text) : withoutLeadingSpace(text)); break;
    case Body::Nothing: break;
    }
    if (found.at == std::string::npos) return false;
    const bool isEnd = found.marker != "<|start|>" && found.marker != "<|channel|>";
    const std::string marker = isEnd ? take(found.marker.size()) : std::string();
    if (m_body == Body::Call) endCall();
    if (m_body == Body::Reasoning) {
        m_spaceBeforeReasoning.clear();
        if (m_options.reasoning == ReasoningFormat::Both) put(AnswerDelta::Kind::Content, marker);
    }
    if (m_body == Body::Raw) addText(marker);
    m_state = State::Header;
    return true;
}

// White space at the beginning and the end of the reasoning is left out.
void AnswerParser::addReasoning(std::string_view text)
{
    if (m_options.reasoning == ReasoningFormat::Both && !text.empty()) put(AnswerDelta::Kind::Content, text);
    if (!m_hasReasoning) text = withoutLeadingSpace(text);
    if (text.empty()) return;
    m_hasReasoning = true;
    const std::size_t end = text.find_last_not_of(kSpace) + 1; // npos + 1 is 0
    if (end > 0) {
        put(AnswerDelta::Kind::Reasoning, std::exchange(m_spaceBeforeReasoning, {}));
        put(AnswerDelta::Kind::Reasoning, text.substr(0, end));
    }
    m_spaceBeforeReasoning += text.substr(end);
}

// White space goes out with what follows it: none is left before a call, or between reasoning and text.
void AnswerParser::addText(std::string_view text)
{
    const std::size_t end = text.find_last_not_of(kSpace) + 1;
    if (end == 0) {
        m_spaceBeforeText += text;
        return;
    }
    m_spaceBeforeText += text.substr(0, end);
    const std::string_view whole = m_spaceBeforeText;
    put(AnswerDelta::Kind::Content, m_trimsText ? withoutLeadingSpace(whole) : whole);
    m_spaceBeforeText = text.substr(end);
    m_hasText = true;
    m_trimsText = false;
}

void AnswerParser::startCall(ReadCall call)
{
    m_spaceBeforeText.clear();
    m_hasText = false;
    m_trimsText = true;
    m_hasArguments = false;
    m_isSilent = m_calls > 0 && !m_options.parallelCalls;
    if (m_isSilent) return;
    m_out.push_back({.kind = AnswerDelta::Kind::Call, .text = {}, .call = m_calls++, .id = call.id.empty() ? m_options.newId() : std::move(call.id),
                     .name = std::move(call.name)});
}

void AnswerParser::addArguments(std::string_view text)
{
    if (text.empty() || m_isSilent) return;
    m_hasArguments = true;
    if (!m_out.empty() && m_out.back().kind == AnswerDelta::Kind::Call && m_out.back().call + 1 == m_calls) m_out.back().text += text;
    else m_out.push_back({.kind = AnswerDelta::Kind::Call, .text = std::string(text), .call = m_calls - 1});
}

void AnswerParser::endCall()
{
    if (!m_hasArguments) addArguments("{}");
}

void AnswerParser::put(AnswerDelta::Kind kind, std::string_view text)
{
    if (text.empty()) return;
    if (!m_out.empty() && m_out.back().kind == kind) m_out.back().text += text;
    else m_out.push_back({.kind = kind, .text = std::string(text)});
}

bool AnswerParser::isKnown(const std::vector<ReadCall>& calls) const
{
    if (!m_options.tools.is_array() || m_options.tools.empty()) return true;
    return std::ranges::all_of(calls, [this](const ReadCall& call) {
        return std::ranges::any_of(m_options.tools, [&](const Json& tool) {
            return tool.is_object() && tool.contains("function") && tool["function"].is_object() && tool["function"].value("name", Json()) == call.name;
        });
    });
}

} // namespace corral::text
