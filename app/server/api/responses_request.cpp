#include "app/server/api/fields.h"
#include "app/server/api/openai_responses.h"

namespace corral::server {

namespace {

// Parts of an item's content → parts of a chat's message.
ApiResult<Json> contentOf(const Json& item, std::string_view member)
{
    const auto content = item.find(member);
    if (content == item.end() || (!content->is_string() && !content->is_array())) return badRequest("an input item's \"{}\" must be a string or a list of parts", member);
    if (content->is_string()) return *content;
    Json parts = Json::array();
    for (const Json& part : *content) {
        if (!part.is_object()) return badRequest("each part of an input item must be an object");
        const std::string type = stringIn(part, "type");
        const char* text = type == "refusal" ? "refusal" : "text";
        if (type == "input_image" || type == "input_file" || type == "input_audio") return badRequest("this model takes no images, files or sound ({})", type);
        if (type != "input_text" && type != "output_text" && type != "refusal") return badRequest("unsupported part of an input item: \"{}\"", type);
        if (!part.contains(text) || !part[text].is_string()) return badRequest("a part of type {} needs \"{}\"", type, text);
        parts.push_back({{"type", "text"}, {"text", part[text]}});
    }
    return parts;
}

std::string callIdOf(const Json& item)
{
    std::string id = stringIn(item, "call_id");
    if (id.starts_with(kCallPrefix)) id.erase(0, kCallPrefix.size());
    return id;
}

// The assistant's message that items of its turn go into: its reasoning, its text and its calls.
Json& assistantAt(Json& chat)
{
    if (chat.empty() || chat.back()["role"] != "assistant") chat.push_back({{"role", "assistant"}, {"content", ""}});
    return chat.back();
}

ApiResult<void> addItem(Json& chat, const Json& item)
{
    if (!item.is_object()) return badRequest("each input item must be an object");
    const std::string type = stringIn(item, "type"), role = stringIn(item, "role");
    if (type == "function_call") {
        const std::string id = callIdOf(item), name = stringIn(item, "name");
        const auto arguments = item.find("arguments");
        if (id.empty() || name.empty() || arguments == item.end() || !arguments->is_string()) return badRequest("a function_call needs \"call_id\", \"name\" and \"arguments\" (a string)");
        Json& message = assistantAt(chat);
        if (!message.contains("tool_calls")) message["tool_calls"] = Json::array();
        message["tool_calls"].push_back({{"id", id}, {"type", "function"}, {"function", {{"name", name}, {"arguments", *arguments}}}});
        return {};
    }
    if (type == "function_call_output") {
        const std::string id = callIdOf(item);
        if (id.empty()) return badRequest("a function_call_output needs a \"call_id\"");
        auto output = contentOf(item, "output");
        if (!output) return std::unexpected(output.error());
        chat.push_back({{"role", "tool"}, {"tool_call_id", id}, {"content", std::move(*output)}});
        return {};
    }
    if (type == "reasoning") {
        std::string text;
        const auto content = item.find("content");
        if (content != item.end() && content->is_array())
            for (const Json& part : *content)
                if (part.is_object()) text += stringIn(part, "text");
        if (!text.empty()) assistantAt(chat)["reasoning_content"] = std::move(text);
        return {};
    }
    if (!type.empty() && type != "message") return badRequest("unsupported input item: \"{}\"", type);
    auto content = contentOf(item, "content");
    if (!content) return std::unexpected(content.error());
    if (role == "assistant") {
        // Follows its reasoning, which came as an item of its own.
        const bool hasBegun = !chat.empty() && chat.back()["role"] == "assistant" && chat.back()["content"] == "" && !chat.back().contains("tool_calls");
        if (hasBegun) chat.back()["content"] = std::move(*content);
        else chat.push_back({{"role", role}, {"content", std::move(*content)}});
        return {};
    }
    if (role != "user" && role != "system" && role != "developer") return badRequest("an input item's \"role\" must be user, system, developer or assistant, not \"{}\"", role);
    chat.push_back({{"role", role}, {"content", std::move(*content)}});
    return {};
}

ApiResult<Json> toolsOf(const Json& given)
{
    if (!given.is_array()) return badRequest("Field 'tools': expected a list");
    Json tools = Json::array();
    for (const Json& tool : given) {
        if (!tool.is_object()) return badRequest("each tool must be an object");
        if (stringIn(tool, "type") != "function") continue; // what only OpenAI's own servers can do
        if (stringIn(tool, "name").empty()) return badRequest("each tool needs a \"name\"");
        Json function{{"name", tool["name"]}};
        for (const char* member : {"description", "parameters"})
            if (tool.contains(member) && !tool[member].is_null()) function[member] = tool[member];
        tools.push_back({{"type", "function"}, {"function", std::move(function)}});
    }
    return tools;
}

// text.format is response_format, the schema's members one level up.
ApiResult<void> addTextFormat(Json& chat, const Json& text)
{
    if (!text.is_object()) return badRequest("Field 'text': expected an object");
    const Json* format = Fields(text).find({"format"});
    if (!format) return {};
    if (!format->is_object()) return badRequest("text.format must be an object");
    if (stringIn(*format, "type") == "json_schema") {
        const Json* schema = Fields(*format).find({"schema"});
        if (!schema || !schema->is_object()) return badRequest("text.format of type json_schema needs a \"schema\"");
        chat["response_format"] = {{"type", "json_schema"}, {"json_schema", {{"schema", *schema}}}};
    } else {
        chat["response_format"] = *format;
    }
    return {};
}

} // namespace

ApiResult<Json> chatOfResponses(const Json& body)
{
    Json chat = body; // everything else goes through as it is
    for (const char* theirs : {"input", "instructions", "max_output_tokens", "reasoning", "tools", "text", "previous_response_id", "tool_choice", "store", "metadata"}) chat.erase(theirs);
    Fields fields(body);
    if (!fields.string({"previous_response_id"}, {}).empty()) return badRequest("previous_response_id: this server keeps no responses; send the whole input");
    if (fields.boolean({"background"}, false)) return badRequest("background: this server keeps no responses");
    if (fields.integer({"n", "n_cmpl"}, 1, 1, 1) != 1) return badRequest("a response has one answer: no \"n\" here");
    const std::string instructions = fields.string({"instructions"}, {});
    if (fields.error()) return std::unexpected(*fields.error());

    Json& messages = chat["messages"] = Json::array();
    if (!instructions.empty()) messages.push_back({{"role", "system"}, {"content", instructions}});
    const Json* input = fields.find({"input"});
    if (!input || !(input->is_string() || (input->is_array() && !input->empty()))) return badRequest("\"input\" must be a string or a list of items that is not empty");
    if (input->is_string()) messages.push_back({{"role", "user"}, {"content", *input}});
    else
        for (const Json& item : *input)
            if (auto added = addItem(messages, item); !added) return std::unexpected(added.error());
    if (messages.empty()) return badRequest("\"input\" holds no message");

    if (const Json* most = fields.find({"max_output_tokens"})) chat["max_tokens"] = *most;
    if (const Json* reasoning = fields.find({"reasoning"})) {
        if (!reasoning->is_object()) return badRequest("Field 'reasoning': expected an object");
        if (const std::string effort = stringIn(*reasoning, "effort"); !effort.empty()) chat["reasoning_effort"] = effort;
    }
    if (const Json* tools = fields.find({"tools"})) {
        auto list = toolsOf(*tools);
        if (!list) return std::unexpected(list.error());
        if (!list->empty()) chat["tools"] = std::move(*list);
    }
    if (const Json* choice = fields.find({"tool_choice"})) {
        if (choice->is_object() && stringIn(*choice, "type") == "function") chat["tool_choice"] = {{"type", "function"}, {"function", {{"name", stringIn(*choice, "name")}}}};
        else chat["tool_choice"] = *choice;
    }
    if (const Json* text = fields.find({"text"}))
        if (auto added = addTextFormat(chat, *text); !added) return std::unexpected(added.error());
    return chat;
}

} // namespace corral::server
