// Continuous batching over sequences whose next token is a function of everything they hold: an answer that differs from the one given alone shows
// that a sequence was fed something else.
#include "core/generate/scheduler.h"
#include "tests/core/generate/fake_model.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/tiny_vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace corral::generate {
namespace {

using testing::HasSubstr;

class FakeSequences final : public Sequences {
public:
    FakeSequences(std::shared_ptr<const LoadedModel> loaded, int count, int context, int batch)
        : m_model(std::move(loaded)), m_context(context), m_batch(batch), held(static_cast<std::size_t>(count))
    {
    }
    const LoadedModel& model() const override { return *m_model; }
    int count() const override { return static_cast<int>(held.size()); }
    int contextLength() const override { return m_context; }
    int batch() const override { return m_batch; }
    int threads() const override { return 1; }
    const Placement& placement() const override { return where; }
    int position(int sequence) const override { return static_cast<int>(held[std::size_t(sequence)].size()); }
    std::uint64_t cacheBytes() const override { return 0; }
    std::uint64_t computeBytes() const override { return 0; }
    Result<std::span<const float>> step(std::span<const Addition> additions, backend::Way way, std::stop_token) override
    {
        std::size_t tokens = 0, rows = 0;
        std::set<int> seen;
        stepSizes.emplace_back();
        ways.push_back(way);
        const auto width = std::size_t(m_model->vocabularySize());
        m_logits.assign(additions.size() * width, 0.f);
        if (failing) return fail(ErrorCode::OutOfMemory, "no memory for a step");
        if (losing) lost = Error{ErrorCode::Device, "the card is gone"};
        if (lost) return std::unexpected(*lost);
        for (const Addition& addition : additions) {
            EXPECT_TRUE(seen.insert(addition.sequence).second) << "a sequence twice in a step";
            EXPECT_FALSE(addition.tokens.empty());
            tokens += addition.tokens.size();
            stepSizes.back()[addition.sequence] = addition.tokens.size();
            auto& cache = held[std::size_t(addition.sequence)];
            cache.insert(cache.end(), addition.tokens.begin(), addition.tokens.end());
            EXPECT_LE(cache.size(), std::size_t(m_context));
            if (addition.logits) m_logits[rows++ * width + std::size_t(next(cache))] = 9.f;
        }
        EXPECT_LE(tokens, std::size_t(m_batch));
        computed += tokens;
        return std::span<const float>(m_logits).first(rows * width);
    }
    const Error* loss() const override { return lost ? &*lost : nullptr; }
    Result<void> recover(const LoadWatch&) override
    {
        ++recoveries;
        if (unrecoverable) return fail(ErrorCode::OutOfMemory, "no memory to come back");
        lost.reset();
        for (auto& cache : held) cache.clear();
        return {};
    }
    void truncate(int sequence, int to) override
    {
        EXPECT_LE(to, position(sequence));
        held[std::size_t(sequence)].resize(std::size_t(to));
    }
    std::uint64_t stateBytes(int) const override { return 0; }
    std::uint64_t stateKind() const override { return 0; }
    Result<void> saveState(int, const std::function<Result<void>(std::span<const std::byte>)>&) const override { return {}; }
    Result<void> restoreState(int, int, const std::function<Result<void>(std::span<std::byte>)>&) override { return {}; }
    void copy(int from, int to, int tokens) override
    {
        EXPECT_LE(tokens, position(from));
        ++copies;
        if (from != to) held[std::size_t(to)].assign(held[std::size_t(from)].begin(), held[std::size_t(from)].begin() + tokens);
    }

private:
    std::shared_ptr<const LoadedModel> m_model;
    int m_context, m_batch;
    std::vector<float> m_logits;

