#pragma once
// One call of an endpoint, and the endpoints by subject: each is a function of this shape.
#include "app/server/api/api.h"
#include "app/server/api/running_answers.h"

#include <stop_token>

namespace corral::server {

struct Call {
    const ApiOptions& options;
    const ApiRequest& request;
    engine::Service& service;
    std::shared_ptr<Reply> reply;
    std::shared_ptr<RunningAnswers> running;
    std::string_view pathRest; // of a path that ends with "{id}": what stands there

    std::string modelName() const { return options.aliases.empty() ? service.info().path.filename().string() : options.aliases.front(); }
    ApiResult<Json> body() const { return parseBody(request.body); }
    ApiResult<CompletionRequest> completion(const Json& body) const { return readCompletionRequest(body, options.usual, service); }
    // Asked to stop once the client has gone.
    std::stop_token untilGone() const
    {
        const auto gone = std::make_shared<std::stop_source>();
        reply->onGone([gone] { gone->request_stop(); });
        return gone->get_token();
    }
    void send(const Json& answer) const { reply->send(200, dump(answer)); }
};

// Answers by itself, now or later, or says what is wrong.
using Answered = ApiResult<void>;

// completions.cpp
Answered nativeCompletion(const Call& call);
Answered textCompletion(const Call& call);
// chat.cpp
Answered chatCompletion(const Call& call);
Answered applyTemplate(const Call& call);
Answered countChatTokens(const Call& call);
Answered controlChat(const Call& call);
// messages.cpp, as Anthropic has it
Answered messages(const Call& call);
Answered countMessageTokens(const Call& call);
// responses.cpp, as OpenAI has it
Answered responses(const Call& call);
Answered countResponseTokens(const Call& call);
// infill.cpp
Answered infill(const Call& call);
// rerank.cpp
Answered rerank(const Call& call);
// slots.cpp
Answered changeSlot(const Call& call);
// not_here.cpp
Answered transcribe(const Call& call);
Answered agentFeature(const Call& call);
Answered adapters(const Call& call);
// openapi.cpp
Answered openApi(const Call& call);
// embeddings.cpp
Answered openAiEmbeddings(const Call& call);
Answered nativeEmbeddings(const Call& call);
// text_tools.cpp
Answered tokenize(const Call& call);
Answered detokenize(const Call& call);
// page.cpp
Answered page(const Call& call);
// introspection.cpp
Answered models(const Call& call);
Answered props(const Call& call);
Answered slotStates(const Call& call);
Answered metrics(const Call& call);

} // namespace corral::server
