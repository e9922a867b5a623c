#pragma once
// What `corral server` is told, by flags or by the environment (app/cli/server_options.h reads them). No Qt: the command line and the window
// both fill it in.
#include "core/generate/session.h"
#include "core/sample/sampler.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace corral::server {

enum class EmbeddingPooling { OfModel, None, Mean, Cls, Last, Rank };

struct ServerOptions {
    // The model. At most one of the first three is given; none: the starter model.
    std::filesystem::path model;      // -m
    std::string hubModel, hubFile;    // -hf USER/REPO[:QUANT], -hff FILE of it
    std::string modelUrl;             // -mu
    bool offline = false;             // --offline: only what is here already
    std::vector<std::string> aliases; // -a: what the model is called in answers (the first) and asked for by
    std::vector<std::string> tags;
    generate::SessionOptions session; // -c (0: the model's), -t, -ctk, -ctv; batch is the smaller one of -b and -ub
    bool warmup = true;

    // Slots.
    std::optional<int> slotCount;       // -np; nothing: to be chosen
    bool continuousBatching = true;     // -cb
    bool unifiedCache = true;           // -kvu: the slots share the context; false: each has its part. Without -np on, with -np off
    bool cachePrompt = true;            // --cache-prompt: requests that do not say otherwise
    double slotPromptSimilarity = 0.10; // -sps: least common part of a prompt that makes a slot the first choice; 0: off
    int sleepIdleSeconds = -1;          // the model is unloaded after so many; -1: never
    std::filesystem::path slotSavePath;

    // What requests get that do not say otherwise.
    sample::Params sampling;
    int predict = -1; // -n; -1: until the model ends
    std::vector<std::string> stop; // -r
    std::string grammar;           // GBNF
    std::string jsonSchema;        // used when there is no grammar
    bool specialTokens = false;    // -sp: written out
    bool suffixFirst = false;      // --spm-infill: what stands behind the hole comes first in the prompt

    // Chat.
    bool jinja = true;
    std::string chatTemplate;       // --chat-template or --chat-template-file; empty: the model's
    std::string chatTemplateKwargs; // a JSON object, as it was given; empty: none
    bool skipChatParsing = false, prefillAssistant = true;
    std::string reasoningFormat = "auto"; // none, auto, deepseek, deepseek-legacy
    std::string reasoning = "auto";       // on, off, auto
    std::string reasoningEffort;          // empty: the template's
    int reasoningBudget = -1;             // tokens; -1: no limit
    std::string reasoningBudgetMessage;
    std::optional<bool> reasoningPreserve; // reasoning of earlier answers stays in the prompt; nothing: as the template has it

    // Embeddings.
    bool embeddings = false, reranking = false;
    EmbeddingPooling pooling = EmbeddingPooling::OfModel;
    int embeddingNorm = 2; // -1: none, 0: largest absolute value, 2: Euclidean, else p-norm

    // The address and who may use it.
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080; // 0: a free one
    std::string apiPrefix;     // "" or "/…" without a final slash
    std::vector<std::string> apiKeys; // --api-key and the lines of --api-key-file
    std::vector<std::string> corsOrigins;
    std::string corsMethods, corsHeaders; // empty: all that are asked for
    bool corsCredentials = false;
    std::chrono::seconds timeout{3600};
    int pingSeconds = 30; // --sse-ping-interval: of silence in a stream; below 1: never
    bool metrics = false, slotsEndpoint = true, propsEndpoint = false, page = true; // page: --ui, the one at "/"

    // What is told.
    int verbosity = 3; // 0 nothing, 1 errors, 2 warnings, 3 what happens, 4 and more: every request in detail
    std::filesystem::path logFile;

    std::vector<std::string> warnings; // of flags that were accepted and do nothing here; one line each, for stderr
};

} // namespace corral::server
