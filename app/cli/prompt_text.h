#pragma once
// Prompts as they are given on a command line.
#include "core/base/error.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace corral::cli {

// \n \r \t \' \" \\ and \xHH become what they stand for; other backslashes stay.
std::string unescaped(std::string_view text);
// A whole file, a final newline taken away.
Result<std::string> readPromptFile(const std::filesystem::path& file);

} // namespace corral::cli
