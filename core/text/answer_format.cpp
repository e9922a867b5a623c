#include "core/text/answer_format.h"

#include <algorithm>

namespace corral::text {

namespace {

AnswerFormat object(std::string family, std::string each, std::string callClose)
{
    return {.family = std::move(family), .style = CallStyle::Object, .each = std::move(each), .callClose = std::move(callClose)};
}

AnswerFormat list(std::string family, std::string open, std::string close)
{
    return {.family = std::move(family), .style = CallStyle::Object, .open = std::move(open), .close = std::move(close), .isList = true};
}

AnswerFormat calls(std::string_view t)
{
    const auto has = [t](std::string_view part) { return t.find(part) != std::string_view::npos; };
    if (has("<|channel|>")) return {.family = "gpt-oss", .style = CallStyle::Channels};
    if (has("<|tool_call>call:"))
        return {.family = "gemma4", .dropped = {"<channel|>"}, .style = CallStyle::Gemma, .each = "<|tool_call>call:", .callClose = "<tool_call|>"};
    if (has("[TOOL_CALLS]") && has("[ARGS]")) return {.family = "mistral-args", .style = CallStyle::Named, .each = "[TOOL_CALLS]", .nameEnd = "[ARGS]"};
    if (has("[TOOL_CALLS]")) {
        AnswerFormat f = list("mistral", "[TOOL_CALLS]", "");
        f.idKey = "id";
        f.idFollows = true;
        return f;
    }
    if (has("<|tool_calls_section_begin|>"))
        return {.family = "kimi-k2", .callEndsThinking = true, .style = CallStyle::Named, .open = "<|tool_calls_section_begin|>", .each = "<|tool_call_begin|>",
                .callClose = "<|tool_call_end|>", .close = "<|tool_calls_section_end|>", .nameEnd = "<|tool_call_argument_begin|>"};
    if (has("<｜tool▁calls▁begin｜>")) {
        AnswerFormat f{.family = "deepseek-v3.1", .style = CallStyle::Named, .open = "<｜tool▁calls▁begin｜>", .each = "<｜tool▁call▁begin｜>",
                       .callClose = "<｜tool▁call▁end｜>", .close = "<｜tool▁calls▁end｜>", .nameEnd = "<｜tool▁sep｜>"};
        if (has("```json")) {
            f.family = "deepseek-r1";
            f.each += "function<｜tool▁sep｜>";
            f.nameEnd = "\n```json\n";
            f.callClose = "\n```<｜tool▁call▁end｜>";
        }
        return f;
    }
    if (has("｜DSML｜")) { // V3.2, and V4, which calls the section otherwise
        const std::string section = has("function_calls") ? "function_calls" : "tool_calls";
        return {.family = "deepseek-dsml", .callEndsThinking = true, .style = CallStyle::Tagged, .open = "<｜DSML｜" + section + ">", .each = "<｜DSML｜invoke name=\"",
                .callClose = "</｜DSML｜invoke>", .close = "</｜DSML｜" + section + ">", .nameEnd = "\">", .paramOpen = "<｜DSML｜parameter name=\"",
                .paramMid = "\" string=\"", .paramClose = "</｜DSML｜parameter>", .saysText = true};
    }
    if (has("<|START_ACTION|>")) {
        AnswerFormat f = list("command-r", "<|START_ACTION|>", "<|END_ACTION|>");
        f.dropped = {"<|START_RESPONSE|>", "<|END_RESPONSE|>", "<|START_TEXT|>", "<|END_TEXT|>"};
        f.nameKey = "tool_name";
        f.argumentsKey = "parameters";
        f.idKey = "tool_call_id";
        return f;
    }
    if (has("<|tool_call_start|>") || has("<|tool_list_start|>"))
        return {.family = "lfm2", .style = CallStyle::Pythonic, .open = "<|tool_call_start|>", .close = "<|tool_call_end|>"};
    if (has(">>>all")) return {.family = "functionary-v3.2", .style = CallStyle::Named, .each = ">>>", .nameEnd = "\n", .startsInCall = true};
    if (has("<minimax:tool_call>"))
        return {.family = "minimax-m2", .style = CallStyle::Tagged, .open = "<minimax:tool_call>", .each = "<invoke name=\"", .callClose = "</invoke>",
                .close = "</minimax:tool_call>", .nameEnd = "\">", .paramOpen = "<parameter name=\"", .paramMid = "\">", .paramClose = "</parameter>"};
    if (has("<function=") && has("<parameter="))
        return {.family = "qwen3-coder", .callEndsThinking = true, .style = CallStyle::Tagged, .open = "<tool_call>", .each = "<function=",
                .callClose = "</function>", .close = "</tool_call>", .nameEnd = ">", .paramOpen = "<parameter=", .paramMid = ">", .paramClose = "</parameter>"};
    if (has("<function name=\"") && has("<param name=\""))
        return {.family = "minicpm5", .style = CallStyle::Tagged, .each = "<function name=\"", .callClose = "</function>", .nameEnd = "\">",
                .paramOpen = "<param name=\"", .paramMid = "\">", .paramClose = "</param>"};
    if (has("<function=")) return {.family = "function-tag", .style = CallStyle::Named, .each = "<function=", .callClose = "</function>", .nameEnd = ">"};
    if (has("<arg_key>"))
        return {.family = "glm", .style = CallStyle::Tagged, .each = "<tool_call>", .callClose = "</tool_call>", .nameEnd = "\n", .paramOpen = "<arg_key>",
                .paramMid = "</arg_key>", .valueOpen = "<arg_value>", .paramClose = "</arg_value>"};
    if (has("<|tool_call|>")) {
        AnswerFormat f = list(has("<|/tool_call|>") ? "phi4-mini" : "granite", "<|tool_call|>", has("<|/tool_call|>") ? "<|/tool_call|>" : "");
        f.alsoOpen = {"<tool_call>"};
        f.callClose = "</tool_call>";
        if (has("<response>")) f.dropped = {"<response>", "</response>"};
        return f;
    }
    if (has("<tool_call>")) return object("hermes", "<tool_call>", "</tool_call>");
    if (has("function call<|role_sep|>")) return object("gigachat", "function call<|role_sep|>\n", "");
    if (has("func_name1(")) return {.family = "llama4", .style = CallStyle::Pythonic, .alsoOpen = {"<|python_start|>"}};
    if (has("\"parameters\"") && (has("ipython") || has("<|python_tag|>"))) {
        AnswerFormat f = object("llama3", "", "");
        f.alsoOpen = {"<|python_tag|>"};
        f.argumentsKey = "parameters";
        return f;
    }
    return {};
}

} // namespace

std::vector<std::string> AnswerFormat::markers() const
{
    std::vector<std::string> out = dropped;
    out.insert(out.end(), alsoOpen.begin(), alsoOpen.end());
    for (const std::string* marker : {&thinkOpen, &thinkClose, &open, &each, &callClose, &close, &nameEnd, &paramOpen, &paramMid, &valueOpen, &paramClose})
        out.push_back(*marker);
    if (style == CallStyle::Channels)
        for (const char* marker : {"<|channel|>", "<|message|>", "<|start|>", "<|end|>", "<|call|>", "<|return|>", "<|constrain|>"}) out.emplace_back(marker);
    if (style == CallStyle::Gemma) out.insert(out.end(), {"<|\"|>", "<|tool_call>", "<|channel>"});
    if (family == "deepseek-r1") out.insert(out.end(), {"<｜tool▁call▁begin｜>", "<｜tool▁sep｜>", "<｜tool▁call▁end｜>"});
    if (family == "mistral-args") out.emplace_back("[CALL_ID]");
    if (family == "gigachat") out.emplace_back("<|role_sep|>");
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    std::erase(out, std::string());
    return out;
}

AnswerFormat answerFormatOf(std::string_view chatTemplate)
{
    AnswerFormat format = calls(chatTemplate);
    struct Tags {
        const char *open, *close;
        bool anywhere;
    };
    constexpr Tags kTags[] = {{"<|channel>thought", "<channel|>", true}, {"<|START_THINKING|>", "<|END_THINKING|>", true}, {"[THINK]", "[/THINK]", false},
                              {"<think>", "</think>", false}};
    for (const Tags& tags : kTags) {
        const bool isIn = chatTemplate.find(tags.open) != std::string_view::npos || chatTemplate.find(tags.close) != std::string_view::npos;
        if (!isIn || format.style == CallStyle::Channels) continue;
        format.thinkOpen = tags.open;
        format.thinkClose = tags.close;
        format.thinksAnywhere = tags.anywhere;
        break;
    }
    return format;
}

bool opensReasoning(const AnswerFormat& format, std::string_view prompt)
{
    if (format.thinkOpen.empty()) return false;
    const std::size_t end = prompt.find_last_not_of(" \n\r\t");
    return end != std::string_view::npos && prompt.substr(0, end + 1).ends_with(format.thinkOpen);
}

} // namespace corral::text
