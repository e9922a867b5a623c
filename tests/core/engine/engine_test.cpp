// The engine on a tiny random model: requests in, events out, in order.
#include "core/engine/engine.h"

#include "tests/support/cards.h"
#include "tests/support/golden.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace corral::engine {
namespace {

using testing::HasSubstr;

// An engine whose events are gathered.
class Harness {
public:
    Harness() : engine(makeEngine([this](const Event& event) { onEvent(event); })) {}

    // All events of a request, once it has ended.
    std::vector<Event> wait(RequestId id)
    {
        std::unique_lock lock(m_mutex);
        EXPECT_TRUE(m_changed.wait_for(lock, std::chrono::seconds(60), [&] { return ended(id); })) << "the engine went silent";
        std::vector<Event> mine;
        for (const Event& event : m_events)
            if (event.request == id) mine.push_back(event);
        return mine;
    }
    std::vector<Event> run(Request request) { return wait(engine->submit(std::move(request))); }

    std::function<void(const Event&)> alsoOnEvent;

private:
    void onEvent(const Event& event)
    {
        if (alsoOnEvent) alsoOnEvent(event);
        const std::lock_guard lock(m_mutex);
        m_events.push_back(event);
        m_changed.notify_all();
    }
    bool ended(RequestId id) const
    {
        for (const Event& event : m_events)
            if (event.request == id && !std::holds_alternative<LoadProgress>(event.what) && !std::holds_alternative<PromptProgress>(event.what) &&
                !std::holds_alternative<Text>(event.what) && !std::holds_alternative<Recovered>(event.what))
                return true;
        return false;
    }

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<Event> m_events;

public:
    std::unique_ptr<Engine> engine; // last
};

template <class T> const T* last(const std::vector<Event>& events) { return events.empty() ? nullptr : std::get_if<T>(&events.back().what); }

std::string textOf(const std::vector<Event>& events)
{
    std::string all;
    for (const Event& event : events)
        if (const auto* text = std::get_if<Text>(&event.what)) all += text->utf8;
    return all;
}

std::string errorOf(const std::vector<Event>& events)
{
    const auto* failed = last<Failed>(events);
    return failed ? failed->error.message : "";
}

ChatRequest ask(const std::string& question, int maxTokens = 8)
{
    ChatRequest request{.sampling = {.temp = 0}, .maxTokens = maxTokens};
    request.input.messages = {{{"role", "user"}, {"content", question}}};
    return request;
}

class EngineTest : public testing::Test {
protected:
    void SetUp() override { test::TinyModel{}.write(dir / "tiny.gguf"); }
    LoadRequest load(const std::string& name = "tiny.gguf", int context = 0)
    {
        return {.model = dir / name, .options = {.contextLength = context, .threads = 1}};
    }
    test::TempDir dir;
    Harness harness;
};

TEST_F(EngineTest, LoadsAndDescribes)
{
    const auto events = harness.run(load());
    const auto* loaded = last<Loaded>(events);
    ASSERT_NE(loaded, nullptr) << errorOf(events);
    EXPECT_EQ(loaded->info.name, "tiny");
    EXPECT_EQ(loaded->info.architecture, "llama");
    EXPECT_EQ(loaded->info.quantization, "F32");
    EXPECT_TRUE(loaded->info.supported);
    EXPECT_TRUE(loaded->info.hasChatTemplate);
    EXPECT_EQ(loaded->contextLength, 256);
    EXPECT_EQ(loaded->threads, 1);
    EXPECT_GT(loaded->weightBytes, 0u);
    EXPECT_GT(loaded->cacheBytes, 0u);
    double before = -1;
    for (const Event& event : events)
        if (const auto* progress = std::get_if<LoadProgress>(&event.what)) {
            EXPECT_GT(progress->fraction, before);
            before = progress->fraction;
        }
    EXPECT_EQ(before, 1);
}

TEST_F(EngineTest, AnswersTheSameEveryTimeAndReusesThePrefix)
{
    harness.run(load());
    const auto first = harness.run(ask("Hello world"));
    const auto* finished = last<Finished>(first);
    ASSERT_NE(finished, nullptr) << errorOf(first);
    EXPECT_FALSE(textOf(first).empty());
    EXPECT_EQ(finished->timings.cachedTokens, 0);
    EXPECT_EQ(finished->contextLength, 256);
    EXPECT_EQ(finished->contextUsed, finished->timings.promptTokens + finished->timings.generatedTokens - 1);

    const auto again = harness.run(ask("Hello world"));
    EXPECT_EQ(textOf(again), textOf(first));
    EXPECT_EQ(last<Finished>(again)->timings.cachedTokens, finished->timings.promptTokens - 1);

    // The next turn: what was asked and answered is in the cache.
    ChatRequest next = ask("Hello world");
    next.input.messages.push_back({{"role", "assistant"}, {"content", textOf(first)}});
    next.input.messages.push_back({{"role", "user"}, {"content", "and?"}});
    const auto second = harness.run(next);
    EXPECT_GE(last<Finished>(second)->timings.cachedTokens, finished->timings.promptTokens);
}

TEST_F(EngineTest, RefusesBeforeAModelIsLoaded)
{
    EXPECT_THAT(errorOf(harness.run(ask("x"))), HasSubstr("no model"));
    EXPECT_THAT(errorOf(harness.run(load("missing.gguf"))), HasSubstr("missing.gguf"));
}

TEST_F(EngineTest, ARefusedLoadKeepsTheModelBefore)
{
    harness.run(load());
    test::GgufBuilder().string("general.architecture", "quetzal").write(dir / "other.gguf");
    EXPECT_THAT(errorOf(harness.run(load("other.gguf"))), testing::AllOf(HasSubstr("other.gguf"), HasSubstr("quetzal")));
    EXPECT_NE(last<Finished>(harness.run(ask("still there?"))), nullptr);
    EXPECT_NE(last<Unloaded>(harness.run(UnloadRequest{})), nullptr);
    EXPECT_THAT(errorOf(harness.run(ask("and now?"))), HasSubstr("no model"));
}

TEST_F(EngineTest, EveryRequestEndsOnceReloadsToo)
{
    const auto ends = [](const std::vector<Event>& events) {
        return std::ranges::count_if(events, [](const Event& event) {
            return std::holds_alternative<Loaded>(event.what) || std::holds_alternative<Finished>(event.what) ||
                   std::holds_alternative<Failed>(event.what) || std::holds_alternative<Unloaded>(event.what);
        });
    };
    harness.run(load());
    const auto id = harness.engine->submit(load());
    harness.run(UnloadRequest{}); // whatever the reload sends is there by then
    const auto reload = harness.wait(id);
    EXPECT_EQ(ends(reload), 1);
    EXPECT_NE(last<Loaded>(reload), nullptr) << errorOf(reload);
}

TEST_F(EngineTest, CancelStopsTheAnswerAndKeepsItsBeginning)
{
    harness.run(load());
    std::atomic<int> texts = 0;
    ChatRequest request = ask("Hello", -1);
    request.sampling.ignoreEos = true;
    harness.alsoOnEvent = [&](const Event& event) {
        if (std::holds_alternative<Text>(event.what) && ++texts == 3) harness.engine->cancel(event.request);
    };
    const auto events = harness.run(request);
    const auto* finished = last<Finished>(events);
    ASSERT_NE(finished, nullptr);
    EXPECT_EQ(finished->reason, FinishReason::Cancelled);
    EXPECT_LE(texts, 4) << "at most one more token";
    EXPECT_FALSE(textOf(events).empty());
}

TEST_F(EngineTest, ARequestCancelledInTheQueueNeverRuns)
{
    harness.run(load());
    ChatRequest endless = ask("Hello", -1);
    endless.sampling.ignoreEos = true;
    const auto first = harness.engine->submit(endless);
    const auto second = harness.engine->submit(ask("later"));
    harness.engine->cancel(second);
    harness.engine->cancel(first);
    EXPECT_EQ(last<Finished>(harness.wait(first))->reason, FinishReason::Cancelled);
    const auto events = harness.wait(second);
    ASSERT_NE(last<Finished>(events), nullptr);
    EXPECT_EQ(last<Finished>(events)->reason, FinishReason::Cancelled);
    EXPECT_EQ(textOf(events), "");
}

TEST_F(EngineTest, ARequestCancelledInTheQueueIsNotEvenRendered)
{
    test::TinyModel{.chatTemplate = "{{ raise_exception('rendered') }}"}.write(dir / "raises.gguf");
    harness.run(load("raises.gguf"));
    EXPECT_THAT(errorOf(harness.run(ask("Hello"))), HasSubstr("rendered"));
    const auto first = harness.engine->submit(CompletionRequest{.prompt = "Hello", .sampling = {.ignoreEos = true}});
    const auto second = harness.engine->submit(ask("later"));
    harness.engine->cancel(second);
    harness.engine->cancel(first);
    const auto events = harness.wait(second);
    ASSERT_NE(last<Finished>(events), nullptr) << errorOf(events);
    EXPECT_EQ(last<Finished>(events)->reason, FinishReason::Cancelled);
    EXPECT_EQ(last<Finished>(events)->contextLength, 256);
}

TEST_F(EngineTest, AFullContextIsAnHonestError)
{
    harness.run(load("tiny.gguf", 32));
    EXPECT_THAT(errorOf(harness.run(ask(std::string(500, 'x')))), testing::AllOf(HasSubstr("32"), HasSubstr("tokens")));
    ChatRequest request = ask("Hi", -1);
    request.sampling.ignoreEos = true;
    const auto events = harness.run(request);
    ASSERT_NE(last<Finished>(events), nullptr) << errorOf(events);
    EXPECT_EQ(last<Finished>(events)->reason, FinishReason::ContextFull);
    EXPECT_EQ(last<Finished>(events)->contextUsed, 32);
}

TEST_F(EngineTest, CompletesRawText)
{
    harness.run(load());
    const auto events = harness.run(CompletionRequest{.prompt = "Hello world", .sampling = {.temp = 0}, .maxTokens = 5});
    ASSERT_NE(last<Finished>(events), nullptr) << errorOf(events);
    EXPECT_LE(last<Finished>(events)->timings.generatedTokens, 5);
    EXPECT_EQ(last<Finished>(events)->timings.promptTokens, 3) << "BOS, Hello, world";
}

TEST_F(EngineTest, BosIsNotDoubled)
{
    test::TinyModel model{.chatTemplate = "{{ bos_token }}{{ messages[0].content }}"};
    model.write(dir / "bos.gguf");
    harness.run(load("bos.gguf"));
    const auto events = harness.run(ask("Hello world", 1));
    ASSERT_NE(last<Finished>(events), nullptr) << errorOf(events);
    EXPECT_EQ(last<Finished>(events)->timings.promptTokens, 3) << "one BOS";
}

TEST_F(EngineTest, AThinkingBlockTheTemplateOpenedBelongsToTheAnswer)
{
    test::TinyModel model{.chatTemplate = "{{ messages[0].content }}{% if enable_thinking is not defined or enable_thinking %}<think>\n{% else %}<think></think>{% endif %}"};
    model.write(dir / "thinking.gguf");
    harness.run(load("thinking.gguf"));
    ChatRequest request = ask("Hello", 3);
    EXPECT_THAT(textOf(harness.run(request)), testing::StartsWith("<think>"));
    request.input.kwargs["enable_thinking"] = false;
    EXPECT_THAT(textOf(harness.run(request)), testing::Not(testing::StartsWith("<think>")));
}

TEST_F(EngineTest, AThinkingTagTheUserWroteIsNoPartOfTheAnswer)
{
    test::TinyModel{.chatTemplate = "{{ messages[0].content }}"}.write(dir / "echo.gguf");
    harness.run(load("echo.gguf"));
    EXPECT_THAT(textOf(harness.run(ask("Hello <think>", 3))), testing::Not(testing::StartsWith("<think>")));
    test::TinyModel{.chatTemplate = "{{ messages[0].content }}{% if add_generation_prompt %}<think>\n{% endif %}"}.write(dir / "opens.gguf");
    harness.run(load("opens.gguf"));
    EXPECT_THAT(textOf(harness.run(ask("Hello <think>", 3))), testing::StartsWith("<think>"));
}

TEST_F(EngineTest, ATemplateWithoutSystemRoleGetsTheSystemTextInFrontOfTheUsers)
{
    const std::string noSystem = "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{{ m.content }}{% endfor %}";
    test::TinyModel{.chatTemplate = noSystem}.write(dir / "nosystem.gguf");
    harness.run(load("nosystem.gguf"));
    ChatRequest request = ask("world", 1);
    request.input.messages.insert(request.input.messages.begin(), text::Json{{"role", "system"}, {"content", "Hello"}});
    const auto events = harness.run(request);
    EXPECT_NE(last<Finished>(events), nullptr) << errorOf(events);
    request.input.messages.erase(1); // nobody to give it to
    EXPECT_THAT(errorOf(harness.run(request)), HasSubstr("System role not supported"));
}

TEST_F(EngineTest, WithoutATemplateItIsChatMl)
{
    test::TinyModel{.chatTemplate = ""}.write(dir / "plain.gguf");
    harness.run(load("plain.gguf"));
    EXPECT_NE(last<Finished>(harness.run(ask("Hello", 1))), nullptr);
}

TEST_F(EngineTest, ABrokenTemplateFailsTheChatOnly)
{
    test::TinyModel{.chatTemplate = "{% if %}"}.write(dir / "broken.gguf");
    EXPECT_NE(last<Loaded>(harness.run(load("broken.gguf"))), nullptr);
    const auto events = harness.run(ask("Hello", 1));
    ASSERT_NE(last<Failed>(events), nullptr);
    EXPECT_EQ(last<Failed>(events)->error.code, ErrorCode::Template);
    EXPECT_NE(last<Finished>(harness.run(CompletionRequest{.prompt = "Hello", .maxTokens = 1})), nullptr);
}

TEST_F(EngineTest, DestructionInMidAnswer)
{
    harness.run(load());
    ChatRequest request = ask("Hello", -1);
    request.sampling.ignoreEos = true;
    harness.engine->submit(request);
    harness.engine->submit(request);
    harness.engine.reset(); // cancels and joins
}

TEST(Inspect, TellsWhatAFileSays)
{
    const test::TempDir dir;
    test::TinyModel{}.write(dir / "tiny.gguf");
    const auto info = inspect(dir / "tiny.gguf");
    ASSERT_TRUE(info) << info.error().message;
    EXPECT_EQ(info->trainingContext, 256);
    EXPECT_EQ(info->layers, 2);
    EXPECT_GT(info->parameters, 10000u);
    EXPECT_EQ(info->fileBytes, std::filesystem::file_size(dir / "tiny.gguf"));

    test::GgufBuilder().string("general.architecture", "quetzal").tensorF32("t", {1}, {1}).write(dir / "other.gguf");
    const auto other = inspect(dir / "other.gguf");
    ASSERT_TRUE(other);
    EXPECT_FALSE(other->supported);
    EXPECT_EQ(other->quantization, "F32") << "from the tensors";
    EXPECT_FALSE(inspect(dir / "none.gguf"));
}

TEST(Inspect, NamesTheStarterModelsQuantization)
{
    if (test::starterModel().empty()) GTEST_SKIP() << "needs the starter model, which ./run fetches";
    const auto info = inspect(test::starterModel());
    ASSERT_TRUE(info) << info.error().message;
    EXPECT_EQ(info->quantization, "Q4_1");
    EXPECT_EQ(info->architecture, "llama");
    EXPECT_EQ(info->layers, 30);
    EXPECT_TRUE(info->hasChatTemplate);
}

// The card is lost in the middle of an answer: that says so, and the next answer is as good as any.
TEST_F(EngineTest, ALostCardEndsTheAnswerOnly)
{
    harness.run(load());
    const std::string expected = textOf(harness.run(ask("Hello world")));
    ASSERT_FALSE(expected.empty());
    std::atomic<bool> answers = true;
    LoadRequest onCard = load();
    onCard.options.offload = {.layers = generate::Offload::kAll, .software = true, .testing = {.answers = [&] { return answers.load(); }}};
    const auto events = harness.run(onCard);
    const auto* loaded = last<Loaded>(events);
    ASSERT_NE(loaded, nullptr) << errorOf(events);
    CORRAL_NEEDS_CARD(loaded->placement.layers > 0, loaded->placement.note);
    EXPECT_EQ(textOf(harness.run(ask("Hello world"))), expected);
    for (const bool comesBack : {true, false}) {
        answers = false;
        const auto lost = harness.run(ask("Hello world again"));
        const auto* failed = last<Failed>(lost);
        ASSERT_NE(failed, nullptr);
        EXPECT_EQ(failed->error.code, ErrorCode::Device);
        EXPECT_THAT(failed->error.message, HasSubstr("stopped answering"));
        answers = comesBack;
        const auto next = harness.run(ask("Hello world"));
        ASSERT_FALSE(next.empty());
        const auto* recovered = std::get_if<Recovered>(&next.front().what);
        ASSERT_NE(recovered, nullptr) << errorOf(next);
        EXPECT_EQ(recovered->placement.layers, comesBack ? loaded->placement.layers : 0);
        EXPECT_GT(recovered->cacheBytes, 0u);
        EXPECT_EQ(textOf(next), expected);
        EXPECT_FALSE(std::holds_alternative<Recovered>(harness.run(ask("Hello world")).front().what)) << "once";
    }
}

} // namespace
} // namespace corral::engine
