#include "app/server/api/chat_request.h"

#include "app/server/api/template_variables.h"
#include "core/text/json_schema.h"

#include <array>
#include <limits>

namespace corral::server {

namespace {

constexpr std::size_t kMostMessages = 100'000, kMostTools = 1024;

// Parts of a content → their texts, one after the other, or what is wrong.
ApiResult<std::string> textOf(const Json& parts)
{
    std::string text;
    for (const Json& part : parts) {
        if (!part.is_object()) return badRequest("each part of a message's content must be an object");
        const std::string type = stringIn(part, "type");
        if (type == "image_url" || type == "input_audio" || type == "input_video" || type == "video_url")
            return badRequest("this model takes no images, sound or video ({})", type);
        if (type != "text") return badRequest("unsupported content[].type: \"{}\"", type);
        if (!part.contains("text") || !part["text"].is_string()) return badRequest("a part of type text needs \"text\"");
        if (!text.empty()) text += '\n';
        text += part["text"].get<std::string>();
    }
    return text;
}

ApiResult<Json> readMessages(const Json& body)
{
    const auto given = body.find("messages");
    if (given == body.end() || given->is_null()) return badRequest("\"messages\" is required");
    if (!given->is_array() || given->empty()) return badRequest("\"messages\" must be a list that is not empty");
    if (given->size() > kMostMessages) return badRequest("at most {} messages", kMostMessages);
    Json messages = Json::array();
    for (const Json& message : *given) {
        if (!message.is_object()) return badRequest("each message must be an object");
        if (stringIn(message, "role").empty()) return badRequest("each message needs a \"role\"");
        Json copy = message;
        if (copy["role"] == "developer") copy["role"] = "system";
        const bool hasCalls = copy.contains("tool_calls") && copy["tool_calls"].is_array() && !copy["tool_calls"].empty();
        const auto content = copy.find("content");
        if (content == copy.end() || content->is_null()) {
            if (content == copy.end() && !hasCalls && copy["role"] != "assistant") return badRequest("each message needs \"content\" (an assistant's may have tool_calls instead)");
            copy["content"] = "";
        } else if (content->is_array()) {
            auto text = textOf(*content);
            if (!text) return std::unexpected(text.error());
            copy["content"] = std::move(*text);
        } else if (!content->is_string()) {
            return badRequest("a message's \"content\" must be a string or a list of parts");
        }
        if (hasCalls) // templates want arguments as an object; clients send the text of one
            for (Json& called : copy["tool_calls"]) {
                if (!called.is_object() || !called.contains("function") || !called["function"].is_object()) return badRequest("a tool call needs a \"function\"");
                Json& arguments = called["function"]["arguments"];
                if (!arguments.is_string()) continue;
                Json parsed = parseInner(arguments.get_ref<const std::string&>());
                if (parsed.is_object()) arguments = std::move(parsed);
            }
        messages.push_back(std::move(copy));
    }
    return messages;
}

// The schema that response_format or json_schema asks for; null: none.
ApiResult<Json> readAnswerSchema(const Json& body)
{
    Fields fields(body);
    if (const Json* schema = fields.find({"json_schema"})) return *schema;
    const Json* format = fields.find({"response_format"});
    if (!format) return Json();
    if (!format->is_object()) return badRequest("Field 'response_format': expected an object");
    const std::string type = stringIn(*format, "type");
    if (type == "text" || type.empty()) return Json();
    const Json any{{"type", "object"}};
    const auto orAny = [&](const Json* schema) { return schema && schema->is_object() && !schema->empty() ? *schema : any; };
    if (type == "json_object") return orAny(Fields(*format).find({"schema"}));
    if (type != "json_schema") return badRequest("response_format.type must be \"text\", \"json_object\" or \"json_schema\", not \"{}\"", type);
    const Json* wrapped = Fields(*format).find({"json_schema"});
    if (!wrapped || !wrapped->is_object()) return badRequest("response_format.json_schema must be an object");
    return orAny(Fields(*wrapped).find({"schema"}));
}

} // namespace

ApiResult<ChatRequest> readChatRequest(const Call& call, const Json& body)
{
    ChatRequest request;
    auto messages = readMessages(body);
    if (!messages) return std::unexpected(messages.error());
    auto completion = call.completion(body);
    if (!completion) return std::unexpected(completion.error());
    request.completion = std::move(*completion);

    Fields fields(body);
    request.input.kwargs = call.options.templateKwargs;
    if (const Json* kwargs = fields.find({"chat_template_kwargs"})) {
        if (!kwargs->is_object()) return badRequest("Field 'chat_template_kwargs': expected an object");
        request.input.kwargs.update(*kwargs);
    }
    if (const auto thinking = request.input.kwargs.find("enable_thinking"); thinking != request.input.kwargs.end() && !thinking->is_boolean())
        return badRequest("enable_thinking must be true or false");
    if (const std::string effort = fields.string({"reasoning_effort"}, {}); effort == "none") request.input.kwargs["enable_thinking"] = false;
    else if (!effort.empty()) setReasoningEffort(request.input.kwargs, effort);

    if (const Json* tools = fields.find({"tools"})) {
        if (!tools->is_array() || tools->size() > kMostTools) return badRequest("Field 'tools': expected a list of at most {} tools", kMostTools);
        for (const Json& tool : *tools)
            if (!tool.is_object() || stringIn(tool, "type") != "function" || !tool.contains("function") || !tool["function"].is_object() || stringIn(tool["function"], "name").empty())
                return badRequest("each tool must be of type \"function\" and name one");
        if (!tools->empty()) request.input.tools = *tools;
    }
    if (const Json* choice = fields.find({"tool_choice"})) {
        if (choice->is_string()) {
            request.toolChoice = choice->get<std::string>();
        } else if (choice->is_object() && choice->contains("function") && (*choice)["function"].is_object()) { // a certain one: only it is shown
            const std::string name = stringIn((*choice)["function"], "name");
            Json chosen = Json::array();
            for (const Json& tool : request.input.tools)
                if (stringIn(tool["function"], "name") == name) chosen.push_back(tool);
            if (chosen.empty()) return badRequest("tool_choice names \"{}\", which is not among the tools", name);
            request.input.tools = std::move(chosen);
            request.toolChoice = "required";
        } else {
            return badRequest("Field 'tool_choice': expected auto, none, required or a function");
        }
        if (request.toolChoice != "auto" && request.toolChoice != "none" && request.toolChoice != "required")
            return badRequest("tool_choice must be auto, none or required, not \"{}\"", request.toolChoice);
    }
    request.parallelTools = fields.boolean({"parallel_tool_calls"}, request.input.tools.empty() || call.service.chatPrompt().capabilities().parallelToolCalls);
    request.reasoningFormat = fields.string({"reasoning_format"}, call.options.reasoningFormat);
    if (constexpr std::array<std::string_view, 4> kFormats{"none", "auto", "deepseek", "deepseek-legacy"}; std::ranges::find(kFormats, request.reasoningFormat) == kFormats.end())
        return badRequest("reasoning_format must be none, auto, deepseek or deepseek-legacy, not \"{}\"", request.reasoningFormat);
    const auto budget = fields.integer({"reasoning_budget_tokens", "thinking_budget_tokens"}, -1, -1, std::numeric_limits<std::int32_t>::max());
    request.reasoningBudget = budget < 0 ? call.options.reasoningBudget : static_cast<int>(budget);
    request.reasoningEnd = fields.string({"reasoning_budget_message"}, call.options.reasoningBudgetMessage);
    request.grammar = fields.string({"grammar"}, call.options.usualGrammar);
    auto schema = readAnswerSchema(body);
    if (!schema) return std::unexpected(schema.error());
    request.answerSchema = std::move(*schema);
    if (fields.has("grammar") && !request.answerSchema.is_null()) return badRequest("either \"grammar\" or a JSON schema, not both");
    const bool hasTools = request.input.tools.is_array() && !request.input.tools.empty();
    if (hasTools && fields.has("grammar")) return badRequest("a grammar and tools do not go together");
    if (hasTools && request.completion.stream && request.completion.options.probabilities > 0) return badRequest("logprobs and tools do not go together in a stream");

    if (!request.answerSchema.is_null()) {
        auto gbnf = text::grammarOfSchema(request.answerSchema);
        if (!gbnf) return badRequest("JSON schema: {}", gbnf.error().message);
        request.grammar = std::move(*gbnf);
    }

    // A last message of the assistant is gone on with.
    const bool wantsPrompt = fields.boolean({"add_generation_prompt"}, true);
    const bool continues = fields.boolean({"continue_final_message"}, call.options.prefillAssistant);
    if (fields.error()) return std::unexpected(*fields.error());
    request.input.addGenerationPrompt = wantsPrompt;
    if (continues && !messages->empty() && messages->back()["role"] == "assistant") {
        if (messages->size() > 1 && (*messages)[messages->size() - 2]["role"] == "assistant") return badRequest("two messages of the assistant at the end cannot be continued");
        if (messages->back().contains("tool_calls")) return badRequest("an assistant's message with tool calls cannot be continued");
        request.continued = messages->back()["content"].get<std::string>();
        messages->erase(messages->size() - 1);
        if (messages->empty()) return badRequest("there is nothing before the message that is to be continued");
        request.input.addGenerationPrompt = true;
    }
    request.input.messages = std::move(*messages);
    return request;
}

ApiResult<std::string> renderChatText(const Call& call, const ChatRequest& request)
{
    auto text = call.service.chatPrompt().renderText(request.input);
    if (!text) return std::unexpected(ApiError{.message = text.error().message});
    return *text + request.continued;
}

ApiResult<engine::RenderedPrompt> renderChat(const Call& call, const ChatRequest& request)
{
    auto prompt = call.service.chatPrompt().render(request.input, request.continued);
    if (!prompt) return std::unexpected(ApiError{.message = prompt.error().message});
    return std::move(*prompt);
}

} // namespace corral::server
