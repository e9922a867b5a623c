#include "app/server/api/chat_format.h"
#include "app/server/api/chat_request.h"
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

ApiResult<ChatRequest> read(const Call& call)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    return readChatRequest(call, *body);
}

} // namespace

Answered chatCompletion(const Call& call)
{
    auto request = read(call);
    if (!request) return std::unexpected(request.error());
    auto prompt = renderChat(call, *request);
    if (!prompt) return std::unexpected(prompt.error());
    CompletionRequest& completion = request->completion;
    completion.options.stop.insert(completion.options.stop.end(), prompt->stop.begin(), prompt->stop.end());
    auto reading = prepareReading(call, *request, prompt->text);
    if (!reading) return std::unexpected(reading.error());
    auto format = chatFormat({call.service, completion, completion.model.empty() ? call.modelName() : completion.model}, std::move(*reading));
    return beginAnswering(call.service, std::move(completion), {std::move(prompt->tokens)}, std::move(format), call.reply);
}

Answered applyTemplate(const Call& call)
{
    const auto request = read(call);
    if (!request) return std::unexpected(request.error());
    const auto text = renderChatText(call, *request);
    if (!text) return std::unexpected(text.error());
    call.send({{"prompt", *text}});
    return {};
}

Answered countChatTokens(const Call& call)
{
    const auto request = read(call);
    if (!request) return std::unexpected(request.error());
    const auto prompt = renderChat(call, *request);
    if (!prompt) return std::unexpected(prompt.error());
    call.send({{"object", "response.input_tokens"}, {"input_tokens", prompt->tokens.size()}});
    return {};
}

} // namespace corral::server
