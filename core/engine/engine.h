#pragma once
// The face of the engine: what app/ includes. Requests go in from any thread, events come out by one callback on the engine's
// own thread. One model is loaded at a time; requests are answered in the order they came.
//
//   auto engine = engine::makeEngine([](const engine::Event& e) { ... });
//   engine->submit(engine::LoadRequest{.model = "model.gguf"});
//   auto id = engine->submit(engine::ChatRequest{.input = {.messages = {{{"role", "user"}, {"content", "Hi"}}}}});
//   engine->cancel(id);
//
// Every request ends with exactly one of Loaded (a load), Finished (an answer), Unloaded (an unload) or Failed. A load whose file is refused
// leaves the model before it in place; the old model is given up, silently, only when the new one is about to be given its memory.
#include "core/base/error.h"
#include "core/generate/generator.h"
#include "core/generate/session.h"
#include "core/sample/sampler.h"
#include "core/text/chat_template.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace corral::engine {

using RequestId = std::uint64_t;

// What inspect() and `corral info` know of a file without loading it.
struct ModelInfo {
    std::filesystem::path path;
    std::string name, architecture, quantization, sizeLabel, license; // quantization as in "Q4_1"; empty where the file says nothing
    std::uint64_t parameters = 0;
    std::uint64_t fileBytes = 0; // all shards
    int trainingContext = 0;
    int embeddingLength = 0;
    int layers = 0;
    bool hasChatTemplate = false;
    bool supported = false; // the architecture is one of ours
};
Result<ModelInfo> inspect(const std::filesystem::path& path);
ModelInfo describe(const gguf::File& file, const std::filesystem::path& path); // the same of a file that is already open

struct LoadRequest {
    std::filesystem::path model;
    generate::SessionOptions options;
};

struct ChatRequest {
    text::ChatInput input;       // messages (role, content), template variables
    sample::Params sampling;
    int maxTokens = -1;          // -1: until the model ends or the context is full
    std::vector<std::string> stop;
};

struct CompletionRequest {
    std::string prompt;          // raw: no template
    bool addSpecial = true, parseSpecial = true;
    sample::Params sampling;
    int maxTokens = -1;
    std::vector<std::string> stop;
};

struct UnloadRequest {};

using Request = std::variant<LoadRequest, ChatRequest, CompletionRequest, UnloadRequest>;

using generate::FinishReason;
using generate::Timings;

struct LoadProgress { double fraction = 0; };
struct Loaded {
    ModelInfo info;
    int contextLength = 0, threads = 0;
    std::uint64_t weightBytes = 0, cacheBytes = 0, computeBytes = 0; // on processor and cards together
    generate::Placement placement;
};
struct PromptProgress { int done = 0, total = 0, cached = 0; };
struct Text { std::string utf8; int tokens = 0; }; // whole characters; tokens: how many are behind it
struct Finished {
    FinishReason reason = FinishReason::EndOfText;
    Timings timings;
    int contextUsed = 0, contextLength = 0; // for the context meter
};
struct Failed { Error error; };
struct Unloaded {};
// A graphics card was lost, which ended the request before this one with ErrorCode::Device: the layers it had are back, here or there. The request goes on.
struct Recovered {
    generate::Placement placement;
    std::uint64_t cacheBytes = 0, computeBytes = 0;
};

struct Event {
    RequestId request = 0;
    std::variant<LoadProgress, Loaded, PromptProgress, Text, Finished, Failed, Unloaded, Recovered> what;
};

// Text that a thinking model's template has already opened ("<think>\n") is sent as the answer's first Text, so that the answer is
// complete by itself. A model without a chat template is talked to in ChatML, as llama.cpp does; the answer then also ends at
// "<|im_end|>". A template that refuses a system message gets it in front of the first user message.

class Engine {
public:
    virtual ~Engine() = default;
    virtual RequestId submit(Request request) = 0; // thread-safe
    virtual void cancel(RequestId id) = 0;         // thread-safe; at most one more token is computed; ends with Finished{Cancelled} (or Failed{Cancelled} for a load)
};

// The callback runs on the engine's thread; it must not block. The destructor cancels what runs and joins.
std::unique_ptr<Engine> makeEngine(std::function<void(const Event&)> onEvent);

} // namespace corral::engine
