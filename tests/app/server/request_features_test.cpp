// What a request may ask for beyond its answer: timings, progress, probabilities, a limit to reasoning; and slots as files.
#include "tests/app/server/api_fixture.h"

#include <fstream>
#include <numeric>

namespace corral::server {
namespace {

using test::ApiTest;
using test::FakeReply;
using testing::HasSubstr;

const Json kMessages = Json::array({{{"role", "user"}, {"content", "hello"}}});
constexpr const char* kThinking = "{% for m in messages %}[{{ m.role }}]{{ m.content }}\n{% endfor %}{% if add_generation_prompt %}[assistant]<think>\n{% endif %}";

std::string joined(const std::vector<Json>& events, const char* member)
{
    std::string text;
    for (const Json& event : events)
        if (event.is_object() && !event["choices"].empty() && event["choices"][0]["delta"].contains(member) && event["choices"][0]["delta"][member].is_string())
            text += event["choices"][0]["delta"][member].get<std::string>();
    return text;
}

TEST_F(ApiTest, TimingsInEachChunk)
{
    for (const char* path : {"/completion", "/v1/completions", "/v1/chat/completions"}) {
        Json body{{"n_predict", 6}, {"stream", true}, {"timings_per_token", true}, {"prompt", "hello"}, {"messages", kMessages}};
        int last = 0, roles = 0;
        for (const Json& event : post(path, body)->events()) {
            if (!event.is_object()) continue;
            if (event.contains("choices") && event["choices"][0].contains("delta") && event["choices"][0]["delta"].contains("role")) {
                ++roles;
                continue;
            }
            ASSERT_TRUE(event.contains("timings")) << path << event.dump();
            EXPECT_GE(event["timings"]["predicted_n"].get<int>(), last);
            last = event["timings"]["predicted_n"].get<int>();
            EXPECT_GT(event["timings"]["prompt_n"].get<int>() + event["timings"]["cache_n"].get<int>(), 0);
        }
        EXPECT_EQ(last, 6);
        EXPECT_EQ(roles, path == std::string("/v1/chat/completions") ? 1 : 0) << "said once";
        body.erase("timings_per_token");
        const auto events = post(path, body)->events();
        EXPECT_FALSE(events[1].contains("timings"));
    }
}

TEST_F(ApiTest, ProgressOfAPrompt)
{
    std::string prompt;
    for (int i = 0; i < 100; ++i) prompt += "hello ";
    for (const char* path : {"/completion", "/v1/completions", "/v1/chat/completions"}) {
        const Json body{{"n_predict", 2}, {"stream", true}, {"return_progress", true}, {"cache_prompt", false}, {"prompt", prompt}, {"messages", Json::array({{{"role", "user"}, {"content", prompt}}})}};
        std::vector<Json> told;
        for (const Json& event : post(path, body)->events())
            if (event.is_object() && event.contains("prompt_progress")) told.push_back(event["prompt_progress"]);
        ASSERT_FALSE(told.empty()) << path;
        EXPECT_EQ(told.back()["processed"], told.back()["total"]);
        EXPECT_GT(told.back()["total"], 100);
        EXPECT_EQ(told.back()["cache"], 0);
        EXPECT_GT(told.back()["time_ms"].get<double>(), 0);
    }
}

TEST_F(ApiTest, ProbabilitiesAfterSampling)
{
    const Json body{{"prompt", "hello"}, {"n_predict", 4}, {"n_probs", 50}, {"temperature", 0.8}, {"top_k", 3}, {"top_p", 1}, {"min_p", 0}, {"seed", 1}, {"post_sampling_probs", true}};
    const auto reply = post("/completion", body);
    ASSERT_EQ(reply->status, 200) << reply->body;
    const Json answer = reply->json();
    ASSERT_EQ(answer["completion_probabilities"].size(), 4u);
    for (const Json& token : answer["completion_probabilities"]) {
        ASSERT_EQ(token["top_probs"].size(), 3u) << "what top_k leaves";
        EXPECT_FALSE(token.contains("logprob"));
        double sum = 0;
        bool isAmong = false;
        for (const Json& p : token["top_probs"]) {
            sum += p["prob"].get<double>();
            if (p["id"] == token["id"]) {
                isAmong = true;
                EXPECT_EQ(p["prob"], token["prob"]);
            }
        }
        EXPECT_NEAR(sum, 1, 1e-5);
        EXPECT_TRUE(isAmong);
        EXPECT_GE(token["top_probs"][0]["prob"].get<double>(), token["top_probs"][2]["prob"].get<double>());
    }
    EXPECT_EQ(answer["generation_settings"]["post_sampling_probs"], true);
    const Json chat = post("/v1/chat/completions", {{"messages", kMessages}, {"logprobs", true}, {"top_logprobs", 2}, {"post_sampling_probs", true}})->json();
    EXPECT_TRUE(chat["choices"][0]["logprobs"]["content"][0].contains("prob"));
    EXPECT_FLOAT_EQ(chat["choices"][0]["logprobs"]["content"][0]["prob"].get<float>(), 1) << "temperature 0 leaves one token";
}

TEST_F(ApiTest, ReasoningHasABudget)
{
    serve({.chatTemplate = kThinking});
    const Json asked{{"messages", kMessages}, {"max_tokens", 60}, {"ignore_eos", true}};
    const Json free = post("/v1/chat/completions", asked)->json()["choices"][0]["message"];
    EXPECT_EQ(free["content"], "") << "it never comes to an end";
    Json limited = asked;
    limited["reasoning_budget_tokens"] = 5;
    limited["reasoning_budget_message"] = "Enough.";
    const Json message = post("/v1/chat/completions", limited)->json()["choices"][0]["message"];
    const auto thought = message["reasoning_content"].get<std::string>();
    EXPECT_TRUE(thought.ends_with("Enough.")) << thought;
    EXPECT_TRUE(free["reasoning_content"].get<std::string>().starts_with(thought.substr(0, thought.size() - 7).substr(0, 3)));
    EXPECT_NE(message["content"], "");
    limited["stream"] = true;
    const auto events = post("/v1/chat/completions", limited)->events();
    EXPECT_EQ(joined(events, "reasoning_content"), thought);
    EXPECT_EQ(Json(joined(events, "content")), message["content"]);
    limited["stream"] = false;
    limited["reasoning_budget_tokens"] = 0;
    EXPECT_EQ(post("/v1/chat/completions", limited)->json()["choices"][0]["message"]["reasoning_content"], "Enough.");
    for (const Json& wrong : {Json(-2), Json("many"), Json(1.5)}) {
        limited["reasoning_budget_tokens"] = wrong;
        expectError(*post("/v1/chat/completions", limited), 400, "invalid_request_error", "reasoning_budget_tokens");
    }
    serve({.chatTemplate = kThinking}, [](engine::ServiceOptions&, ApiOptions& options) {
        options.reasoningBudget = 0;
        options.reasoningBudgetMessage = "No.";
    });
    EXPECT_EQ(post("/v1/chat/completions", asked)->json()["choices"][0]["message"]["reasoning_content"], "No.") << "the server's own";
}

TEST_F(ApiTest, ReasoningIsEndedFromOutside)
{
    serve({.chatTemplate = kThinking});
    auto reply = std::make_shared<FakeReply>();
    auto control = std::make_shared<FakeReply>();
    reply->onWrite = [&, asked = false](const std::string& body) mutable {
        if (std::exchange(asked, true)) return;
        const auto at = body.find("chatcmpl-");
        api->answer({"POST", "/v1/chat/completions/control", {}, Json{{"id", body.substr(at, 9 + 32)}, {"action", "reasoning_end"}}.dump()}, control);
    };
    api->answer({"POST", "/v1/chat/completions", {}, Json{{"messages", kMessages}, {"max_tokens", 300}, {"ignore_eos", true}, {"stream", true}, {"reasoning_control", true}}.dump()}, reply);
    ASSERT_TRUE(reply->wait());
    ASSERT_TRUE(control->wait());
    EXPECT_EQ(control->json()["success"], true) << control->body;
    EXPECT_NE(joined(reply->events(), "content"), "");
    EXPECT_EQ(post("/v1/chat/completions/control", {{"id", "chatcmpl-none"}, {"action", "reasoning_end"}})->json()["success"], false);
    expectError(*post("/chat/completions/control", {{"id", "x"}, {"action", "dance"}}), 400, "invalid_request_error", "action");
    expectError(*post("/chat/completions/control", {{"action", "reasoning_end"}}), 400, "invalid_request_error", "id");
}

TEST_F(ApiTest, AnswersAreRestrictedToFieldsAndTime)
{
    const Json some{{"prompt", "hello"}, {"n_predict", 2}, {"response_fields", {"content", "timings/predicted_n", "nothing", "content/inner"}}};
    const Json answer = post("/completion", some)->json();
    EXPECT_EQ(answer.size(), 2u) << answer.dump();
    EXPECT_TRUE(answer["content"].is_string());
    EXPECT_EQ(answer["timings/predicted_n"], 2);
    Json streamed = some;
    streamed["stream"] = true;
    EXPECT_EQ(post("/completion", streamed)->events().back().size(), 2u);
    const Json hurried{{"prompt", "hello"}, {"n_predict", 900}, {"t_max_predict_ms", 1}, {"ignore_eos", true}, {"grammar", "root ::= (\"a\\n\")+"}};
    const Json ended = post("/completion", hurried)->json();
    EXPECT_EQ(ended["stop_type"], "limit");
    EXPECT_LT(ended["tokens_predicted"].get<int>(), 800);
    EXPECT_THAT(ended["content"].get<std::string>(), testing::StartsWith("a\n")) << "not before the first line's end";
    expectError(*post("/completion", {{"prompt", "x"}, {"n_indent", 4}}), 501, "not_supported_error", "n_indent");
    expectError(*post("/completion", {{"prompt", "x"}, {"lora", Json::array({{{"id", 0}, {"scale", 1}}})}}), 501, "not_supported_error", "lora");
    expectError(*post("/completion", {{"prompt", "x"}, {"t_max_predict_ms", "soon"}}), 400, "invalid_request_error", "t_max_predict_ms");
    expectError(*post("/completion", {{"prompt", "x"}, {"response_fields", 7}}), 400, "invalid_request_error", "response_fields");
}

class SlotsTest : public ApiTest {
protected:
    void SetUp() override
    {
        std::filesystem::create_directory(dir / "slots");
        serve({}, [&](engine::ServiceOptions&, ApiOptions& options) { options.slotSavePath = dir / "slots"; });
    }
    std::shared_ptr<FakeReply> change(const std::string& slot, const std::string& action, const Json& body = Json::object())
    {
        return call("POST", "/slots/" + slot, body.dump(), {{"action", action}});
    }
    Json complete(const std::string& prompt, int slot) { return post("/completion", {{"prompt", prompt}, {"n_predict", 6}, {"id_slot", slot}})->json(); }
};

TEST_F(SlotsTest, AreSavedRestoredAndErased)
{
    const Json first = complete("hello world, how are you?", 0);
    const Json saved = change("0", "save", {{"filename", "talk.bin"}})->json();
    EXPECT_EQ(saved["id_slot"], 0);
    EXPECT_EQ(saved["filename"], "talk.bin");
    EXPECT_EQ(saved["n_saved"].get<int>(), first["tokens_cached"].get<int>());
    EXPECT_EQ(saved["n_written"].get<std::uintmax_t>(), std::filesystem::file_size(dir / "slots" / "talk.bin"));
    EXPECT_TRUE(saved["timings"].contains("save_ms"));
    EXPECT_EQ(change("0", "erase")->json()["n_erased"], saved["n_saved"]);
    EXPECT_EQ(change("0", "erase")->json()["n_erased"], 0);
    EXPECT_EQ(service->state().slotStates[0].cachedTokens, 0);

    const Json restored = change("1", "restore", {{"filename", "talk.bin"}})->json();
    EXPECT_EQ(restored["n_restored"], saved["n_saved"]);
    EXPECT_EQ(restored["n_read"], saved["n_written"]);
    const Json again = complete("hello world, how are you?", 1);
    EXPECT_EQ(again["content"], first["content"]);
    EXPECT_EQ(again["timings"]["prompt_n"], 1) << "the rest was there";
    // Another run of the same model knows it too.
    serve({}, [&](engine::ServiceOptions&, ApiOptions& options) { options.slotSavePath = dir / "slots"; });
    EXPECT_EQ(change("0", "restore", {{"filename", "talk.bin"}})->json()["n_restored"], saved["n_saved"]);
    EXPECT_EQ(complete("hello world, how are you?", 0)["timings"]["prompt_n"], 1);
}

TEST_F(SlotsTest, WaitForTheirTask)
{
    auto running = std::make_shared<FakeReply>();
    api->answer({"POST", "/completion", {}, Json{{"prompt", "hello"}, {"n_predict", 300}, {"ignore_eos", true}, {"id_slot", 0}}.dump()}, running);
    const Json saved = change("0", "save", {{"filename", "later"}})->json();
    EXPECT_TRUE(running->wait());
    EXPECT_GT(saved["n_saved"].get<int>(), 300) << "all of the answer";
}

TEST_F(SlotsTest, HostileNamesAndFilesAreRefused)
{
    complete("hello world", 0);
    for (const char* name : {"", ".", "..", "../x", "a/b", "a\\b", "/etc/passwd", "a\nb", "x.part", " x", "x:y", ".hidden", "trailing."})
        expectError(*change("0", "save", {{"filename", name}}), 400, "invalid_request_error", "filename");
    expectError(*change("0", "save", {{"filename", std::string(300, 'a')}}), 400, "invalid_request_error", "filename");
    expectError(*change("0", "save", {{"filename", 5}}), 400, "invalid_request_error", "filename");
    expectError(*change("0", "save"), 400, "invalid_request_error", "filename");
    expectError(*change("0", "dance", {{"filename", "x"}}), 400, "invalid_request_error", "action");
    expectError(*call("POST", "/slots/0", "{}"), 400, "invalid_request_error", "action");
    for (const char* slot : {"2", "-1", "x", "99999999999999999999", "0x"}) expectError(*change(slot, "erase"), 400, "invalid_request_error", "slot");
    expectError(*call("POST", "/slots/0/more", "{}"), 404, "not_found_error", "");
    expectError(*change("0", "restore", {{"filename", "nothing"}}), 400, "invalid_request_error", "nothing");
    EXPECT_TRUE(std::filesystem::is_empty(dir / "slots"));

    ASSERT_EQ(change("0", "save", {{"filename", "good"}})->status, 200);
    std::string good;
    {
        std::ifstream in(dir / "slots" / "good", std::ios::binary);
        good.assign(std::istreambuf_iterator<char>(in), {});
    }
    const auto refused = [&](std::string bytes, const char* why) {
        std::ofstream(dir / "slots" / "bad", std::ios::binary) << bytes;
        const auto reply = change("1", "restore", {{"filename", "bad"}});
        EXPECT_EQ(reply->status, 400) << why << ": " << reply->body;
        EXPECT_EQ(service->state().slotStates[1].cachedTokens, 0) << why;
    };
    refused("", "empty");
    refused(good.substr(0, 31), "half a header");
    refused(good.substr(0, good.size() - 1), "a byte is missing");
    refused(good + "x", "a byte too many");
    for (const std::size_t at : {0u, 8u, 16u, 24u, 35u}) { // magic, model, size, count, the first token's highest byte
        std::string bytes = good;
        bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
        refused(bytes, "changed");
    }
    std::string many = good;
    many[27] = '\x7f'; // two billion tokens
    refused(many, "more than the context holds");
    serve({.morePieces = {"other"}}, [&](engine::ServiceOptions&, ApiOptions& options) { options.slotSavePath = dir / "slots"; });
    expectError(*change("0", "restore", {{"filename", "good"}}), 400, "invalid_request_error", "another model");
    EXPECT_EQ(complete("hello", 1)["tokens_predicted"], 6) << "and everything goes on";
    serve({});
    expectError(*change("0", "erase"), 501, "not_supported_error", "--slot-save-path");
}

} // namespace
} // namespace corral::server