    // One in 16 ends the text.
    Token next(const std::vector<Token>& cache) const
    {
        std::uint32_t hash = 2166136261u;
        for (const Token token : cache) hash = (hash ^ std::uint32_t(token)) * 16777619u;
        hash ^= hash >> 15;
        return hash % 16 == 0 ? 2 : test::kFirstPieceToken + Token(hash / 16 % 7);
    }

public:
    std::vector<std::vector<Token>> held;
    Placement where;
    std::vector<std::map<int, std::size_t>> stepSizes; // tokens by sequence
    std::vector<backend::Way> ways;                    // of the steps
    std::size_t computed = 0;
    int copies = 0;
    bool failing = false;
    bool losing = false, unrecoverable = false; // a graphics card
    std::optional<Error> lost;
    int recoveries = 0;
};

class SchedulerTest : public testing::Test {
protected:
    void SetUp() override
    {
        test::GgufBuilder builder;
        test::addTinyVocabulary(builder, {"Hello", "\xe2\x96\x81world", "ST", "OP", "!", "\xe2\x96\x81", "caf"});
        m_bytes = builder.build();
        m_file = *gguf::File::parse(m_bytes);
        tokenizer = *text::Tokenizer::load(*m_file);
        make(4);
    }
    void make(int slots, int context = 400, int batch = 256, double similarity = Scheduler::kSimilarity)
    {
        auto owned = std::make_unique<FakeSequences>(std::make_shared<test::FakeModel>(m_file, tokenizer->size()), slots, context, batch);
        sequences = owned.get();
        scheduler = std::make_unique<Scheduler>(std::move(owned), tokenizer, similarity);
        ended.clear();
    }
    Task task(std::vector<Token> prompt, int maxTokens = 40)
    {
        Task task{.prompt = std::move(prompt), .options = {}, .callbacks = {}, .onEnd = [this](TaskId id, Result<Outcome> outcome) {
                      EXPECT_FALSE(ended.contains(id)) << "an end comes once";
                      ended.emplace(id, std::move(outcome));
                  }};
        task.options.sampling.temp = 0;
        task.options.maxTokens = maxTokens;
        return task;
    }
    TaskId submit(Task task)
    {
        scheduler->submit(++lastId, std::move(task));
        return lastId;
    }
    void finishAll()
    {
        for (int i = 0; !scheduler->idle(); ++i) {
            ASSERT_LT(i, 100000);
            scheduler->step();
        }
    }
    std::vector<Token> tokensOf(TaskId id)
    {
        const auto found = ended.find(id);
        if (found == ended.end()) return ADD_FAILURE() << "task " << id << " has not ended", std::vector<Token>();
        if (!found->second) return ADD_FAILURE() << found->second.error().message, std::vector<Token>();
        return found->second->tokens;
    }
    std::vector<Token> alone(const std::vector<Token>& prompt, int maxTokens = 40)
    {
        auto before = std::move(ended);
        auto* kept = sequences;
        auto running = std::move(scheduler);
        make(1);
        const auto id = submit(task(prompt, maxTokens));
        finishAll();
        auto tokens = tokensOf(id);
        scheduler = std::move(running);
        sequences = kept;
        ended = std::move(before);
        return tokens;
    }
    // A prompt with a long answer.
    std::vector<Token> talkative(unsigned seed)
    {
        std::vector<Token> tokens = prompt(6, seed);
        while (alone(tokens, 9).size() < 9) tokens.push_back(test::kFirstPieceToken);
        return tokens;
    }
    static std::vector<Token> prompt(std::size_t n, unsigned seed)
    {
        std::mt19937 random(seed);
        std::vector<Token> tokens(n);
        for (Token& token : tokens) token = test::kFirstPieceToken + Token(random() % 7);
        return tokens;
    }

