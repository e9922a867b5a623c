#include "app/cli/prompt_text.h"

#include "app/cli/options.h"

#include <fstream>
#include <iterator>

namespace corral::cli {

std::string unescaped(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            result += text[i];
            continue;
        }
        switch (const char c = text[++i]) {
        case 'n': result += '\n'; break;
        case 'r': result += '\r'; break;
        case 't': result += '\t'; break;
        case '\'':
        case '"':
        case '\\': result += c; break;
        case 'x': {
            unsigned char byte = 0;
            const std::string_view digits = text.substr(i + 1, 2);
            const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
            if (digits.size() == 2 && error == std::errc() && end == digits.data() + 2) {
                result += static_cast<char>(byte);
                i += 2;
                break;
            }
            result += "\\x";
            break;
        }
        default:
            result += '\\';
            result += c;
        }
    }
    return result;
}

Result<std::string> readPromptFile(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(ErrorCode::Io, "cannot read {}", file.string());
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (text.ends_with('\n')) text.pop_back();
    return text;
}

} // namespace corral::cli
