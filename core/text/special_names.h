#pragma once
// Special tokens known by their texts, for files whose keys leave them out (facts/tokenizers.md § 9).
#include <span>
#include <string_view>

namespace corral::text {

// Tokens that end generation whatever the keys say.
std::span<const std::string_view> endOfGenerationTexts();
// In the order in which they are tried.
std::span<const std::string_view> endOfTurnTexts();
std::span<const std::string_view> endOfMessageTexts();
// Fill-in-the-middle: what stands before, after and for the hole, and the marks between files.
std::span<const std::string_view> fillPrefixTexts();
std::span<const std::string_view> fillSuffixTexts();
std::span<const std::string_view> fillMiddleTexts();
std::span<const std::string_view> fillPaddingTexts();
std::span<const std::string_view> fillRepositoryTexts();
std::span<const std::string_view> fillSeparatorTexts();
// Marks of a message's parts that stay visible in the output, so that it can be parsed.
std::span<const std::string_view> channelTexts();

} // namespace corral::text
