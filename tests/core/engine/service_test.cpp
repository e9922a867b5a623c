// Many requests at once on a tiny random model, submitted and cancelled from several threads.
#include "core/engine/service.h"
#include "tests/support/cards.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <random>
#include <thread>

namespace corral::engine {
namespace {

using generate::FinishReason;
using generate::Outcome;
using generate::Task;
using generate::TaskId;
using testing::HasSubstr;

class ServiceTest : public testing::Test {
protected:
    void SetUp() override
    {
        test::TinyModel{}.write(dir / "tiny.gguf");
        auto opened = Service::open(dir / "tiny.gguf", {.session = {.contextLength = 64, .threads = 1}, .slotCount = 3});
        ASSERT_TRUE(opened) << opened.error().message;
        service = std::move(*opened);
    }
    Task task(const std::string& prompt, int maxTokens)
    {
        Task task{.prompt = service->tokenizer().encode(prompt, {}), .options = {}, .callbacks = {}, .onEnd = [this](TaskId id, Result<Outcome> outcome) {
                      const std::lock_guard lock(mutex);
                      EXPECT_TRUE(ended.emplace(id, std::move(outcome)).second) << "an end comes once";
                      changed.notify_all();
                  }};
        task.options.sampling.temp = 0;
        task.options.sampling.ignoreEos = true;
        task.options.maxTokens = maxTokens;
        return task;
    }
    Result<Outcome> wait(TaskId id)
    {
        std::unique_lock lock(mutex);
        if (!changed.wait_for(lock, std::chrono::seconds(60), [&] { return ended.contains(id); })) return fail(ErrorCode::Cancelled, "the service went silent");
        return ended.at(id);
    }
    Result<Outcome> run(const std::string& prompt, int maxTokens) { return wait(service->submit(task(prompt, maxTokens))); }

    test::TempDir dir;
    std::mutex mutex;
    std::condition_variable changed;
    std::map<TaskId, Result<Outcome>> ended;
    std::unique_ptr<Service> service; // last: its thread calls back
};

TEST_F(ServiceTest, SaysWhatItIs)
{
    EXPECT_EQ(service->slotCount(), 3);
    EXPECT_EQ(service->contextLength(), 64);
    EXPECT_EQ(service->state().slotStates.size(), 3u);
    EXPECT_TRUE(service->info().supported);
    const auto missing = Service::open(dir / "none.gguf", {});
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("none.gguf"));
}

// On Mesa's software device, which stops answering when a test says so.
class CardServiceTest : public ServiceTest {
protected:
    void SetUp() override
    {
        ServiceTest::SetUp();
        expected = tokens(run("hello", 12));
        reopen();
        CORRAL_NEEDS_CARD(service->placement().layers > 0, service->placement().note);
    }
    void TearDown() override { service.reset(); } // it calls what is here
    void reopen()
    {
        service.reset();
        ended.clear(); // numbers begin anew
        const generate::Offload offload{.layers = generate::Offload::kAll, .software = true, .testing = {.answers = [this] { return answers.load(); }}};
        ServiceOptions options{.session = {.contextLength = 64, .threads = 1, .offload = offload}, .slotCount = 2};
        options.onRecovery = [this](const Recovery& what) {
            const std::lock_guard lock(mutex);
            if (told.empty() || told.back() != what.stage) told.push_back(what.stage);
            if (what.stage == Recovery::Lost) {
                EXPECT_EQ(what.error.code, ErrorCode::Device);
                EXPECT_FALSE(asked.load()->ready());
                answers = comesBack.load();
            }
            changed.notify_all();
        };
        auto opened = Service::open(dir / "tiny.gguf", options);
        ASSERT_TRUE(opened) << opened.error().message;
        service = std::move(*opened);
        asked = service.get();
    }
    static std::vector<generate::Token> tokens(const Result<Outcome>& outcome)
    {
        if (!outcome) return ADD_FAILURE() << outcome.error().message, std::vector<generate::Token>();
        return outcome->tokens;
    }
    // Two answers run, a third one waits; the card goes with the second token of the first one.
    void lose()
    {
        Task first = task("hello world", 30), second = task("the", 30), third = task("hello", 12);
        first.callbacks.onToken = [this, n = 0](const generate::ChosenToken&) mutable {
            if (++n == 2) answers = false;
        };
        first.onEnd = [this, onEnd = first.onEnd](TaskId id, Result<Outcome> outcome) {
            EXPECT_FALSE(asked.load()->ready()) << "who hears of the loss finds it so";
            onEnd(id, std::move(outcome));
        };
        const TaskId a = service->submit(std::move(first)), b = service->submit(std::move(second)), c = service->submit(std::move(third));
        for (const TaskId id : {a, b}) {
            const auto lost = wait(id);
            ASSERT_FALSE(lost);
            EXPECT_EQ(lost.error().code, ErrorCode::Device);
        }
        EXPECT_EQ(tokens(wait(c)), expected) << "what waited is answered";
        EXPECT_TRUE(service->ready());
    }

