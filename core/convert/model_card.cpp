#include "core/convert/model_card.h"

#include "core/convert/json_file.h"
#include "core/text/unicode.h"

namespace corral::convert {

namespace {

constexpr std::uint64_t kMostBytes = 4u << 20;
constexpr std::size_t kMostLines = 4096, kMostValues = 1024;

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r"), last = text.find_last_not_of(" \t\r");
    return first == std::string_view::npos ? std::string_view() : text.substr(first, last - first + 1);
}

// A scalar without its quotes and without a comment behind it; "" for what is more than a scalar.
std::string scalar(std::string_view text)
{
    text = trimmed(text);
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
        return std::string(text.substr(1, text.size() - 2));
    if (const std::size_t comment = text.find(" #"); comment != std::string_view::npos) text = trimmed(text.substr(0, comment));
    const bool isMore = text.starts_with('{') || text.starts_with('&') || text.starts_with('*') || text == "|" || text == ">";
    return isMore || text == "null" || text == "~" ? std::string() : std::string(text);
}

void add(std::vector<std::string>& values, std::string_view text)
{
    std::string value = scalar(text);
    if (!value.empty() && values.size() < kMostValues) values.push_back(std::move(value));
}

} // namespace

ModelCard parseModelCard(std::string_view text)
{
    ModelCard card;
    std::vector<std::string>* open = nullptr; // the list that "- item" lines belong to
    std::size_t lines = 0;
    for (std::size_t start = 0; start < text.size() && lines++ < kMostLines;) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        const std::string_view line = text.substr(start, end - start);
        start = end + 1;
        const std::string_view content = trimmed(line);
        if (lines == 1) {
            if (content != "---") return {};
            continue;
        }
        if (content == "---") return card;
        if (content.empty() || content.starts_with('#')) continue;
        if (content.starts_with("- ")) {
            if (open && content.find(": ") == std::string_view::npos) add(*open, content.substr(2));
            continue;
        }
        const std::size_t colon = content.find(':');
        if (line.front() == ' ' || line.front() == '\t' || colon == std::string_view::npos) {
            open = nullptr; // inside something deeper
            continue;
        }
        const std::string_view value = trimmed(content.substr(colon + 1));
        open = &card[scalar(content.substr(0, colon))];
        open->clear();
        if (value.starts_with('[') && value.ends_with(']')) {
            const std::string_view list = value.substr(1, value.size() - 2);
            for (std::size_t i = 0; i <= list.size();) {
                const std::size_t comma = std::min(list.find(',', i), list.size());
                add(*open, list.substr(i, comma - i));
                i = comma + 1;
            }
        } else if (!value.empty()) {
            add(*open, value);
        }
    }
    return {}; // no end of the front matter
}

ModelCard readModelCard(const std::filesystem::path& folder)
{
    std::error_code missing;
    if (!std::filesystem::exists(folder / "README.md", missing)) return {};
    const auto text = readText(folder / "README.md", kMostBytes);
    return text && text::isValidUtf8(*text) ? parseModelCard(*text) : ModelCard();
}

} // namespace corral::convert
