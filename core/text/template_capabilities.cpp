#include "core/text/template_capabilities.h"

#include <initializer_list>
#include <utility>

namespace corral::text {

namespace {

// What is looked for: nothing a template writes by itself.
constexpr const char *kSystem = "probe-system", *kQuestion = "probe-question", *kThought = "probe-thought", *kValue = "probe-value";
constexpr const char *kTool = "probe_tool", *kCalled = "probe_called", *kCalledToo = "probe_called_too"; // calls have names that no list of tools has shown

Json message(const char* role, const char* text) { return {{"role", role}, {"content", text}}; }
Json call(const char* id, const char* name, const Json& arguments) { return {{"id", id}, {"type", "function"}, {"function", {{"name", name}, {"arguments", arguments}}}}; }

ChatInput chat(Json messages, Json tools = {})
{
    ChatInput input;
    input.messages = std::move(messages);
    input.tools = std::move(tools);
    return input;
}

} // namespace

TemplateCapabilities capabilitiesOf(const ChatTemplate& chatTemplate)
{
    const auto rendered = [&](const ChatInput& input) { return chatTemplate.render(input).value_or(""); };
    const auto shows = [&](const ChatInput& input, std::initializer_list<const char*> all) {
        const std::string text = rendered(input);
        for (const char* one : all)
            if (!text.contains(one)) return false;
        return true;
    };
    const Json question = message("user", kQuestion);
    const Json tool{{"type", "function"},
                    {"function",
                     {{"name", kTool}, {"description", "a probe"}, {"parameters", {{"type", "object"}, {"properties", {{"text", {{"type", "string"}}}}}, {"required", {"text"}}}}}}};
    const auto calling = [&](Json calls) { // and what came back, for templates that insist on it
        const Json result{{"role", "tool"}, {"tool_call_id", "call00001"}, {"name", kTool}, {"content", "done"}};
        return chat(Json::array({question, {{"role", "assistant"}, {"content", ""}, {"tool_calls", std::move(calls)}}, result}), Json::array({tool}));
    };

    TemplateCapabilities found;
    found.stringContent = shows(chat(Json::array({question})), {kQuestion});
    found.systemRole = shows(chat(Json::array({message("system", kSystem), question})), {kSystem, kQuestion});
    const std::string parts = rendered(chat(Json::array({{{"role", "user"}, {"content", Json::array({{{"type", "text"}, {"text", kQuestion}}})}}})));
    found.typedContent = parts.contains(kQuestion) && !parts.contains("'type'") && !parts.contains("\"type\""); // not the list as it stands
    found.tools = shows(chat(Json::array({question}), Json::array({tool})), {kTool});

    const Json object{{"text", kValue}};
    found.objectArguments = shows(calling(Json::array({call("call00001", kCalled, object)})), {kCalled, kValue});
    const Json arguments = found.objectArguments ? object : Json(object.dump());
    found.toolCalls = found.objectArguments || shows(calling(Json::array({call("call00001", kCalled, arguments)})), {kCalled, kValue});
    found.parallelToolCalls = found.toolCalls && shows(calling(Json::array({call("call00001", kCalled, arguments), call("call00002", kCalledToo, arguments)})), {kCalled, kCalledToo});

    Json thinking = message("assistant", "because");
    thinking["reasoning_content"] = thinking["thinking"] = kThought;
    ChatInput earlier = chat(Json::array({question, thinking, message("user", "and now?")}));
    earlier.kwargs = {{"preserve_thinking", true}, {"clear_thinking", false}, {"truncate_history_thinking", false}, {"drop_thinking", false}};
    found.preserveReasoning = shows(earlier, {kThought});

    ChatInput low = chat(Json::array({question})), high = low;
    low.kwargs = {{"reasoning_effort", "low"}, {"reasoning_strength", "low"}};
    high.kwargs = {{"reasoning_effort", "high"}, {"reasoning_strength", "high"}};
    found.reasoningEffort = rendered(low) != rendered(high);
    return found;
}

} // namespace corral::text