    std::vector<std::byte> m_bytes;
    std::shared_ptr<const gguf::File> m_file;
    std::shared_ptr<const text::Tokenizer> tokenizer;
    FakeSequences* sequences = nullptr;
    std::unique_ptr<Scheduler> scheduler;
    std::map<TaskId, Result<Outcome>> ended;
    TaskId lastId = 0;
};

TEST_F(SchedulerTest, AnswersAreThoseGivenAlone)
{
    std::map<TaskId, std::vector<Token>> prompts;
    std::mt19937 random(5);
    for (int i = 0; i < 60; ++i) {
        auto tokens = prompt(1 + random() % 300, random() % 5); // five kinds: many begin alike
        tokens.resize(std::min<std::size_t>(tokens.size(), 1 + random() % 300));
        const auto id = submit(task(tokens));
        prompts[id] = tokens;
        for (unsigned steps = random() % 4; steps > 0; --steps) scheduler->step(); // they come between steps
        if (i % 7 == 3) scheduler->cancel(id);
    }
    finishAll();
    ASSERT_EQ(ended.size(), 60u);
    int cancelled = 0, reused = 0;
    for (const auto& [id, tokens] : prompts) {
        const auto outcome = ended.at(id); // a copy: alone() puts the map aside
        ASSERT_TRUE(outcome) << outcome.error().message;
        reused += outcome->timings.cachedTokens > 0;
        EXPECT_EQ(outcome->timings.promptTokens, int(tokens.size()));
        if (outcome->reason == FinishReason::Cancelled) {
            ++cancelled;
            continue;
        }
        EXPECT_EQ(outcome->tokens, alone(tokens)) << "task " << id;
    }
    EXPECT_GT(cancelled, 0);
    EXPECT_GT(reused, 10);
}

TEST_F(SchedulerTest, ALongPromptDoesNotHoldUpAnswers)
{
    make(3, 4000, 512);
    std::vector<Token> endless = prompt(5, 1);
    while (alone(endless, 60).size() < 60) endless.push_back(test::kFirstPieceToken);
    const auto writing = submit(task(endless, 60));
    scheduler->step();
    submit(task(prompt(1500, 2), 1));
    const auto brief = submit(task(prompt(20, 3), 1));
    int steps = 0;
    while (!ended.contains(writing)) {
        sequences->stepSizes.clear();
        scheduler->step();
        ++steps;
        EXPECT_EQ(sequences->stepSizes.front()[0], 1u) << "the answer goes on in each step";
        if (ended.contains(brief) && steps > 0) {
            EXPECT_LE(std::exchange(steps, -1000), 3) << "a short prompt does not wait for all of a long one";
        }
    }
    finishAll();
    EXPECT_EQ(ended.size(), 3u);
}

// Neither who else is being answered nor what a cache holds of a prompt decides how numbers are rounded.
TEST_F(SchedulerTest, PromptsAndAnswersAreComputedApartAndAlwaysInTheSameWay)
{
    std::vector<TaskId> tasks;
    for (unsigned i = 0; i < 12; ++i) tasks.push_back(submit(task(prompt(i % 3 == 0 ? 1 : 10 * i, i % 4), 5)));
    finishAll();
    std::map<backend::Way, int> seen;
    for (std::size_t i = 0; i < sequences->ways.size(); ++i) {
        ++seen[sequences->ways[i]];
        for (const auto& [sequence, tokens] : sequences->stepSizes[i]) {
            if (sequences->ways[i] == backend::Way::AsFew) EXPECT_EQ(tokens, 1u);
        }
    }
    EXPECT_EQ(seen.size(), 2u);
    EXPECT_GE(seen[backend::Way::AsFew], 4) << "answers";
    EXPECT_GE(seen[backend::Way::AsMany], 3) << "prompts, one of a single token among them";
    EXPECT_FALSE(seen.contains(backend::Way::Fastest));
    for (const TaskId id : tasks) EXPECT_TRUE(ended.contains(id));
}

TEST_F(SchedulerTest, ACancelledTaskFreesItsSlotAtOnce)
{
    make(1);
    const auto first = submit(task(prompt(300, 1), 200)), second = submit(task(prompt(10, 2), 3)), third = submit(task(prompt(10, 3), 3));
    scheduler->step();
    EXPECT_EQ(scheduler->waiting(), 2);
    scheduler->cancel(third);
    EXPECT_EQ(ended.at(third)->reason, FinishReason::Cancelled);
    scheduler->cancel(first);
    EXPECT_EQ(ended.at(first)->reason, FinishReason::Cancelled);
    EXPECT_EQ(scheduler->slotStates()[0].task, second);
    scheduler->cancel(first); // has ended: nothing
    scheduler->cancel(99);
    finishAll();
    EXPECT_EQ(ended.size(), 3u);
    EXPECT_EQ(tokensOf(second), alone(prompt(10, 2), 3));
}

TEST_F(SchedulerTest, WhatIsCachedIsNotComputedAgain)
{
    const auto common = prompt(200, 1);
    auto longer = common;
    longer.push_back(test::kFirstPieceToken + 3);
    submit(task(common, 1));
    finishAll();
    EXPECT_EQ(sequences->computed, 200u);
    // The same slot, though others have never been used.
    const auto again = submit(task(longer, 1));
    EXPECT_EQ(scheduler->slotStates()[0].task, again);
    finishAll();
    EXPECT_EQ(ended.at(again)->timings.cachedTokens, 200);
    EXPECT_EQ(sequences->computed, 201u);
    EXPECT_EQ(sequences->copies, 0);
    // While that slot works its cache is copied.
    submit(task(longer, 30));
    scheduler->step();
    const auto beside = submit(task(common, 1));
    finishAll();
    EXPECT_EQ(sequences->copies, 1);
    EXPECT_EQ(ended.at(beside)->timings.cachedTokens, 199) << "the last token is computed: its logits are wanted";
    // Unless it is not wanted.
    Task fresh = task(longer, 1);
    fresh.reuse = false;
    const auto id = submit(std::move(fresh));
    finishAll();
    EXPECT_EQ(ended.at(id)->timings.cachedTokens, 0);
    EXPECT_EQ(tokensOf(id), alone(longer, 1));
}

TEST_F(SchedulerTest, ACertainSlotIsWaitedForWithoutHoldingUpOthers)
{
    make(2);
    Task first = task(prompt(30, 1), 20);
    first.slot = 1;
    const auto holder = submit(std::move(first));
    EXPECT_EQ(scheduler->slotStates()[1].task, holder);
    Task second = task(prompt(30, 2), 20);
    second.slot = 1;
    const auto waits = submit(std::move(second));
    const auto passes = submit(task(prompt(30, 3), 20));
    EXPECT_EQ(scheduler->slotStates()[0].task, passes);
    EXPECT_EQ(scheduler->waiting(), 1);
    Task wrong = task(prompt(3, 4));
    wrong.slot = 2;
    const auto refused = submit(std::move(wrong));
    ASSERT_TRUE(ended.contains(refused));
    EXPECT_THAT(ended.at(refused).error().message, HasSubstr("no slot 2"));
    finishAll();
    EXPECT_EQ(tokensOf(waits), alone(prompt(30, 2), 20));
}

TEST_F(SchedulerTest, WhatCannotBeginEndsAtOnce)
{
    for (const auto& [tokens, code] : {std::pair{std::vector<Token>{}, ErrorCode::InvalidArgument}, {prompt(401, 1), ErrorCode::ContextFull}, {{-5}, ErrorCode::InvalidArgument}}) {
        const auto id = submit(task(tokens));
        ASSERT_TRUE(ended.contains(id));
        EXPECT_EQ(ended.at(id).error().code, code);
    }
    EXPECT_TRUE(scheduler->idle());
    const auto full = submit(task(prompt(390, 2), -1));
    finishAll();
    EXPECT_THAT(ended.at(full)->reason, testing::AnyOf(FinishReason::ContextFull, FinishReason::EndOfText));
}

TEST_F(SchedulerTest, AfterAFailedStepItGoesOn)
{
    const auto lost = submit(task(prompt(30, 1))), too = submit(task(prompt(40, 2)));
    sequences->failing = true;
    finishAll();
    sequences->failing = false;
    EXPECT_EQ(ended.at(lost).error().code, ErrorCode::OutOfMemory);
    EXPECT_EQ(ended.at(too).error().code, ErrorCode::OutOfMemory);
    EXPECT_TRUE(scheduler->idle());
    const auto next = submit(task(prompt(30, 1)));
    finishAll();
    EXPECT_EQ(tokensOf(next), alone(prompt(30, 1)));
}

TEST_F(SchedulerTest, TellsHowLikelyTokensWere)
{
    Task asked = task(prompt(9, 1), 3);
    asked.options.probabilities = 4;
    std::vector<ChosenToken> told;
    asked.callbacks.onToken = [&](const ChosenToken& token) { told.push_back(token); };
    const auto id = submit(std::move(asked));
    finishAll();
    const auto tokens = tokensOf(id);
    ASSERT_EQ(told.size(), tokens.size());
    for (std::size_t i = 0; i < told.size(); ++i) {
        ASSERT_EQ(told[i].most.size(), 4u);
        EXPECT_EQ(told[i].chosen.token, tokens[i]);
        EXPECT_EQ(told[i].most[0].token, tokens[i]);
        const double all = std::exp(9.0) + tokenizer->size() - 1; // one logit of 9 among zeros
        EXPECT_NEAR(told[i].chosen.logarithm, 9 - std::log(all), 1e-4);
        EXPECT_NEAR(told[i].most[1].logarithm, -std::log(all), 1e-4);
    }
}

TEST_F(SchedulerTest, WithoutSimilarityTheSlotThatHasRestedLongestIsTaken)
{
    make(2, 400, 256, 0);
    const std::vector<Token> prompt(50, test::kFirstPieceToken);
    for (int i = 0; i < 2; ++i) {
        submit(task(prompt, 1));
        finishAll();
    }
    for (const auto& held : sequences->held) EXPECT_GE(held.size(), prompt.size()) << "both have had it";
    make(2);
    for (int i = 0; i < 2; ++i) {
        submit(task(prompt, 1));
        finishAll();
    }
    EXPECT_TRUE(sequences->held[0].empty() || sequences->held[1].empty()) << "one knew it already";
}

TEST_F(SchedulerTest, TellsWhatItsSlotsDoAndHaveDone)
{
    make(2);
    EXPECT_EQ(scheduler->slotStates()[0].lastTask, 0u);
    std::vector<Token> long1 = prompt(20, 4);
    while (alone(long1, 9).size() < 9) long1.push_back(test::kFirstPieceToken);
    Task noted = task(long1, 9);
    noted.note = std::make_shared<const std::string>("mine");
    noted.slot = 1;
    const auto id = submit(std::move(noted));
    for (int i = 0; i < 4; ++i) scheduler->step(); // the prompt with its first token, and three more
    SlotState state = scheduler->slotStates()[1];
    EXPECT_EQ(state.task, id);
    EXPECT_EQ(state.lastTask, id);
    EXPECT_EQ(state.promptTokens, static_cast<int>(long1.size()));
    EXPECT_EQ(state.promptDone, state.promptTokens);
    EXPECT_EQ(state.promptCached, 0);
    EXPECT_EQ(state.generatedTokens, 4);
    EXPECT_EQ(state.wantedTokens, 9);
    ASSERT_TRUE(state.note);
    EXPECT_EQ(*state.note, "mine");
    finishAll();
    EXPECT_EQ(ended.at(id)->slot, 1);
    state = scheduler->slotStates()[1];
    EXPECT_EQ(state.task, 0u);
    EXPECT_EQ(state.lastTask, id);
    EXPECT_EQ(state.generatedTokens, 9);
    EXPECT_EQ(*state.note, "mine");
    EXPECT_EQ(state.cachedTokens, state.promptTokens + 8) << "the last token was never fed";

    Task next = task(long1, 1);
    next.slot = 1;
    submit(std::move(next));
    EXPECT_EQ(scheduler->slotStates()[1].promptCached, static_cast<int>(long1.size()) - 1);
    EXPECT_FALSE(scheduler->slotStates()[1].note);
}

// What was being answered is over; what waited for a slot is answered after the recovery as if nothing had been.
TEST_F(SchedulerTest, ALostCardEndsWhatHasASlot)
{
    make(2, 400, 8);
    const auto first = submit(task(talkative(1))), second = submit(task(prompt(30, 2))), third = submit(task(prompt(7, 3)));
    scheduler->step();
    ASSERT_TRUE(ended.empty());
    sequences->losing = true;
    scheduler->step();
    for (const auto id : {first, second}) {
        ASSERT_TRUE(ended.contains(id));
        ASSERT_FALSE(ended.at(id));
        EXPECT_EQ(ended.at(id).error().code, ErrorCode::Device);
    }
    EXPECT_FALSE(ended.contains(third));
    EXPECT_TRUE(scheduler->lost());
    EXPECT_TRUE(scheduler->idle());
    EXPECT_EQ(scheduler->waiting(), 1);
    const auto fourth = submit(task(prompt(6, 4)));
    EXPECT_TRUE(scheduler->idle()) << "nothing begins where nothing can be computed";

    sequences->losing = false;
    sequences->unrecoverable = true;
    const auto failed = scheduler->recover({});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::OutOfMemory);
    EXPECT_TRUE(scheduler->lost() && scheduler->idle());
    EXPECT_EQ(scheduler->waiting(), 2);
    sequences->unrecoverable = false;
    ASSERT_TRUE(scheduler->recover({}));
    EXPECT_EQ(sequences->recoveries, 2);
    EXPECT_FALSE(scheduler->lost());
    EXPECT_FALSE(scheduler->idle());
    finishAll();
    ASSERT_TRUE(ended.at(third)) << ended.at(third).error().message;
    ASSERT_TRUE(ended.at(fourth));
    EXPECT_EQ(ended.at(third)->tokens, alone(prompt(7, 3)));
    EXPECT_EQ(ended.at(fourth)->tokens, alone(prompt(6, 4)));
}

