#include "app/server/api/completions.h"
#include "app/server/api/formats.h"
#include "core/text/json_schema.h"

namespace corral::server {

namespace {

struct Asked {
    CompletionRequest request;
    std::vector<std::vector<generate::Token>> prompts;
};

ApiResult<Asked> read(const Call& call)
{
    const auto body = call.body();
    if (!body) return std::unexpected(body.error());
    const auto prompt = body->find("prompt");
    if (prompt == body->end() || prompt->is_null()) return badRequest("\"prompt\" must be provided");
    auto prompts = readPrompts(*prompt, call.service.tokenizer());
    if (!prompts) return std::unexpected(prompts.error());
    auto request = readCompletion(call, *body);
    if (!request) return std::unexpected(request.error());
    return Asked{std::move(*request), std::move(*prompts)};
}

} // namespace

ApiResult<CompletionRequest> readCompletion(const Call& call, const Json& body)
{
    auto request = call.completion(body);
    if (!request) return std::unexpected(request.error());
    Fields fields(body);
    std::string gbnf = fields.string({"grammar"}, call.options.usualGrammar);
    if (fields.error()) return std::unexpected(*fields.error());
    if (const Json* schema = fields.find({"json_schema"}); schema && !fields.has("grammar")) {
        auto written = text::grammarOfSchema(*schema);
        if (!written) return badRequest("json_schema: {}", written.error().message);
        gbnf = std::move(*written);
    }
    if (!gbnf.empty())
        if (auto held = holdTo(request->options, gbnf, call.service); !held) return std::unexpected(held.error());
    return request;
}

Answered nativeCompletion(const Call& call)
{
    auto asked = read(call);
    if (!asked) return std::unexpected(asked.error());
    auto format = nativeFormat({call.service, asked->request, call.modelName()});
    return beginAnswering(call, std::move(asked->request), std::move(asked->prompts), std::move(format));
}

Answered textCompletion(const Call& call)
{
    auto asked = read(call);
    if (!asked) return std::unexpected(asked.error());
    std::vector<std::string> texts;
    for (const auto& prompt : asked->prompts) texts.push_back(asked->request.echo ? call.service.tokenizer().decode(prompt, {.removeSpecial = true}) : std::string());
    const std::string model = asked->request.model.empty() ? call.modelName() : asked->request.model;
    auto format = completionFormat({call.service, asked->request, model}, std::move(texts));
    return beginAnswering(call, std::move(asked->request), std::move(asked->prompts), std::move(format));
}

} // namespace corral::server
