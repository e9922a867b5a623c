#include "core/quantize/plan_words.h"

#include "core/quant/format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace corral::quantize {

namespace {

constexpr std::string_view kSpaces = " \t\r\n\v\f";
constexpr std::size_t kLongestText = 127; // bytes of a string value; as the reference

template <class T> std::optional<T> numberIn(std::string_view text)
{
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string_view trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(kSpaces);
    return begin == std::string_view::npos ? std::string_view{} : text.substr(begin, text.find_last_not_of(kSpaces) + 1 - begin);
}

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

std::vector<std::string_view> wordsOf(std::string_view text, std::string_view separators)
{
    std::vector<std::string_view> words;
    for (std::size_t begin = text.find_first_not_of(separators); begin != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        begin = text.find_first_not_of(separators, end);
    }
    return words;
}

} // namespace

Result<std::uint32_t> parseTensorType(std::string_view name)
{
    const quant::Format* format = quant::findFormat(trimmed(name));
    if (!format) return fail(ErrorCode::InvalidArgument, "\"{}\" is no tensor type", name);
    if (!format->encodeRows) return fail(ErrorCode::InvalidArgument, "tensors cannot be written as {}", format->name);
    return format->id;
}

Result<std::pair<std::string, std::uint32_t>> parseTensorRule(std::string_view rule)
{
    const auto equals = rule.rfind('='); // an expression may hold one: (?=…)
    const auto name = equals == std::string_view::npos ? std::string_view{} : trimmed(rule.substr(0, equals));
    if (name.empty()) return fail(ErrorCode::InvalidArgument, "\"{}\" is not of the form NAME=TYPE", rule);
    const auto type = parseTensorType(rule.substr(equals + 1));
    if (!type) return within(std::string(rule), type.error());
    return std::pair(lowered(name), *type);
}

Result<std::vector<std::pair<std::string, std::uint32_t>>> parseTensorRules(std::string_view text)
{
    std::vector<std::pair<std::string, std::uint32_t>> rules;
    for (const std::string_view word : wordsOf(text, kSpaces)) {
        auto rule = parseTensorRule(word);
        if (!rule) return std::unexpected(rule.error());
        rules.push_back(std::move(*rule));
    }
    return rules;
}

Result<std::pair<std::string, gguf::Value>> parseOverride(std::string_view text)
{
    const auto equals = text.find('=');
    const auto colon = equals == std::string_view::npos ? equals : text.find(':', equals);
    const std::string key(trimmed(text.substr(0, std::min(equals, text.size()))));
    if (colon == std::string_view::npos || key.empty())
        return fail(ErrorCode::InvalidArgument, "\"{}\" is not of the form KEY=TYPE:VALUE", text);
    const auto type = text.substr(equals + 1, colon - equals - 1), value = text.substr(colon + 1);
    const auto wrong = [&](std::string_view expected) { return fail(ErrorCode::InvalidArgument, "\"{}\": \"{}\" is not {}", text, value, expected); };
    if (type == "int") {
        const auto number = numberIn<std::int64_t>(value.starts_with('+') ? value.substr(1) : value);
        if (!number || *number > std::numeric_limits<std::uint32_t>::max() || *number < -static_cast<std::int64_t>(std::numeric_limits<std::uint32_t>::max()))
            return wrong("a whole number of 32 bits");
        return std::pair(key, gguf::u32(static_cast<std::uint32_t>(std::abs(*number))));
    }
    if (type == "float") {
        const auto number = numberIn<double>(value.starts_with('+') ? value.substr(1) : value);
        if (!number) return wrong("a number");
        return std::pair(key, gguf::f32(static_cast<float>(*number)));
    }
    if (type == "bool") {
        if (value != "true" && value != "false") return wrong("true or false");
        return std::pair(key, gguf::boolean(value == "true"));
    }
    if (type == "str") {
        if (value.size() > kLongestText) return wrong("a text of at most 127 bytes");
        return std::pair(key, gguf::string(std::string(value)));
    }
    return fail(ErrorCode::InvalidArgument, "\"{}\": the type \"{}\" is none of int, float, bool and str", text, type);
}

Result<std::vector<int>> parseLayers(std::string_view text)
{
    std::vector<int> layers;
    for (const std::string_view word : wordsOf(text, " \t\r\n\v\f,;")) {
        const auto layer = numberIn<int>(word);
        if (!layer || *layer < 0) return fail(ErrorCode::InvalidArgument, "\"{}\" is not the number of a layer", word);
        layers.push_back(*layer);
    }
    return layers;
}

Result<std::uint64_t> parseByteSize(std::string_view text)
{
    constexpr std::string_view kPrefixes = "KMGT";
    std::string_view number = text;
    const bool binary = number.ends_with("iB");
    if (binary) number.remove_suffix(2);
    else if (number.ends_with('B')) number.remove_suffix(1);
    double factor = 1;
    if (const auto power = number.empty() ? std::string_view::npos : kPrefixes.find(number.back()); power != std::string_view::npos) {
        factor = std::pow(binary ? 1024.0 : 1000.0, static_cast<double>(power + 1));
        number.remove_suffix(1);
    } else if (binary) {
        number = {};
    }
    constexpr double kMost = 1e18;
    const auto value = numberIn<double>(number);
    if (!value || !(*value > 0) || !(*value * factor <= kMost)) return fail(ErrorCode::InvalidArgument, "\"{}\" is no size such as 4.5G or 700M", text);
    return static_cast<std::uint64_t>(std::llround(*value * factor));
}

} // namespace corral::quantize
