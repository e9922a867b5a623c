// A graphics card that goes away under a server: what clients hear, and that the next request is answered. On Mesa's software device.
#include "app/server/server.h"
#include "tests/app/server/api_fixture.h"
#include "tests/support/cards.h"

#include <QCoreApplication>

#include <atomic>
#include <future>

namespace corral::server {
namespace {

using engine::Recovery;
using testing::HasSubstr;

generate::Offload onCard(std::atomic<bool>& answers)
{
    return {.layers = generate::Offload::kAll, .software = true, .testing = {.answers = [&answers] { return answers.load(); }}};
}

class RecoveryTest : public test::ApiTest {
protected:
    void SetUp() override
    {
        serve({}, [this](engine::ServiceOptions& options, ApiOptions& api) {
            options.session.offload = onCard(answers);
            options.onRecovery = [this](const Recovery& what) {
                if (what.stage == Recovery::Lost && held.valid()) held.wait(); // it stays lost for as long as the test looks
            };
            api.slotSavePath = dir.path();
            api.usual.options.maxTokens = 300;
            api.usual.options.sampling.ignoreEos = true;
        });
        CORRAL_NEEDS_CARD(service->placement().layers > 0, service->placement().note);
    }
    void TearDown() override
    {
        letGo();
        test::ApiTest::TearDown();
    }
    void hold()
    {
        release = {};
        held = release.get_future().share();
    }
    void letGo()
    {
        if (held.valid() && held.wait_for(std::chrono::seconds(0)) == std::future_status::timeout) release.set_value();
    }
    bool comesBack()
    {
        for (int i = 0; i < 6000 && !service->ready(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return service->ready();
    }

    std::atomic<bool> answers = true;
    std::promise<void> release;
    std::shared_future<void> held;
};

TEST_F(RecoveryTest, TheAnswerInWorkSaysWhatHappenedAndTheNextOneIsGiven)
{
    const Json chat{{"messages", Json::array({{{"role", "user"}, {"content", "Hello world"}}})}, {"max_tokens", 6}, {"cache_prompt", false}};
    const auto before = post("/v1/chat/completions", chat);
    ASSERT_EQ(before->status, 200) << before->body;
    hold();
    answers = false;
    expectError(*post("/v1/chat/completions", chat), 503, "unavailable_error", "The graphics card was lost");
    for (const char* path : {"/health", "/v1/health", "/props", "/v1/models", "/slots"}) expectError(*call("GET", path), 503, "unavailable_error", "Loading model again");
    expectError(*post("/v1/chat/completions", chat), 503, "unavailable_error", "Loading model again");
    EXPECT_EQ(post("/v1/messages", chat)->json()["error"]["message"], "Loading model again: the graphics card was lost");
    letGo();
    ASSERT_TRUE(comesBack());
    EXPECT_EQ(service->placement().layers, 0) << "the card did not answer";
    EXPECT_EQ(call("GET", "/health")->status, 200);
    EXPECT_EQ(call("GET", "/props")->status, 200);
    const auto after = post("/v1/chat/completions", chat);
    ASSERT_EQ(after->status, 200) << after->body;
    EXPECT_EQ(after->json()["choices"], before->json()["choices"]);
}

// Nobody waited for an answer there.
TEST_F(RecoveryTest, ASlotThatCannotBeSavedSaysWhatHappened)
{
    ASSERT_EQ(post("/completion", {{"prompt", "Hello world"}, {"n_predict", 6}, {"id_slot", 0}})->status, 200);
    hold();
    answers = false;
    const auto reply = call("POST", "/slots/0", Json{{"filename", "talk.bin"}}.dump(), {{"action", "save"}});
    expectError(*reply, 503, "unavailable_error", "The graphics card was lost. The model is being loaded again");
    EXPECT_THAT(reply->body, testing::Not(HasSubstr("this answer")));
}

TEST_F(RecoveryTest, AStreamEndsWithTheError)
{
    auto reply = std::make_shared<test::FakeReply>();
    reply->onWrite = [this](const std::string&) { answers = false; };
    hold();
    api->answer({"POST", "/v1/chat/completions", {}, Json{{"messages", Json::array({{{"role", "user"}, {"content", "Hello"}}})}, {"stream", true}}.dump()}, reply);
    ASSERT_TRUE(reply->wait());
    EXPECT_EQ(reply->status, 200) << "it had begun";
    ASSERT_FALSE(reply->events().empty());
    const Json last = reply->events().back();
    ASSERT_TRUE(last.contains("error")) << reply->body;
    EXPECT_EQ(last["error"]["code"], 503);
    EXPECT_THAT(last["error"]["message"].get<std::string>(), HasSubstr("graphics card was lost"));
    EXPECT_EQ(call("GET", "/health")->status, 503);
    answers = true;
    letGo();
    ASSERT_TRUE(comesBack());
    EXPECT_GT(service->placement().layers, 0) << "it answers again";
}

// The same with everything around it: what whoever runs the server hears, in the server's thread.
TEST(ServerRecovery, IsTold)
{
    test::TempDir dir;
    test::TinyModel{}.write(dir / "tiny.gguf");
    std::atomic<bool> answers = true;
    ServeOptions options;
    options.model = dir / "tiny.gguf";
    options.service = {.session = {.contextLength = 64, .threads = 1, .offload = onCard(answers)}, .slotCount = 2};
    options.port = 0;
    Server server(std::move(options));
    std::vector<Recovery::Stage> told;
    server.onRecovery([&](const Recovery& what) {
        if (what.stage != Recovery::Copying) told.push_back(what.stage);
    });
    bool loaded = false;
    const auto until = [](const auto& condition) {
        for (int i = 0; i < 6000 && !condition(); ++i) {
            QCoreApplication::processEvents();
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return condition();
    };
    server.load([&](const Result<void>& done) {
        EXPECT_TRUE(done);
        loaded = true;
    });
    ASSERT_TRUE(until([&] { return loaded; }));
    CORRAL_NEEDS_CARD(server.service()->placement().layers > 0, server.service()->placement().note);
    answers = false;
    generate::Task task{.prompt = server.service()->tokenizer().encode("Hello world", {}), .options = {}, .callbacks = {}, .onEnd = [](generate::TaskId, const Result<generate::Outcome>& outcome) { EXPECT_FALSE(outcome); }};
    const_cast<engine::Service*>(server.service())->submit(std::move(task));
    ASSERT_TRUE(until([&] { return told.size() == 2; }));
    EXPECT_THAT(told, testing::ElementsAre(Recovery::Lost, Recovery::Recovered));
    EXPECT_TRUE(server.service()->ready());
}

} // namespace
} // namespace corral::server