    std::vector<generate::Token> expected;
    std::atomic<bool> answers = true, comesBack = true;
    std::atomic<const Service*> asked = nullptr; // by its own thread, while `service` is being emptied too
    std::vector<Recovery::Stage> told; // each once in a row
};

TEST_F(CardServiceTest, ALostCardComesBack)
{
    const int layers = service->placement().layers;
    EXPECT_EQ(tokens(run("hello", 12)), expected);
    lose();
    EXPECT_THAT(told, testing::ElementsAre(Recovery::Lost, Recovery::Copying, Recovery::Recovered));
    EXPECT_EQ(service->placement().layers, layers);
    EXPECT_EQ(tokens(run("hello", 12)), expected);
    lose(); // once more in a short time
    EXPECT_EQ(service->placement().layers, 0);
    EXPECT_THAT(service->placement().note, HasSubstr("twice within an hour"));
    EXPECT_EQ(tokens(run("hello", 12)), expected);
}

TEST_F(CardServiceTest, TheProcessorStandsInForALostCard)
{
    comesBack = false;
    lose();
    EXPECT_EQ(told.front(), Recovery::Lost);
    EXPECT_EQ(told.back(), Recovery::Recovered);
    EXPECT_EQ(service->placement().layers, 0);
    EXPECT_THAT(service->placement().note, HasSubstr("stopped answering"));
    EXPECT_EQ(tokens(run("hello", 12)), expected);
}

// A slot that is saved may be the first to notice it, with nobody being answered.
TEST_F(CardServiceTest, ALossBetweenAnswers)
{
    EXPECT_EQ(tokens(run("hello", 12)), expected);
    answers = false;
    std::promise<Result<SlotChange>> saved;
    service->changeSlot(0, SlotAction::Save, dir / "talk.slot", [&](Result<SlotChange> change) { saved.set_value(std::move(change)); });
    const auto change = saved.get_future().get();
    ASSERT_FALSE(change);
    EXPECT_EQ(change.error().code, ErrorCode::Device);
    {
        std::unique_lock lock(mutex);
        ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(60), [&] { return !told.empty() && told.back() == Recovery::Recovered; }));
    }
    EXPECT_EQ(tokens(run("hello", 12)), expected);
}

// With the end of what was lost, and when the recovery has begun.
TEST_F(CardServiceTest, EndsInTheMiddleOfARecovery)
{
    for (const bool begun : {false, true}) {
        answers = true;
        told.clear();
        reopen();
        Task first = task("hello world", 30);
        first.callbacks.onToken = [this](const generate::ChosenToken&) { answers = false; };
        const TaskId id = service->submit(std::move(first));
        ASSERT_FALSE(wait(id));
        if (begun) {
            std::unique_lock lock(mutex);
            ASSERT_TRUE(changed.wait_for(lock, std::chrono::seconds(60), [&] { return !told.empty(); }));
        }
        service.reset();
    }
}

