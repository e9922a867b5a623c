#pragma once
// How long a model may think: after so many tokens of reasoning its end is written for it (facts/sampling-and-chat.md § 8.4).
#include "core/text/token.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::generate {

struct ReasoningLimit {
    std::string open, close;   // the tags around it
    bool inside = false;       // the prompt has opened it
    int tokens = -1;           // most of a block; 0: it ends at once; -1: any number
    std::vector<text::Token> ending; // what is written then: a message, perhaps, and the tag that closes
};

class ReasoningBudget {
public:
    explicit ReasoningBudget(ReasoningLimit limit);

    // What must come next; nothing: anything may.
    std::optional<text::Token> forced() const;
    // The text went on with a token of these bytes. Reasoning that is opened again may be as long again.
    void accept(std::string_view bytes);
    void endNow(); // the block it is in, if it is in one, behind the character it is in

private:
    enum class State { Outside, Inside, Ending };
    bool find(std::string_view tag); // takes it, and what is before it, off m_tail
    void enter();
    void endIfUsedUp();

    ReasoningLimit m_limit;
    State m_state = State::Outside;
    std::string m_tail;     // of the text: what a tag or a character may have begun in
    int m_spent = 0;        // tokens of this block
    bool m_endAsked = false;
    std::size_t m_next = 0; // of the ending
};

} // namespace corral::generate
