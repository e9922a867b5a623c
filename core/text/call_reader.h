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

// `text` begins behind the marker of a call. `tools` (OpenAI's list, or null) tells which tagged arguments are texts. `isAll`: nothing more will come.
CallReading readCall(const AnswerFormat& format, std::string_view text, const Json& tools, bool isAll);

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

} // namespace corral::text
