#include "core/text/special_names.h"

namespace corral::text {

namespace {

constexpr std::string_view kEndOfGeneration[] = {
    "<|eot_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|flush|>",
    "<|calls|>",
    "<end_of_turn>",
    "<|endoftext|>",
    "</s>",
    "<|eom_id|>",
    "<EOT>",
    "_<EOT>",
    "[EOT]",
    "[EOS]",
    "<|end_of_text|>",
    "<end_of_utterance>",
    "<eos>",
    "<turn|>",
    "<|tool_response>",
    "<｜end▁of▁sentence｜>",
    "[e~[",
};
constexpr std::string_view kEndOfTurn[] = {
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>",         "<|endoftext|>",      "<|end_of_text|>",
    "<EOT>",      "_<EOT>",     "[EOT]",   "<｜end▁of▁sentence｜>", "<end_of_utterance>",
};
constexpr std::string_view kEndOfMessage[] = {"<|eom_id|>"};
constexpr std::string_view kFillPrefix[] = {
    "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>", "<|prefix|>",
};
constexpr std::string_view kFillSuffix[] = {
    "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>", "<|code_suffix|>", "<|suffix|>",
};
constexpr std::string_view kFillMiddle[] = {
    "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>", "<|code_middle|>", "<|middle|>",
};
constexpr std::string_view kFillPadding[] = {"<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"};
constexpr std::string_view kFillRepository[] = {"<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"};
constexpr std::string_view kFillSeparator[] = {"<|file_sep|>"};
constexpr std::string_view kChannel[] = {"<|channel|>", "<|message|>", "<|start|>", "<|constrain|>"};

} // namespace

std::span<const std::string_view> endOfGenerationTexts() { return kEndOfGeneration; }
std::span<const std::string_view> endOfTurnTexts() { return kEndOfTurn; }
std::span<const std::string_view> endOfMessageTexts() { return kEndOfMessage; }
std::span<const std::string_view> fillPrefixTexts() { return kFillPrefix; }
std::span<const std::string_view> fillSuffixTexts() { return kFillSuffix; }
std::span<const std::string_view> fillMiddleTexts() { return kFillMiddle; }
std::span<const std::string_view> fillPaddingTexts() { return kFillPadding; }
std::span<const std::string_view> fillRepositoryTexts() { return kFillRepository; }
std::span<const std::string_view> fillSeparatorTexts() { return kFillSeparator; }
std::span<const std::string_view> channelTexts() { return kChannel; }

} // namespace corral::text
