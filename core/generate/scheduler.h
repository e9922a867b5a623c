#pragma once
// Continuous batching: many answers at once, a slot each. Every step computes one token of each answer that is being written, for which the
// weights are read once, and then a piece of the prompts that have come. Not thread-safe: one thread submits, steps and cancels.
//
//   Scheduler scheduler(std::move(sequences), tokenizer);
//   scheduler.submit(1, {.prompt = tokens, .options = {...}, .callbacks = {...}, .onEnd = [](Result<Outcome> outcome) { ... }});
//   while (!scheduler.idle()) scheduler.step();
#include "core/generate/answer.h"
#include "core/generate/sequences.h"
#include "core/generate/slot_file.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace corral::generate {

using TaskId = std::uint64_t; // given by whoever submits: not 0, none twice

struct Task {
    std::vector<Token> prompt;
    GenerateOptions options;
    GenerateCallbacks callbacks;                        // called inside step(); neither these nor onEnd may call the scheduler
    std::function<void(TaskId, Result<Outcome>)> onEnd; // exactly once, inside submit(), step() or cancel()
    int slot = -1;                                     // -1: any
    bool reuse = true;                                 // what a cache already holds of the prompt
    std::shared_ptr<const std::string> note = {};      // whoever submits finds it again in SlotState
};

struct SlotState {
    TaskId task = 0;      // 0: free
    int cachedTokens = 0; // in its cache, also when free
    // Of its task; of a free slot: of its last one.
    TaskId lastTask = 0; // 0: there was none
    int promptTokens = 0, promptDone = 0;
    int promptCached = 0; // of promptDone: found in a cache
    int generatedTokens = 0;
    int wantedTokens = -1; // at most; -1: any number
    bool hasNewLine = false;
    std::shared_ptr<const std::string> note = {};
};

class Scheduler {
public:
    // A free slot is chosen for what it holds if that is more than this share (`similarity`) of the prompt, else the one that has rested longest; 0: always that.
    static constexpr double kSimilarity = 0.1;
    Scheduler(std::unique_ptr<Sequences> sequences, std::shared_ptr<const text::Tokenizer> tokenizer, double similarity = kSimilarity);
    ~Scheduler();

    // Waits for a slot if all are taken. A task that cannot begin (Answer::begin()) ends at once, with its error.
    void submit(TaskId id, Task task);
    void cancel(TaskId id); // ends with FinishReason::Cancelled; nothing happens if it has ended
    bool endReasoning(TaskId id); // Answer::endReasoning(); false: it does not run
    bool idle() const;      // nothing to step for
    void step();
    void failAll(const Error& error); // ends every task
    // A graphics card was lost: the tasks that had a slot have ended, or end with the next step, and the others wait for recover().
    bool lost() const { return m_sequences->loss() != nullptr; }
    Result<void> recover(const LoadWatch& watch); // Sequences::recover(), while idle()

    // Calls job() once the slot is free: now, or when its task ends, before it gets another one. The job may do with it:
    void whenFree(int slot, std::function<void()> job);
    Result<SlotContents> take(int slot) const;
    Result<void> give(int slot, const SlotContents& contents);
    int erase(int slot); // so many tokens are forgotten

    std::vector<SlotState> slotStates() const;
    int waiting() const { return static_cast<int>(m_waiting.size()); }
    const Sequences& sequences() const { return *m_sequences; }
    const text::Tokenizer& tokenizer() const { return *m_tokenizer; }
    const std::shared_ptr<const sample::Vocabulary>& vocabulary() const { return m_vocabulary; }

private:
    struct Waiting {
        TaskId id = 0;
        Task task;
        std::unique_ptr<Answer> answer;
    };
    struct Slot {
        Waiting work; // id 0: free
        std::vector<Token> cached; // what the sequence holds
        std::size_t done = 0;      // of the prompt
        std::uint64_t lastUsed = 0;
        std::vector<std::function<void()>> jobs; // for when it is free
        SlotState last;            // of its last task, when that ended
        bool writes() const { return work.id != 0 && done == work.answer->prompt().size(); }
    };

    void fillSlots();
    Slot* slotFor(const Waiting& waiting); // nullptr: none now
    void begin(Slot& slot, Waiting waiting);
    void gatherAnswers();
    void gatherPrompts();
    void compute(backend::Way way); // what was gathered
    void end(Slot& slot, Result<Outcome> outcome);
    void forget(Slot& slot); // what its cache holds
    static SlotState stateOf(const Slot& slot);

    std::unique_ptr<Sequences> m_sequences;
    std::shared_ptr<const text::Tokenizer> m_tokenizer;
    std::shared_ptr<const sample::Vocabulary> m_vocabulary;
    double m_similarity;
    std::vector<Slot> m_slots;
    std::deque<Waiting> m_waiting;
    std::uint64_t m_uses = 0;
    std::size_t m_turn = 0; // the slot whose prompt comes first in the next step
    // Of a step.
    std::vector<Sequences::Addition> m_additions;
    std::vector<Token> m_next; // by slot: what its answer goes on with
};


} // namespace corral::generate
