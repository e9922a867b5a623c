#pragma once
// A model that answers many requests at once, for a server: a thread around a generate::Scheduler. Everything here may be called from any thread.
//
//   auto service = Service::open("model.gguf", {.session = {.contextLength = 4096}, .slotCount = 4});
//   auto id = (*service)->submit({.prompt = tokens, .options = {...}, .callbacks = {...}, .onEnd = ...});
#include "core/engine/chat_prompt.h"
#include "core/engine/engine.h"
#include "core/engine/slot_changes.h"
#include "core/generate/embedder.h"
#include "core/generate/scheduler.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace corral::engine {

// A graphics card with some of the layers has gone, and the service brings them back by itself: Lost, Copying while it does, then Recovered, or Failed, and it is
// tried again after a while. What was being answered ends with ErrorCode::Device; what waited for a slot goes on waiting, until Failed.
struct Recovery {
    enum Stage { Lost, Copying, Recovered, Failed };
    Stage stage = Lost;
    double progress = 0; // of Copying, 0 … 1
    Error error = {};    // of Lost and Failed
};

struct ServiceOptions {
    generate::SessionOptions session; // contextLength is each slot's
    int slotCount = 4;
    std::string chatTemplate; // instead of the model's; empty: the model's
    std::optional<generate::Pooling> embeddings; // how embed() pools; nothing: there is no embed()
    double slotSimilarity = generate::Scheduler::kSimilarity;
    std::function<void(const Recovery&)> onRecovery; // on the service's thread; must not block
};

// What has been done since the service was opened, and what is being done.
struct ServiceState {
    std::vector<generate::SlotState> slotStates;
    int waiting = 0; // tasks without a slot
    std::uint64_t tasks = 0; // ended
    std::uint64_t promptTokens = 0, cachedTokens = 0, generatedTokens = 0;
    double promptSeconds = 0, generationSeconds = 0; // summed over tasks: those of tasks that run together overlap
    std::uint64_t longestContext = 0; // tokens of a prompt and its answer
    std::uint64_t steps = 0;
    std::uint64_t busySlotSteps = 0; // slots that worked, summed over the steps
};

// Of an opening, on its thread: how far it is (0 … 1), and its end on request (Cancelled) between two steps.
struct OpenWatch {
    std::stop_token stop;
    std::function<void(double)> progress;
};

class Service {
public:
    static Result<std::unique_ptr<Service>> open(const std::filesystem::path& model, const ServiceOptions& options, const OpenWatch& watch = {});
    virtual ~Service() = default; // cancels what runs; every onEnd has been called when it returns

    virtual const ModelInfo& info() const = 0;
    virtual const text::Tokenizer& tokenizer() const = 0;
    virtual const sample::Vocabulary& vocabulary() const = 0; // what grammars are read against
    virtual const ChatPrompt& chatPrompt() const = 0;
    virtual const std::string& rerankTemplate() const = 0; // with {query} and {document}; empty: the model has none
    virtual int slotCount() const = 0;
    virtual int contextLength() const = 0; // of a slot
    virtual int threads() const = 0;
    virtual generate::Placement placement() const = 0; // another one after a recovery
    virtual bool ready() const = 0; // false: it recovers

    // Callbacks and onEnd run on the service's thread and must not block; they may call submit() and cancel().
    virtual generate::TaskId submit(generate::Task task) = 0;
    virtual void cancel(generate::TaskId id) = 0; // within one step
    // The reasoning that the answer may be in ends now (GenerateOptions::reasoning says how). done(false): it does not run.
    virtual void endReasoning(generate::TaskId id, std::function<void(bool)> done) = 0;
    // What a slot remembers is written to a file, read from one or forgotten; once it is free. `slot` is below slotCount(). onEnd as that of a task.
    // Answers in other slots go on meanwhile.
    virtual void changeSlot(int slot, SlotAction action, std::filesystem::path file, SlotChanges::OnEnd onEnd) = 0;

    // A vector (or one for each token) of each text. onEnd as that of a task. Texts are computed one after the other between the steps of tasks.
    using OnVectors = std::function<void(Result<std::vector<std::vector<float>>>)>;
    virtual std::optional<generate::Pooling> pooling() const = 0; // nothing: embed() fails
    virtual void embed(std::vector<std::vector<generate::Token>> texts, OnVectors onEnd, std::stop_token stop = {}) = 0; // stop: looked at between texts
    virtual ServiceState state() const = 0;       // as of the last step or end
};

} // namespace corral::engine
