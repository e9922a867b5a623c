#pragma once
// The terminal's three streams.
#include "app/cli/command.h"
#include "core/text/chat_template.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace corral::cli {

void print(std::string_view text);          // to stdout, as it is
// Text out of a file on one line: control characters as "\\x0a", cut after `most` bytes.
std::string oneLine(std::string_view text, std::size_t most = 2000);
void flush();                               // what was printed is seen
void complain(std::string_view line);       // one line to stderr
void progress(std::string_view line);       // to stderr, over the progress line before it; only on a terminal
void endProgress();                         // wipes the progress line
void running(std::string_view text);        // to stderr as it is, only where it is no terminal: what progress() shows there, for a log
int failed(std::string_view command, const Error& error); // "corral chat: …" on stderr; kFailed

bool inputIsTerminal();
// One line of stdin without its newline; nothing at the end of the input or when Ctrl-C interrupted it.
std::optional<std::string> readLine();
std::string readAll();

using text::Json;
std::string dump(const Json& value); // on one line; bytes that are no UTF-8 become U+FFFD
// Nothing for what is no JSON or is nested deeper than any request needs.
std::optional<Json> parseJson(std::string_view text);
// JSON lines: one answer for each line of stdin, in order. Returns the exit status: kFailed if a line was no JSON object.
int answerLines(const std::function<Json(const Json& request)>& answer);

} // namespace corral::cli
