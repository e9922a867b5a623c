#include "app/cli/console.h"

#include <algorithm>
#include <cstdio>
#include <format>

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace corral::cli {

namespace {

#ifdef _WIN32
bool isTerminal(std::FILE* stream) { return _isatty(_fileno(stream)) != 0; }
#else
bool isTerminal(std::FILE* stream) { return ::isatty(::fileno(stream)) != 0; }
#endif

constexpr int kDeepestRequest = 200; // tool schemas nest, but not like this

} // namespace

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }
std::string oneLine(std::string_view text, std::size_t most)
{
    std::size_t end = std::min(most, text.size());
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end; // not inside a character
    std::string line;
    for (const char c : text.substr(0, end)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) line += std::format("\\x{:02x}", byte);
        else line += c;
    }
    return end < text.size() ? line + "…" : line;
}

void flush() { std::fflush(stdout); }

void complain(std::string_view line)
{
    flush(); // in the order they happened
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fputc('\n', stderr);
}

void progress(std::string_view line)
{
    if (!isTerminal(stderr)) return;
    std::fputs("\r\033[K", stderr); // to the line's beginning, and clear it
    std::fwrite(line.data(), 1, line.size(), stderr);
}

void endProgress() { progress(""); }

void running(std::string_view text)
{
    if (!isTerminal(stderr)) std::fwrite(text.data(), 1, text.size(), stderr);
}

int failed(std::string_view command, const Error& error)
{
    constexpr std::size_t kLongest = 300'000; // every missing tensor is listed; a template can raise far longer texts
    complain(std::format("corral {}: {}", command, oneLine(error.message, kLongest)));
    return kFailed;
}

bool inputIsTerminal() { return isTerminal(stdin); }

std::optional<std::string> readLine()
{
    std::string line;
    for (int c = std::getc(stdin); c != EOF; c = std::getc(stdin)) {
        if (c == '\n') {
            if (line.ends_with('\r')) line.pop_back();
            return line;
        }
        line += static_cast<char>(c);
    }
    const bool interrupted = !std::feof(stdin);
    std::clearerr(stdin);
    if (line.empty() || interrupted) return std::nullopt;
    return line;
}

std::string readAll()
{
    std::string text;
    char buffer[65536];
    while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, stdin)) text.append(buffer, n);
    return text;
}

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::optional<Json> parseJson(std::string_view text)
{
    bool tooDeep = false;
    const auto watch = [&](int depth, Json::parse_event_t, Json&) {
        tooDeep |= depth > kDeepestRequest;
        return !tooDeep;
    };
    Json value = Json::parse(text, watch, false);
    if (tooDeep || value.is_discarded()) return std::nullopt;
    return value;
}

int answerLines(const std::function<Json(const Json& request)>& answer)
{
    int status = kFine;
    while (const auto line = readLine()) {
        if (line->find_first_not_of(" \t") == std::string::npos) continue;
        const auto request = parseJson(*line);
        if (request && request->is_object()) {
            print(dump(answer(*request)));
        } else {
            print(dump({{"error", "the line is no JSON object"}}));
            status = kFailed;
        }
        print("\n");
        flush();
    }
    return status;
}

} // namespace corral::cli
