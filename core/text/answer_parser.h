#pragma once
// What a model writes, as it comes, taken apart into reasoning, the answer's text and calls of tools.
//
//   AnswerParser parser(answerFormatOf(chatTemplate), {.insideReasoning = opensReasoning(format, prompt), .tools = tools});
//   for (const AnswerDelta& delta : parser.push("<think>Hm")) ...
//   for (const AnswerDelta& delta : parser.finish()) ...
//
// However the text is cut, the deltas add up to the same. Text that may be the beginning of a marker is held back until it is decided. What looks like a
// call and is none stays part of the text. Arguments that are JSON go out as they come, so an answer that is cut off leaves its last call incomplete.
#include "core/text/answer_format.h"
#include "core/text/call_reader.h"
#include "core/text/chat_template.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::text {

struct AnswerDelta {
    enum class Kind { Reasoning, Content, Call };
    Kind kind = Kind::Content;
    std::string text = {};     // of a call: a piece of its arguments
    std::size_t call = 0;      // which one, from 0
    std::string id = {}, name = {}; // in a call's first delta only
};

enum class ReasoningFormat {
    None,     // stays in the text
    Separate, // "auto" and "deepseek"
    Both,     // "deepseek-legacy": separate, and with its tags in the text
};

class AnswerParser {
public:
    struct Options {
        ReasoningFormat reasoning = ReasoningFormat::Separate;
        bool insideReasoning = false; // the prompt has already opened it
        bool findCalls = true;        // false: tool_choice "none"
        bool parallelCalls = true;    // false: only the first is told
        Json tools = {};              // OpenAI's list, or null. Where calls have no marker, only these names are calls
        std::function<std::string()> newId = {}; // for formats without ids; absent: 32 random letters and digits
    };

    AnswerParser(AnswerFormat format, Options options);

    std::vector<AnswerDelta> push(std::string_view text);
    std::vector<AnswerDelta> finish();
    std::size_t calls() const { return m_calls; } // so far

private:
    enum class State {
        Thinking,
        Text,
        Calls,     // between the markers of calls
        Arguments, // of the call that goes out as it comes
        Tail,      // what follows its arguments in its object
        Header,    // of a channel's message
        Message,   // its body
    };
    enum class Body { Text, Reasoning, Call, Raw, Nothing };
    struct Found {
        std::size_t at = std::string::npos; // the first marker
        std::string_view marker = {};
        std::size_t safe = 0; // so many bytes are certainly before any marker
    };

    bool step(); // false: nothing more can be done with what there is
    bool think();
    bool readText();
    bool readCalls();
    bool beginCall();
    bool readArguments();
    bool readTail();
    bool readHeader();
    bool readMessage();
    void readMarker(std::size_t bytes, bool isClosing);
    void leaveCalls();

    Found findMarker(const std::vector<std::string_view>& markers) const;
    std::string_view rest() const { return std::string_view(m_text).substr(m_at); }
    std::string take(std::size_t bytes);
    void startThinking(std::string_view tag);
    void endThinking(std::string_view tag);
    void addReasoning(std::string_view text);
    void addText(std::string_view text);
    void startCall(ReadCall call);
    void addArguments(std::string_view text);
    void endCall();
    void put(AnswerDelta::Kind kind, std::string_view text);
    bool isKnown(const std::vector<ReadCall>& calls) const;

    AnswerFormat m_format;
    Options m_options;
    State m_state = State::Text;
    std::string m_text; // not yet understood, from m_at on
    std::size_t m_at = 0;
    bool m_isAll = false;
    std::vector<AnswerDelta> m_out;

    std::string m_spaceBeforeText, m_spaceBeforeReasoning; // white space that goes out only if something follows
    bool m_hasText = false, m_hasReasoning = false;        // since the last call, or the beginning
    bool m_trimsText = false;                              // reasoning came before
    std::size_t m_calls = 0;
    bool m_isSilent = false;       // the call is one too many
    bool m_hasArguments = false;   // some of this call's have gone out
    std::string m_raw;             // markers of a call that may turn out to be none
    bool m_sawCall = false, m_expectsCall = false, m_isInList = false, m_notBare = false;
    CallReader m_reader;           // of the call that is being read
    JsonExtent m_extent;
    bool m_isInTail = false;
    Body m_body = Body::Text;
};

} // namespace corral::text
