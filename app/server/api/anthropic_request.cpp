#include "app/server/api/anthropic.h"
#include "app/server/api/fields.h"

namespace corral::server {

namespace {

constexpr int kUsualTokens = 4096, kUsualThinking = 10000;

// Blocks of type text → one text.
ApiResult<std::string> textOf(const Json& content, std::string_view where)
{
    if (content.is_string()) return content.get<std::string>();
    if (!content.is_array()) return badRequest("{}: expected a string or a list of blocks", where);
    std::string text;
    for (const Json& block : content) {
        if (!block.is_object() || stringIn(block, "type") != "text" || !block.contains("text") || !block["text"].is_string())
            return badRequest("{}: only blocks of type text are understood here", where);
        if (!text.empty()) text += '\n';
        text += block["text"].get_ref<const std::string&>();
    }
    return text;
}

// What a tool has answered: text, or images, which the chat then refuses.
ApiResult<Json> toolMessage(const Json& block)
{
    const std::string id = stringIn(block, "tool_use_id");
    if (id.empty()) return badRequest("a tool_result needs a \"tool_use_id\"");
    const auto content = block.find("content");
    if (content == block.end() || content->is_null()) return Json{{"role", "tool"}, {"tool_call_id", id}, {"content", ""}};
    auto text = textOf(*content, "tool_result");
    if (!text) return std::unexpected(text.error());
    return Json{{"role", "tool"}, {"tool_call_id", id}, {"content", std::move(*text)}};
}

// One of theirs may be several of a chat's: results of tools are messages of their own, before what the user says to them.
ApiResult<void> addMessage(Json& chat, const Json& message)
{
    if (!message.is_object()) return badRequest("each message must be an object");
    const std::string role = stringIn(message, "role");
    if (role != "user" && role != "assistant") return badRequest("a message's \"role\" must be user or assistant, not \"{}\"", role);
    const auto content = message.find("content");
    if (content == message.end() || (!content->is_string() && !content->is_array())) return badRequest("a message's \"content\" must be a string or a list of blocks");
    if (content->is_string()) return chat.push_back({{"role", role}, {"content", *content}}), ApiResult<void>();

    Json parts = Json::array(), calls = Json::array();
    std::string reasoning;
    bool hasResults = false;
    for (const Json& block : *content) {
        if (!block.is_object()) return badRequest("each block of a message's content must be an object");
        const std::string type = stringIn(block, "type");
        if (type == "text") {
            if (!block.contains("text") || !block["text"].is_string()) return badRequest("a block of type text needs \"text\"");
            parts.push_back({{"type", "text"}, {"text", block["text"]}});
        } else if (type == "thinking" && role == "assistant") {
            reasoning += stringIn(block, "thinking");
        } else if (type == "redacted_thinking" && role == "assistant") {
            continue; // nobody can read it
        } else if (type == "tool_use" && role == "assistant") {
            const auto input = block.find("input");
            if (stringIn(block, "name").empty() || stringIn(block, "id").empty() || input == block.end() || !input->is_object())
                return badRequest("a tool_use needs an \"id\", a \"name\" and an \"input\" that is an object");
            calls.push_back({{"id", block["id"]}, {"type", "function"}, {"function", {{"name", block["name"]}, {"arguments", dump(*input)}}}});
        } else if (type == "tool_result" && role == "user") {
            auto result = toolMessage(block);
            if (!result) return std::unexpected(result.error());
            chat.push_back(std::move(*result));
            hasResults = true;
        } else if (type == "image" || type == "document") {
            return badRequest("this model takes no images and no documents ({})", type);
        } else {
            return badRequest("unsupported content[].type of {}: \"{}\"", role, type);
        }
    }
    if (hasResults && parts.empty()) return {};
    Json one{{"role", role}, {"content", parts.empty() ? Json("") : std::move(parts)}};
    if (!reasoning.empty()) one["reasoning_content"] = std::move(reasoning);
    if (!calls.empty()) one["tool_calls"] = std::move(calls);
    chat.push_back(std::move(one));
    return {};
}

ApiResult<Json> toolsOf(const Json& given)
{
    if (!given.is_array()) return badRequest("Field 'tools': expected a list");
    Json tools = Json::array();
    for (const Json& tool : given) {
        if (!tool.is_object() || stringIn(tool, "name").empty()) return badRequest("each tool needs a \"name\"");
        const auto schema = tool.find("input_schema");
        if (schema == tool.end() || !schema->is_object()) return badRequest("tool \"{}\" needs an \"input_schema\"; tools of other kinds are not here", stringIn(tool, "name"));
        tools.push_back({{"type", "function"}, {"function", {{"name", tool["name"]}, {"description", stringIn(tool, "description")}, {"parameters", *schema}}}});
    }
    return tools;
}

ApiResult<void> chooseTools(Json& chat, const Json& choice)
{
    const std::string type = choice.is_object() ? stringIn(choice, "type") : std::string();
    if (type == "auto" || type == "none") chat["tool_choice"] = type;
    else if (type == "any") chat["tool_choice"] = "required";
    else if (type == "tool") chat["tool_choice"] = {{"type", "function"}, {"function", {{"name", stringIn(choice, "name")}}}};
    else return badRequest("tool_choice must be an object of type auto, any, tool or none");
    Fields fields(choice);
    if (fields.boolean({"disable_parallel_tool_use"}, false)) chat["parallel_tool_calls"] = false;
    if (fields.error()) return std::unexpected(*fields.error());
    return {};
}

} // namespace

ApiResult<Json> chatOfMessages(const Json& body)
{
    Json chat = body; // native fields go through as they are
    for (const char* theirs : {"system", "stop_sequences", "tools", "tool_choice", "thinking", "messages", "metadata"}) chat.erase(theirs);
    Fields fields(body);
    if (fields.integer({"n", "n_cmpl"}, 1, 1, 1) != 1 || fields.error()) return badRequest("a message has one answer: no \"n\" here");
    Json& to = chat["messages"] = Json::array();
    if (const Json* system = fields.find({"system"})) {
        auto text = textOf(*system, "Field 'system'");
        if (!text) return std::unexpected(text.error());
        if (!text->empty()) to.push_back({{"role", "system"}, {"content", std::move(*text)}});
    }
    const Json* given = fields.find({"messages"});
    if (!given || !given->is_array() || given->empty()) return badRequest("\"messages\" must be a list that is not empty");
    for (const Json& message : *given)
        if (auto added = addMessage(to, message); !added) return std::unexpected(added.error());
    if (!fields.has("max_tokens")) chat["max_tokens"] = kUsualTokens;
    if (const Json* stop = fields.find({"stop_sequences"})) chat["stop"] = *stop;
    if (const Json* tools = fields.find({"tools"})) {
        auto list = toolsOf(*tools);
        if (!list) return std::unexpected(list.error());
        chat["tools"] = std::move(*list);
    }
    if (const Json* choice = fields.find({"tool_choice"}))
        if (auto chosen = chooseTools(chat, *choice); !chosen) return std::unexpected(chosen.error());
    if (const Json* thinking = fields.find({"thinking"})) {
        if (!thinking->is_object()) return badRequest("Field 'thinking': expected an object");
        if (stringIn(*thinking, "type") == "enabled") {
            const Json* budget = Fields(*thinking).find({"budget_tokens"});
            chat["thinking_budget_tokens"] = budget ? *budget : Json(kUsualThinking);
        }
    }
    return chat;
}

} // namespace corral::server
