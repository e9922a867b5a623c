#include "app/server/api/chat.h"
#include "core/generate/constraint.h"

namespace corral::server {

namespace {

// What the model writes beyond plain text: markers it is to be seen with, and what holds it to calls.
ApiResult<AnswerReading> prepareReading(const Call& call, ChatRequest& request, const std::string& prompt)
{
    const bool hasTools = request.input.tools.is_array() && !request.input.tools.empty();
    AnswerReading reading{.format = text::answerFormatOf(call.service.chatPrompt().source(hasTools)), .options = {}};
    const text::AnswerFormat& format = reading.format;
    reading.options.insideReasoning = text::opensReasoning(format, prompt);
    reading.options.findCalls = hasTools && request.toolChoice != "none";
    reading.options.parallelCalls = request.parallelTools;
    reading.options.tools = request.input.tools;
    const std::string& how = request.reasoningFormat;
    if (how == "none") reading.options.reasoning = text::ReasoningFormat::None;
    else if (how == "deepseek-legacy" && !request.completion.stream) reading.options.reasoning = text::ReasoningFormat::Both;

    generate::GenerateOptions& options = request.completion.options;
    if (!format.thinkClose.empty() && (request.reasoningBudget >= 0 || request.completion.reasoningControl))
        options.reasoning = generate::ReasoningLimit{.open = format.thinkOpen,
                                                     .close = format.thinkClose,
                                                     .inside = reading.options.insideReasoning,
                                                     .tokens = request.reasoningBudget,
                                                     .ending = call.service.tokenizer().encode(request.reasoningEnd + format.thinkClose, {.addSpecial = false, .parseSpecial = true})};
    options.shown = generate::markerTokens(format, call.service.tokenizer());

    std::vector<std::string> freeUntil;
    if (reading.options.insideReasoning && !format.thinkClose.empty()) freeUntil.push_back(format.thinkClose);
    if (!request.grammar.empty()) {
        if (auto held = holdTo(options, request.grammar, call.service, std::move(freeUntil)); !held) return std::unexpected(held.error());
    } else if (reading.options.findCalls) {
        const bool required = request.toolChoice == "required";
        auto calls = text::grammarOfCalls(format, request.input.tools, {.required = required, .parallel = request.parallelTools, .insideReasoning = reading.options.insideReasoning});
        if (!calls) {
            if (calls.error().code == ErrorCode::Unsupported && !required) return reading; // the template shows the tools; calls it may make are not known to us
            return std::unexpected(ApiError{.message = "tools: " + calls.error().message});
        }
        auto held = generate::constraintOf(*calls, call.service.vocabulary());
        if (!held) return badRequest("tools: {}", held.error().message);
        options.sampling.grammar = std::move(*held);
    }
    return reading;
}

ApiResult<ChatRequest> readChat(const Call& call, const ChatProtocol& protocol)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    const auto chat = protocol.chatOf(*body);
    if (!chat) return std::unexpected(chat.error());
    return readChatRequest(call, *chat);
}

const ChatProtocol kOwn{.chatOf = [](const Json& body) -> ApiResult<Json> { return body; }, .format = chatFormat};

} // namespace

Answered answerChat(const Call& call, const ChatProtocol& protocol)
{
    auto request = readChat(call, protocol);
    if (!request) return std::unexpected(request.error());
    auto prompt = renderChat(call, *request);
    if (!prompt) return std::unexpected(prompt.error());
    CompletionRequest& completion = request->completion;
    completion.options.stop.insert(completion.options.stop.end(), prompt->stop.begin(), prompt->stop.end());
    auto reading = prepareReading(call, *request, prompt->text);
    if (!reading) return std::unexpected(reading.error());
    auto format = protocol.format({call.service, completion, completion.model.empty() ? call.modelName() : completion.model}, std::move(*reading));
    return beginAnswering(call, std::move(completion), {std::move(prompt->tokens)}, std::move(format));
}

Answered countChat(const Call& call, const ChatProtocol& protocol, Json told)
{
    const auto request = readChat(call, protocol);
    if (!request) return std::unexpected(request.error());
    const auto prompt = renderChat(call, *request);
    if (!prompt) return std::unexpected(prompt.error());
    told["input_tokens"] = prompt->tokens.size();
    call.send(told);
    return {};
}

Answered chatCompletion(const Call& call) { return answerChat(call, kOwn); }
Answered countChatTokens(const Call& call) { return countChat(call, kOwn, {{"object", "response.input_tokens"}}); }

Answered applyTemplate(const Call& call)
{
    const auto request = readChat(call, kOwn);
    if (!request) return std::unexpected(request.error());
    const auto text = renderChatText(call, *request);
    if (!text) return std::unexpected(text.error());
    call.send({{"prompt", *text}});
    return {};
}

Answered controlChat(const Call& call)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    Fields fields(*body);
    const std::string id = fields.string({"id"}, {}), action = fields.string({"action"}, {});
    if (fields.error()) return std::unexpected(*fields.error());
    if (id.empty()) return badRequest("\"id\" is required: that of a chat completion");
    if (action != "reasoning_end") return badRequest("\"action\" must be \"reasoning_end\"");
    const auto tasks = call.running->tasks(id);
    if (tasks.empty()) {
        call.send({{"success", false}, {"message", "no such answer is being written, or it was asked for without reasoning_control"}});
        return {};
    }
    // The service calls back in order: the last one speaks for all.
    const auto any = std::make_shared<bool>(false);
    for (const generate::TaskId task : tasks)
        call.service.endReasoning(task, [any, reply = call.reply, isLast = task == tasks.back()](bool done) {
            *any |= done;
            if (isLast) reply->send(200, dump({{"success", *any}}));
        });
    return {};
}

} // namespace corral::server
