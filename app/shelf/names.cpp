#include "app/shelf/names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <format>

namespace corral::shelf {

namespace {

constexpr std::string_view kEnding = ".gguf";

std::string lower(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

std::optional<int> fiveDigits(std::string_view text)
{
    constexpr std::size_t kDigits = 5;
    int number = 0;
    if (text.size() != kDigits || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

} // namespace

bool isGgufName(std::string_view fileName) { return fileName.size() > kEnding.size() && lower(fileName.substr(fileName.size() - kEnding.size())) == kEnding; }

std::optional<ShardName> shardName(std::string_view fileName)
{
    constexpr std::size_t kSuffix = std::string_view("-00001-of-00002").size(), kDigits = 5;
    if (!isGgufName(fileName)) return std::nullopt;
    fileName.remove_suffix(kEnding.size());
    if (fileName.size() <= kSuffix) return std::nullopt;
    const std::string_view suffix = fileName.substr(fileName.size() - kSuffix);
    const auto number = fiveDigits(suffix.substr(1, kDigits)), count = fiveDigits(suffix.substr(kSuffix - kDigits));
    if (suffix[0] != '-' || suffix.substr(kDigits + 1, 4) != "-of-" || !number || !count || *number < 1 || *number > *count) return std::nullopt;
    return ShardName{std::string(fileName.substr(0, fileName.size() - kSuffix)), *number, *count};
}

std::string shardFileName(std::string_view prefix, int number, int count) { return std::format("{}-{:05}-of-{:05}.gguf", prefix, number, count); }

bool isAttachment(std::string_view fileName)
{
    const std::string name = lower(fileName);
    for (const char* word : {"mmproj", "imatrix"})
        if (name.contains(word)) return true;
    for (const char* word : {"mtp-", "eagle3-", "dflash-", "dspark-"})
        if (name.starts_with(word)) return true;
    return false;
}

std::string stem(std::string_view fileName)
{
    if (const auto shard = shardName(fileName)) return shard->prefix;
    if (isGgufName(fileName)) fileName.remove_suffix(kEnding.size());
    return std::string(fileName);
}

std::string quantizationInName(std::string_view fileName)
{
    std::string name = stem(fileName);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const std::string part = name.substr(name.find_last_of("-.") + 1); // of no separator: all of it
    for (const std::string_view floating : {"F32", "F16", "BF16", "FP16", "FP32"})
        if (part == floating) return part;
    for (const std::string_view start : {"Q", "IQ", "TQ", "MXFP", "NVFP"})
        if (part.starts_with(start) && part.size() > start.size() && part[start.size()] >= '0' && part[start.size()] <= '9') return part;
    return {};
}

std::optional<std::string> nameProblem(std::string_view name)
{
    constexpr std::size_t kMost = 255 - std::string_view("-00001-of-00002.gguf").size(); // bytes, of most file systems
    constexpr std::string_view kRefused = "/\\:*?\"<>|";
    if (name.empty()) return "a name is needed";
    if (name.size() > kMost) return std::format("the name is longer than {} bytes", kMost);
    if (name.front() == '.') return "a name that begins with a dot would be hidden";
    if (name.front() == ' ' || name.back() == ' ') return "a name cannot begin or end with a space";
    for (const char c : name) {
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') return "a name cannot hold control characters";
        if (kRefused.contains(c)) return std::format("a name cannot hold “{}”", c);
    }
    return std::nullopt;
}

} // namespace corral::shelf
