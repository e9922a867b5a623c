#pragma once
// One call at the beginning of a text that may still be growing.
#include "core/text/answer_format.h"
#include "core/text/chat_template.h"

#include <string>
#include <string_view>
#include <vector>

namespace corral::text {

struct ReadCall {
    std::string name, id, arguments; // arguments: JSON
};

struct CallReading {
    enum class Status {
        More,    // the text may become a call
        Bad,     // it is none
        Whole,   // `calls`, in the first `length` bytes
        Started, // calls[0] without its arguments, which begin with the '{' at `length`
    };
    Status status = Status::Bad;
    std::size_t length = 0;
    std::vector<ReadCall> calls = {};
};

// JSON, or some of it, byte by byte: where does the value end that begins here?
class JsonExtent {
public:
    explicit JsonExtent(int depth = 0) : m_depth(depth) {}
    // Bytes of `text` that still belong to an object or list; isDone() then says whether it has ended.
    std::size_t read(std::string_view text);
    bool isDone() const { return m_isDone; }

private:
    int m_depth = 0;
    bool m_inString = false, m_isEscaped = false, m_isDone = false;
};


// Reads one call. Each read() looks at what is new since the one before: the whole costs as much as the text is long.
class CallReader {
public:
    // `text` begins behind the marker of a call, with all that the read() before was given. `tools` (OpenAI's list, or null) tells which tagged arguments are
    // texts. `isAll`: nothing more will come. Anything but More is the end: a new reader reads the next call.
    CallReading read(const AnswerFormat& format, std::string_view text, const Json& tools, bool isAll);

private:
    enum class Stage { Begin, Between, Key, Mid, Value, Next };
    using Status = CallReading::Status;

    CallReading readObject(const AnswerFormat& format, std::string_view text);
    CallReading readTagged(const AnswerFormat& format, std::string_view text, const Json& tools, bool isAll);
    CallReading readGemma(const AnswerFormat& format, std::string_view text, bool isAll);
    CallReading readPythonic(std::string_view text);
    CallReading finished();

    std::size_t find(std::string_view text, std::string_view marker);
    void moveTo(std::size_t at);
    Status findStringEnd(std::string_view text);
    Status findValueEnd(std::string_view text);
    bool takeMember(std::string_view value);

    Stage m_stage = Stage::Begin;
    std::size_t m_at = 0;   // everything before it is understood
    std::size_t m_seen = 0; // from m_at on, what has been looked through for what ends there
    std::size_t m_end = 0;  // of the JSON that was found
    ReadCall m_call;
    Json m_arguments = Json::object(); // Tagged
    std::string m_key;
    bool m_isText = false;             // the parameter says that its value is one
    bool m_hasArguments = false;
    JsonExtent m_extent;               // of an object or list at m_at
    bool m_isEscaped = false;          // the character at m_seen, in a text
    int m_depth = 0;                   // of brackets
    char m_quote = '\0';               // of the text that m_seen is in; none
};

} // namespace corral::text
