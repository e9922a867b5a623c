#pragma once
// How failure travels through Corral: Result<T> is a value or an Error, and nothing in core/ throws, aborts or prints.
//
//   Result<Header> readHeader(...) { if (bad) return fail(ErrorCode::Format, "key {} at offset {}: ...", key, offset); ... }
//   auto header = readHeader(...);  if (!header) return within("reading " + path, header.error());
//
// The code is for programs (app/text turns it into a translated sentence), the message for people: what and where, no newline.
#include <expected>
#include <format>
#include <string>
#include <utility>

namespace corral {

enum class ErrorCode {
    InvalidArgument, // the caller's request makes no sense
    NotFound,        // a file, key or tensor that is not there
    Io,              // the operating system refused: message holds its reason
    Format,          // data is malformed: message names the key or tensor and the offset
    Unsupported,     // well-formed, but of a kind Corral does not know
    OutOfMemory,
    ContextFull, // the prompt does not fit: message holds the numbers
    Template,    // the chat template failed: message holds its line
    Cancelled,
    Network,
    Device, // a graphics card failed: what was computed on it is lost
};

struct Error {
    ErrorCode code = ErrorCode::InvalidArgument;
    std::string message;
};

template <class T> using Result = std::expected<T, Error>;

// std::unexpected with a formatted message.
template <class... Args> std::unexpected<Error> fail(ErrorCode code, std::format_string<Args...> text, Args&&... args)
{
    return std::unexpected(Error{code, std::format(text, std::forward<Args>(args)...)});
}

// The same error seen from one layer up: "where: what".
inline std::unexpected<Error> within(const std::string& where, Error error)
{
    error.message = where + ": " + error.message;
    return std::unexpected(std::move(error));
}

} // namespace corral
