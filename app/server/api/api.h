#pragma once
// The endpoints: a request of a method, a path and a body becomes an answer on its Reply. Knows nothing of sockets. Any number of threads may call it at
// once; what takes time (templates, tokenizing) happens on the calling thread, the model's work on the service's.
#include "app/server/api/completion_request.h"
#include "app/server/api/reply.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace corral::server {

struct ApiOptions {
    std::vector<std::string> aliases; // what the model is called: the first in answers; none: its file's name
    std::vector<std::string> tags;
    CompletionRequest usual;       // defaults of requests
    std::string usualGrammar;      // GBNF of requests that give none; empty: none
    int embeddingNorm = 2;         // generate::normalize()
    bool metrics = false, showSlots = true, props = false, page = true; // page: the one at "/"
    bool prefillAssistant = true;  // a last message of the assistant is gone on with
    Json templateKwargs = Json::object();
    std::string reasoningFormat = "auto"; // none, auto, deepseek, deepseek-legacy
    int reasoningBudget = -1;              // most tokens of reasoning; -1: any number
    std::string reasoningBudgetMessage;    // said when they are used up
    std::filesystem::path slotSavePath;    // folder of slots' files; empty: none are written
    bool suffixFirst = false;              // --spm-infill
};

struct ApiRequest {
    std::string method, path; // decoded, without the query
    std::vector<std::pair<std::string, std::string>> query;
    std::string body;
};

class RunningAnswers;

class Api {
public:
    explicit Api(ApiOptions options);
    ~Api();

    // Until a service is set, and while it recovers, requests that need one are told that the model is being loaded. It must live for as long as requests are answered.
    void setService(engine::Service* service);
    void answer(const ApiRequest& request, std::shared_ptr<Reply> reply) const;

    struct Route {
        std::string path; // "/v1/models", "/slots/{id}"
        bool get, post;
    };
    static std::vector<Route> routes(); // every path there is

private:
    struct Endpoint;
    static const Endpoint kEndpoints[];

    ApiOptions m_options;
    std::atomic<engine::Service*> m_service = nullptr;
    const std::shared_ptr<RunningAnswers> m_running;
};

} // namespace corral::server
