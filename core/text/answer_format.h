#pragma once
// How a family of models writes its answers: where the reasoning stands, and how a tool is called. Recognised by the chat template's text
// (facts/sampling-and-chat.md § 6). The parser (answer_parser.h) and the grammar of calls (call_grammar.h) both read this.
#include <string>
#include <string_view>
#include <vector>

namespace corral::text {

enum class CallStyle {
    None,     // no calls that Corral knows
    Object,   // {"name": "f", "arguments": {…}}, perhaps in a list
    Named,    // f, a marker, {…}
    Tagged,   // f, then each argument between tags
    Gemma,    // f{key:<|"|>text<|"|>,n:1}
    Pythonic, // [f(a=1, b="x")]
    Channels, // messages that say to whom they go: gpt-oss
};

// Calls are written: open, then one or more times each … callClose, then close; any of the markers may be empty, and white space may stand between them.
struct AnswerFormat {
    std::string family = "plain";
    std::string thinkOpen = {}, thinkClose = {};  // empty: no reasoning
    bool thinksAnywhere = false;                  // not only at the answer's beginning
    bool callEndsThinking = false;
    std::vector<std::string> dropped = {};        // markers around the answer's text

    CallStyle style = CallStyle::None;
    std::string open = {}, each = {}, callClose = {}, close = {};
    std::vector<std::string> alsoOpen = {};       // what may stand for `open`
    bool isList = false;                          // Object: in [ ]
    bool idFollows = false;                       // Object: the call's id comes behind its arguments
    std::string nameKey = "name", argumentsKey = "arguments", idKey = {};
    std::string nameEnd = {};                     // Named, Tagged: between the name and the arguments
    std::string paramOpen = {}, paramMid = {}, valueOpen = {}, paramClose = {}; // Tagged: paramOpen KEY paramMid [valueOpen] VALUE paramClose
    bool saysText = false;                        // Tagged: behind paramMid stands true"> or false">, whether the value is a text or JSON
    bool startsInCall = false;                    // the prompt has already written `each`; a call of "all" is the answer's text

    bool knowsCalls() const { return style != CallStyle::None; }
    // Calls without a marker: the whole answer is one.
    bool isBare() const { return knowsCalls() && style != CallStyle::Channels && open.empty() && each.empty(); }
    // Every marker: those that are control tokens must be rendered as text for the parser (generate::GenerateOptions::shown).
    std::vector<std::string> markers() const;
};

AnswerFormat answerFormatOf(std::string_view chatTemplate);
// Whether a rendered prompt ends with reasoning already opened.
bool opensReasoning(const AnswerFormat& format, std::string_view prompt);

} // namespace corral::text
