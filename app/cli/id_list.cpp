#include "app/cli/id_list.h"

#include "app/cli/options.h"

namespace corral::cli {

std::optional<std::vector<text::Token>> parseIds(std::string_view list)
{
    if (list.starts_with('[') && list.ends_with(']')) list = list.substr(1, list.size() - 2);
    constexpr std::string_view kBetween = ", \t\r\n";
    std::vector<text::Token> ids;
    for (std::size_t at = list.find_first_not_of(kBetween); at != std::string_view::npos;) {
        const std::size_t end = std::min(list.find_first_of(kBetween, at), list.size());
        const auto id = parseNumber<text::Token>(list.substr(at, end - at));
        if (!id) return std::nullopt;
        ids.push_back(*id);
        at = list.find_first_not_of(kBetween, end);
    }
    return ids;
}

std::string toHex(std::string_view bytes)
{
    std::string hex;
    for (const char c : bytes) hex += std::format("{:02x}", static_cast<unsigned char>(c));
    return hex;
}

std::optional<std::string> fromHex(std::string_view hex)
{
    if (hex.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        unsigned char byte = 0;
        const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
        if (error != std::errc() || end != hex.data() + i + 2) return std::nullopt;
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

bool isUtf8(std::string_view bytes)
{
    text::Utf8Stream stream;
    std::string repaired = stream.push(bytes);
    repaired += stream.flush();
    return repaired == bytes;
}

} // namespace corral::cli