// A loss that a saved slot shows, while others are being answered.
TEST_F(SchedulerTest, ALossIsNoticedByTheNextStep)
{
    make(2);
    const auto id = submit(task(talkative(1)));
    scheduler->step();
    sequences->lost = Error{ErrorCode::Device, "the card is gone"};
    EXPECT_TRUE(scheduler->lost());
    EXPECT_FALSE(scheduler->idle());
    scheduler->step();
    ASSERT_TRUE(ended.contains(id));
    EXPECT_EQ(ended.at(id).error().code, ErrorCode::Device);
    EXPECT_TRUE(scheduler->idle());
}

TEST_F(SchedulerTest, JobsHaveASlotBeforeItsNextTask)
{
    make(1);
    std::vector<std::string> order;
    const auto told = [&](std::string name) { return [&order, name](TaskId, Result<Outcome>) { order.push_back(name); }; };
    Task first = task({5, 6, 7}, 3), second = task({8, 9}, 3);
    first.onEnd = told("first");
    second.onEnd = told("second");
    submit(std::move(first));
    submit(std::move(second));
    int held = -1;
    scheduler->whenFree(0, [&] {
        order.push_back("job");
        held = scheduler->erase(0);
    });
    EXPECT_TRUE(order.empty());
    finishAll();
    EXPECT_EQ(order, (std::vector<std::string>{"first", "job", "second"}));
    EXPECT_GE(held, 3);
    scheduler->whenFree(0, [&] { order.push_back("at once"); });
    EXPECT_EQ(order.back(), "at once");
    EXPECT_FALSE(scheduler->endReasoning(1)) << "it has ended";
}

} // namespace
} // namespace corral::generate