TEST_F(ServiceTest, ManyThreadsAskAndCancel)
{
    std::map<int, std::vector<generate::Token>> alone;
    for (int i = 0; i < 6; ++i) {
        const auto outcome = run("hello " + std::to_string(i), 12);
        ASSERT_TRUE(outcome) << outcome.error().message;
        alone[i] = outcome->tokens;
    }
    std::vector<std::jthread> threads;
    std::mutex mine;
    std::map<TaskId, int> asked;
    for (unsigned t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            std::mt19937 random(t);
            for (int i = 0; i < 25; ++i) {
                const int kind = int(random() % 6);
                const TaskId id = service->submit(task("hello " + std::to_string(kind), 12));
                {
                    const std::lock_guard lock(mine);
                    asked[id] = kind;
                }
                if (random() % 3 == 0) service->cancel(id);
            }
        });
    threads.clear();
    for (const auto& [id, kind] : asked) {
        const auto outcome = wait(id);
        ASSERT_TRUE(outcome) << outcome.error().message;
        if (outcome->reason != FinishReason::Cancelled) {
            EXPECT_EQ(outcome->tokens.size(), 12u);
        } else {
            EXPECT_LT(outcome->tokens.size(), 12u);
        }
    }
    const auto after = run("hello 2", 12);
    EXPECT_EQ(after->tokens, alone[2]);
    const ServiceState state = service->state();
    EXPECT_EQ(state.waiting, 0);
    EXPECT_EQ(state.tasks, 107u);
    for (const auto& slot : state.slotStates) EXPECT_EQ(slot.task, 0u) << "every slot is free";
    EXPECT_GT(state.cachedTokens, 0u);
}

TEST_F(ServiceTest, EmbedsBesideAnswers)
{
    const auto vectorsOf = [&](std::vector<std::vector<generate::Token>> texts) {
        auto promise = std::make_shared<std::promise<Result<std::vector<std::vector<float>>>>>();
        service->embed(std::move(texts), [promise](auto vectors) { promise->set_value(std::move(vectors)); });
        return promise->get_future().get();
    };
    EXPECT_FALSE(service->pooling());
    EXPECT_FALSE(vectorsOf({{1}}));
    auto opened = Service::open(dir / "tiny.gguf", {.session = {.contextLength = 64, .threads = 1}, .slotCount = 2, .embeddings = generate::Pooling::Mean});
    ASSERT_TRUE(opened) << opened.error().message;
    service = std::move(*opened);
    const auto running = service->submit(task("hello", 30));
    const auto vectors = vectorsOf({{1, 4}, {5}, {1, 4}});
    ASSERT_TRUE(vectors) << vectors.error().message;
    ASSERT_EQ(vectors->size(), 3u);
    EXPECT_EQ(vectors->at(0), vectors->at(2));
    EXPECT_NE(vectors->at(0), vectors->at(1));
    EXPECT_FALSE(vectorsOf({{1}, {}}));
    std::stop_source gone;
    gone.request_stop();
    std::promise<Result<std::vector<std::vector<float>>>> stopped;
    service->embed({{1}, {1}}, [&](auto result) { stopped.set_value(std::move(result)); }, gone.get_token());
    EXPECT_EQ(stopped.get_future().get().error().code, ErrorCode::Cancelled);
    EXPECT_TRUE(wait(running));
}

TEST_F(ServiceTest, WhoGoesAwayFreesTheSlotWithinOneStep)
{
    for (int i = 0; i < 3; ++i) { // in every slot one that goes while its sixth token is told
        Task leaving = task("endless", -1);
        auto id = std::make_shared<std::promise<TaskId>>();
        leaving.callbacks.onToken = [this, known = id->get_future().share(), count = 0](const generate::ChosenToken&) mutable {
            EXPECT_LE(++count, 6) << "one more was computed for nobody";
            if (count == 6) service->cancel(known.get());
        };
        id->set_value(service->submit(std::move(leaving)));
    }
    const auto next = run("hello", 2); // waits for one of them
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_EQ(next->tokens.size(), 2u);
    for (TaskId id = 1; id <= 3; ++id) {
        const auto gone = wait(id);
        ASSERT_TRUE(gone);
        EXPECT_EQ(gone->reason, FinishReason::Cancelled);
        EXPECT_EQ(gone->tokens.size(), 6u);
    }
}

TEST_F(ServiceTest, EndingItEndsWhatRuns)
{
    std::vector<TaskId> ids;
    for (int i = 0; i < 10; ++i) ids.push_back(service->submit(task("endless", -1)));
    std::atomic<int> changed = 0;
    for (int i = 0; i < 30; ++i)
        service->changeSlot(i % 3, static_cast<SlotAction>(i % 2), dir / std::to_string(i), [&](Result<SlotChange>) { ++changed; });
    service.reset();
    EXPECT_EQ(ended.size(), 10u) << "every end has been told";
    EXPECT_EQ(changed, 30);
}

} // namespace
} // namespace corral::engine
