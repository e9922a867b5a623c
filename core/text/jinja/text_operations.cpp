#include "core/text/jinja/text_operations.h"

#include "core/text/jinja/unicode.h"

namespace corral::text::jinja {

std::string replaced(Runtime& runtime, std::string_view text, std::string_view from, std::string_view to, std::int64_t count)
{
    std::string out;
    runtime.spendSteps(text.size() / 256);
    if (from.empty()) { // Python puts it between all characters
        for (std::size_t at = 0; count != 0; --count) {
            runtime.needBytes(out.size() + to.size());
            out += to;
            if (at >= text.size()) return out;
            const auto start = at;
            decodeAt(text, at);
            out += text.substr(start, at - start);
            if (count == 1) return out.append(text.substr(at));
        }
        return out.append(text);
    }
    std::size_t at = 0;
    for (; count != 0; --count) {
        const auto found = findText(text, from, at);
        if (found == std::string_view::npos) break;
        runtime.needBytes(out.size() + to.size());
        out.append(text.substr(at, found - at)).append(to);
        at = found + from.size();
    }
    return out.append(text.substr(at));
}

std::vector<std::string_view> splitSpace(std::string_view text, std::int64_t most)
{
    std::vector<std::string_view> parts;
    text = stripSpace(text, Side::Left);
    while (!text.empty()) {
        if (most == 0) {
            parts.push_back(text);
            break;
        }
        std::size_t end = 0;
        while (end < text.size()) {
            std::size_t next = end;
            if (isSpace(decodeAt(text, next))) break;
            end = next;
        }
        parts.push_back(text.substr(0, end));
        text = stripSpace(text.substr(end), Side::Left);
        --most;
    }
    return parts;
}

std::string justified(Runtime& runtime, std::string_view text, std::int64_t width, std::string_view fill, Justify how)
{
    runtime.spendSteps(text.size() / 16);
    const auto size = static_cast<std::int64_t>(characters(text));
    if (width <= size) return std::string(text);
    const auto missing = width - size;
    runtime.needBytes(static_cast<std::uint64_t>(missing)); // at most 2^63: its product below cannot wrap
    runtime.needBytes(static_cast<std::uint64_t>(missing) * fill.size() + text.size());
    // Python's str.center puts the odd space at the left when the width is odd.
    const auto left = how == Justify::Left ? 0 : how == Justify::Right ? missing : missing / 2 + (missing & width & 1);
    std::string out;
    for (std::int64_t i = 0; i < left; ++i) out += fill;
    out += text;
    for (std::int64_t i = left; i < missing; ++i) out += fill;
    return out;
}

} // namespace corral::text::jinja
