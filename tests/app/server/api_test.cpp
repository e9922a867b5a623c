// Shapes and errors of the endpoints.
#include "tests/app/server/api_fixture.h"

namespace corral::server {
namespace {

using test::ApiTest;
using test::FakeReply;
using testing::HasSubstr;

TEST_F(ApiTest, HealthAndUnknownRoutes)
{
    EXPECT_EQ(call("GET", "/health")->body, R"({"status":"ok"})");
    EXPECT_EQ(call("GET", "/v1/health")->status, 200);
    const auto page = call("GET", "/");
    EXPECT_EQ(page->status, 200);
    EXPECT_THAT(page->contentType, HasSubstr("text/html"));
    EXPECT_THAT(page->body, HasSubstr("/v1/chat/completions"));
    expectError(*call("GET", "/nowhere"), 404, "not_found_error", "Not Found");
    expectError(*call("DELETE", "/v1/models"), 405, "invalid_request_error", "GET");
    expectError(*call("GET", "/v1/chat/completions"), 405, "invalid_request_error", "POST");
    api->setService(nullptr);
    for (const char* path : {"/health", "/v1/models", "/props"}) expectError(*call("GET", path), 503, "unavailable_error", "Loading model");
}

TEST_F(ApiTest, TellsAboutItself)
{
    const auto models = call("GET", "/v1/models")->json();
    EXPECT_EQ(models["object"], "list");
    EXPECT_EQ(models["data"][0]["id"], "tiny.gguf");
    EXPECT_EQ(models["data"][0]["meta"]["n_ctx"], 1024);
    EXPECT_EQ(call("GET", "/models")->json()["data"][0]["id"], "tiny.gguf");
    const auto props = call("GET", "/props")->json();
    EXPECT_EQ(props["total_slots"], 2);
    EXPECT_EQ(props["default_generation_settings"]["n_ctx"], 1024);
    expectError(*call("POST", "/props", "{}"), 501, "not_supported_error", "--props");
    const auto slots = call("GET", "/slots")->json();
    ASSERT_EQ(slots.size(), 2u);
    EXPECT_EQ(slots[1]["is_processing"], false);
    post("/completion", {{"prompt", "hello"}});
    const auto metrics = call("GET", "/metrics");
    EXPECT_THAT(metrics->contentType, HasSubstr("text/plain"));
    EXPECT_THAT(metrics->body, HasSubstr("llamacpp:tokens_predicted_total 8\n"));
    EXPECT_THAT(metrics->body, HasSubstr("llamacpp:n_tokens_max 1"));
}

TEST_F(ApiTest, WhatIsNotHereSaysSo)
{
    expectError(*call("POST", "/v1/audio/transcriptions", "x"), 501, "not_supported_error", "hear");
    expectError(*call("GET", "/tools"), 403, "permission_error", "/tools");
    expectError(*call("POST", "/cors-proxy", "{}"), 403, "permission_error", "/cors-proxy");
    EXPECT_EQ(call("GET", "/lora-adapters")->body, "[]");
    expectError(*call("POST", "/lora-adapters", R"([{"id":0,"scale":1}])"), 404, "not_found_error", "adapters");
}

TEST_F(ApiTest, NativeCompletion)
{
    const auto reply = post("/completion", {{"prompt", "hello"}, {"n_predict", 5}, {"return_tokens", true}, {"n_probs", 3}});
    ASSERT_EQ(reply->status, 200) << reply->body;
    const auto answer = reply->json();
    EXPECT_EQ(answer["stop"], true);
    EXPECT_EQ(answer["stop_type"], "limit");
    EXPECT_EQ(answer["tokens"].size(), 5u);
    EXPECT_EQ(answer["tokens_predicted"], 5);
    EXPECT_EQ(answer["timings"]["predicted_n"], 5);
    ASSERT_EQ(answer["completion_probabilities"].size(), 5u);
    EXPECT_EQ(answer["completion_probabilities"][0]["top_logprobs"].size(), 3u);
    EXPECT_EQ(answer["completion_probabilities"][0]["id"], answer["tokens"][0]);
    EXPECT_LE(answer["completion_probabilities"][0]["logprob"].get<double>(), 0);

    // The same, streamed.
    const auto streamed = post("/completion", {{"prompt", "hello"}, {"n_predict", 5}, {"stream", true}});
    ASSERT_TRUE(streamed->streamed);
    std::string text;
    const auto events = streamed->events();
    for (const auto& event : events) text += event["content"].get<std::string>();
    EXPECT_EQ(Json(text), answer["content"]);
    EXPECT_EQ(events.back()["stop"], true) << "and no [DONE]";
    for (std::size_t i = 0; i + 1 < events.size(); ++i) EXPECT_EQ(events[i]["stop"], false);

    // Ids, mixtures, several prompts, none.
    const auto ids = service->tokenizer().encode("hello", {});
    EXPECT_EQ(post("/completion", {{"prompt", ids}, {"n_predict", 5}})->json()["content"], answer["content"]);
    EXPECT_EQ(post("/completion", {{"prompt", {"hello"}}, {"n_predict", 5}})->json()["content"], answer["content"]);
    const auto two = post("/completion", {{"prompt", {"hello", "other"}}, {"n_predict", 5}})->json();
    ASSERT_EQ(two.size(), 2u);
    EXPECT_EQ(two[0]["content"], answer["content"]);
    EXPECT_EQ(post("/completion", {{"prompt", Json::array({Json::array({1, "hello"})})}})->status, 200);
    EXPECT_EQ(post("/completion", {{"prompt", Json::array()}})->status, 200);
    EXPECT_EQ(post("/completion", {{"prompt", "hello"}, {"n_predict", 0}})->json()["tokens_predicted"], 0);
}

TEST_F(ApiTest, OpenAiCompletion)
{
    const auto reply = post("/v1/completions", {{"prompt", "hello"}, {"max_tokens", 5}, {"model", "whatever"}, {"echo", true}, {"logprobs", 2}});
    const auto answer = reply->json();
    ASSERT_EQ(reply->status, 200) << reply->body;
    EXPECT_EQ(answer["object"], "text_completion");
    EXPECT_EQ(answer["model"], "whatever");
    EXPECT_EQ(answer["choices"][0]["finish_reason"], "length");
    EXPECT_TRUE(answer["choices"][0]["text"].get<std::string>().starts_with("hello"));
    EXPECT_EQ(answer["choices"][0]["logprobs"]["content"].size(), 5u);
    EXPECT_EQ(answer["usage"]["completion_tokens"], 5);
    EXPECT_EQ(answer["usage"]["total_tokens"].get<int>(), answer["usage"]["prompt_tokens"].get<int>() + 5);

    const auto events = post("/v1/completions", {{"prompt", {"hello", "you"}}, {"n", 2}, {"max_tokens", 3}, {"stream", true}, {"stream_options", {{"include_usage", true}}}})->events();
    ASSERT_GT(events.size(), 3u);
    EXPECT_EQ(events.back(), "[DONE]");
    EXPECT_EQ(events[events.size() - 2]["usage"]["completion_tokens"], 12);
    EXPECT_TRUE(events[events.size() - 2]["choices"].empty());
    std::map<int, int> ends;
    for (const auto& event : events)
        if (event.is_object() && !event["choices"].empty() && !event["choices"][0]["finish_reason"].is_null()) ++ends[event["choices"][0]["index"].get<int>()];
    EXPECT_EQ(ends, (std::map<int, int>{{0, 1}, {1, 1}, {2, 1}, {3, 1}}));
}

TEST_F(ApiTest, TextTools)
{
    const auto tokens = post("/tokenize", {{"content", "hello world"}})->json()["tokens"];
    EXPECT_EQ(tokens, Json(service->tokenizer().encode("hello world", {.addSpecial = false})));
    EXPECT_EQ(post("/detokenize", {{"tokens", tokens}})->json()["content"], "hello world");
    const auto pieces = post("/tokenize", {{"content", "h\u00e9"}, {"with_pieces", true}})->json()["tokens"];
    ASSERT_FALSE(pieces.empty());
    EXPECT_TRUE(pieces[0].contains("id") && pieces[0].contains("piece"));
    expectError(*post("/detokenize", {{"tokens", {1, 1 << 30}}}), 400, "invalid_request_error", "vocabulary");
    expectError(*post("/detokenize", {{"tokens", "x"}}), 400, "invalid_request_error", "tokens");
}

TEST_F(ApiTest, Embeddings)
{
    const auto answer = post("/v1/embeddings", {{"input", {"hello", "other"}}})->json();
    EXPECT_EQ(answer["object"], "list");
    ASSERT_EQ(answer["data"].size(), 2u);
    const auto vector = answer["data"][0]["embedding"].get<std::vector<float>>();
    EXPECT_EQ(vector.size(), 32u);
    double length = 0;
    for (const float v : vector) length += double(v) * double(v);
    EXPECT_NEAR(length, 1, 1e-4);
    EXPECT_GT(answer["usage"]["prompt_tokens"], 0);
    const auto coded = post("/v1/embeddings", {{"input", "hello"}, {"encoding_format", "base64"}})->json()["data"][0]["embedding"].get<std::string>();
    EXPECT_EQ(coded.size(), (32 * 4 + 2) / 3 * 4u);
    const auto native = post("/embedding", {{"content", "hello"}})->json();
    EXPECT_EQ(native[0]["embedding"][0].get<std::vector<float>>(), vector);
    for (const Json& body : {Json{{"input", ""}}, Json{{"input", Json::array()}}, Json::object(), Json{{"input", 5}}, Json{{"input", "x"}, {"encoding_format", "hex"}}})
        EXPECT_EQ(post("/v1/embeddings", body)->status, body.contains("input") && body["input"] == "" ? 200 : 400) << body.dump();
}

TEST_F(ApiTest, Chat)
{
    const Json messages = Json::array({{{"role", "user"}, {"content", "hello"}}});
    const auto reply = post("/v1/chat/completions", {{"messages", messages}, {"max_tokens", 6}, {"logprobs", true}, {"top_logprobs", 2}});
    ASSERT_EQ(reply->status, 200) << reply->body;
    const auto answer = reply->json();
    EXPECT_EQ(answer["object"], "chat.completion");
    EXPECT_EQ(answer["choices"][0]["message"]["role"], "assistant");
    EXPECT_EQ(answer["choices"][0]["logprobs"]["content"].size(), 6u);
    EXPECT_EQ(answer["usage"]["completion_tokens"], 6);
    const auto events = post("/chat/completions", {{"messages", messages}, {"max_tokens", 6}, {"stream", true}, {"stream_options", {{"include_usage", true}}}})->events();
    EXPECT_EQ(events.front()["choices"][0]["delta"]["role"], "assistant");
    EXPECT_EQ(events.back(), "[DONE]");
    std::string text;
    for (const auto& event : events)
        if (event.is_object() && !event["choices"].empty() && event["choices"][0]["delta"].contains("content") && event["choices"][0]["delta"]["content"].is_string())
            text += event["choices"][0]["delta"]["content"].get<std::string>();
    EXPECT_EQ(Json(text), answer["choices"][0]["message"]["content"]);
    EXPECT_EQ(events[events.size() - 2]["usage"]["total_tokens"], answer["usage"]["total_tokens"]);

    EXPECT_EQ(post("/apply-template", {{"messages", messages}})->json()["prompt"], "[user]hello\n[assistant]");
    EXPECT_GT(post("/v1/chat/completions/input_tokens", {{"messages", messages}})->json()["input_tokens"], 3);
    const Json begun = Json::array({{{"role", "user"}, {"content", "hello"}}, {{"role", "assistant"}, {"content", "Well, "}}});
    EXPECT_EQ(post("/apply-template", {{"messages", begun}})->json()["prompt"], "[user]hello\n[assistant]Well, ");
    const Json parts = Json::array({{{"role", "user"}, {"content", Json::array({{{"type", "text"}, {"text", "a"}}, {{"type", "text"}, {"text", "b"}}})}}});
    EXPECT_EQ(post("/apply-template", {{"messages", parts}})->json()["prompt"], "[user]a\nb\n[assistant]");
    for (const auto& [body, words] : std::vector<std::pair<std::string, std::string>>{
             {"{}", "messages"},
             {R"({"messages":[]})", "messages"},
             {R"({"messages":"hello"})", "messages"},
             {R"({"messages":[5]})", "object"},
             {R"({"messages":[{"content":"x"}]})", "role"},
             {R"({"messages":[{"role":"user"}]})", "content"},
             {R"({"messages":[{"role":"user","content":7}]})", "content"},
             {R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]})", "image"},
             {R"({"messages":[{"role":"user","content":"x"}],"tools":5})", "tools"},
             {R"({"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function"}]})", "tool"},
             {R"({"messages":[{"role":"user","content":"x"}],"tool_choice":"maybe"})", "tool_choice"},
             {R"({"messages":[{"role":"user","content":"x"}],"response_format":{"type":"xml"}})", "response_format"},
             {R"({"messages":[{"role":"user","content":"x"}],"top_logprobs":3})", "logprobs"},
             {R"({"messages":[{"role":"user","content":"x"}],"chat_template_kwargs":[]})", "chat_template_kwargs"},
         })
        expectError(*call("POST", "/v1/chat/completions", body), 400, "invalid_request_error", words);
}

// A model that only talks nonsense is held to what was asked for.
TEST_F(ApiTest, AnswersFitTheirSchema)
{
    const Json schema{{"type", "object"}, {"properties", {{"city", {{"enum", {"Paris", "Oslo"}}}}, {"warm", {{"type", "boolean"}}}}}, {"required", {"city", "warm"}}};
    const Json messages = Json::array({{{"role", "user"}, {"content", "where?"}}});
    const auto reply = post("/v1/chat/completions",
                            {{"messages", messages}, {"max_tokens", 200}, {"response_format", {{"type", "json_schema"}, {"json_schema", {{"name", "place"}, {"schema", schema}}}}}});
    ASSERT_EQ(reply->status, 200) << reply->body;
    const auto choice = reply->json()["choices"][0];
    const auto content = Json::parse(choice["message"]["content"].get<std::string>(), nullptr, false);
    ASSERT_TRUE(content.is_object()) << choice.dump();
    EXPECT_THAT(content["city"].get<std::string>(), testing::AnyOf("Paris", "Oslo"));
    EXPECT_TRUE(content["warm"].is_boolean());
    EXPECT_EQ(choice["finish_reason"], "stop");
    EXPECT_THAT(post("/completion", {{"prompt", "yes or no?"}, {"grammar", "root ::= \"yes\" | \"no\""}})->json()["content"].get<std::string>(), testing::AnyOf("yes", "no"));
    expectError(*post("/completion", {{"prompt", "x"}, {"grammar", "root ::= nothing"}}), 400, "invalid_request_error", "nothing");
    expectError(*post("/v1/chat/completions", {{"messages", messages}, {"json_schema", {{"type", "nothing"}}}}), 400, "invalid_request_error", "schema");
}

TEST_F(ApiTest, RequiredToolsAreCalled)
{
    service.reset();
    serve({.chatTemplate = "{% if tools %}<tools>{% for t in tools %}{{ t | tojson }}{% endfor %}</tools> calls: <tool_call>{\"name\": N, \"arguments\": A}</tool_call>\n{% endif %}"
                           "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}{% if m.tool_calls %}<tool_call>{{ m.tool_calls | tojson }}</tool_call>{% endif %}<|im_end|>\n{% endfor %}"
                           "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"});
    const Json parameters{{"type", "object"}, {"properties", {{"days", {{"type", "integer"}, {"minimum", 1}, {"maximum", 7}}}}}, {"required", {"days"}}};
    const Json tools = Json::array({{{"type", "function"}, {"function", {{"name", "forecast"}, {"description", "weather"}, {"parameters", parameters}}}}});
    const Json asked{{"messages", Json::array({{{"role", "user"}, {"content", "rain?"}}})}, {"tools", tools}, {"tool_choice", "required"}, {"parallel_tool_calls", false}, {"max_tokens", 300}};
    const auto reply = post("/v1/chat/completions", asked);
    ASSERT_EQ(reply->status, 200) << reply->body;
    const auto choice = reply->json()["choices"][0];
    EXPECT_EQ(choice["finish_reason"], "tool_calls");
    ASSERT_EQ(choice["message"]["tool_calls"].size(), 1u) << choice.dump();
    const auto called = choice["message"]["tool_calls"][0];
    EXPECT_EQ(called["function"]["name"], "forecast");
    EXPECT_FALSE(called["id"].get<std::string>().empty());
    const auto arguments = Json::parse(called["function"]["arguments"].get<std::string>(), nullptr, false);
    EXPECT_GE(arguments["days"].get<int>(), 1);
    EXPECT_LE(arguments["days"].get<int>(), 7);
    EXPECT_TRUE(choice["message"]["content"].is_null());

    // The same in fragments.
    Json streamed = asked;
    streamed["stream"] = true;
    std::string name, fragments, reason;
    for (const Json& event : post("/v1/chat/completions", streamed)->events()) {
        if (!event.is_object() || event["choices"].empty()) continue;
        const Json& delta = event["choices"][0]["delta"];
        if (!event["choices"][0]["finish_reason"].is_null()) reason = event["choices"][0]["finish_reason"];
        if (!delta.contains("tool_calls")) continue;
        const Json& function = delta["tool_calls"][0]["function"];
        if (function.contains("name")) name += function["name"].get<std::string>();
        fragments += function["arguments"].get<std::string>();
    }
    EXPECT_EQ(name, "forecast");
    EXPECT_EQ(fragments, called["function"]["arguments"].get<std::string>());
    EXPECT_EQ(reason, "tool_calls");
}

TEST_F(ApiTest, BadRequestsAreSaidToBe)
{
    const std::string deep = "{\"prompt\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
    for (const auto& [body, words] : std::vector<std::pair<std::string, std::string>>{
             {"", "empty"},
             {"   ", "empty"},
             {"{", "JSON"},
             {"[]", "object"},
             {"\"x\"", "object"},
             {deep, "deeper"},
             {"{\"prompt\":\"\xff\xfe\"}", "JSON"},
             {R"({})", "prompt"},
             {R"({"prompt":null})", "prompt"},
             {R"({"prompt":{"x":1}})", "prompt"},
             {R"({"prompt":[1,[2]]})", "prompt"},
             {R"({"prompt":[999999999]})", "vocabulary"},
             {R"({"prompt":"x","n_predict":"many"})", "n_predict"},
             {R"({"prompt":"x","n_predict":1e300})", "n_predict"},
             {R"({"prompt":"x","n_predict":99999999999999999999})", "n_predict"},
             {R"({"prompt":"x","temperature":"hot"})", "temperature"},
             {R"({"prompt":"x","top_p":7})", "top_p"},
             {R"({"prompt":"x","stop":5})", "stop"},
             {R"({"prompt":"x","stream":"yes"})", "stream"},
             {R"({"prompt":"x","n":0})", "'n'"},
             {R"({"prompt":"x","n":1000000})", "'n'"},
             {R"({"prompt":"x","id_slot":2})", "id_slot"},
             {R"({"prompt":"x","logit_bias":7})", "logit_bias"},
             {R"({"prompt":"x","logit_bias":[[1,"much"]]})", "logit_bias"},
             {R"({"prompt":"x","dry_sequence_breakers":[]})", "dry_sequence_breakers"},
             {R"({"prompt":"x","n_probs":-3})", "n_probs"},
         })
        expectError(*call("POST", "/completion", body), 400, "invalid_request_error", words);
    std::string longer;
    for (int i = 0; i < 1600; ++i) longer += "hello ";
    const auto refused = post("/completion", {{"prompt", longer}});
    expectError(*refused, 400, "exceed_context_size_error", "context");
    EXPECT_GT(refused->json()["error"]["n_prompt_tokens"], refused->json()["error"]["n_ctx"]);
    expectError(*post("/completion", {{"prompt", Json(std::vector<std::string>(1000, "x"))}, {"n", 2}}), 400, "invalid_request_error", "at most");
    expectError(*post("/completion", {{"prompt", longer}, {"stream", true}}), 400, "exceed_context_size_error", "context"); // before the first chunk
    EXPECT_EQ(post("/completion", {{"prompt", "x"}, {"seed", -1}, {"unknown", {{"deep", 1}}}, {"logit_bias", {{"5", -100}}}, {"n_predict", 2.0}})->status, 200);
}

TEST_F(ApiTest, AClientThatGoesAwayFreesItsSlot)
{
    std::vector<std::shared_ptr<FakeReply>> gone;
    for (int i = 0; i < 12; ++i) {
        auto reply = std::make_shared<FakeReply>();
        reply->goneAfter = 1;
        api->answer({"POST", "/completion", {}, Json{{"prompt", "hello"}, {"n_predict", -1}, {"ignore_eos", true}, {"stream", true}}.dump()}, reply);
        gone.push_back(std::move(reply));
    }
    EXPECT_EQ(post("/completion", {{"prompt", "hello"}, {"n_predict", 2}})->status, 200);
    for (const auto& reply : gone) EXPECT_TRUE(reply->wait());
    for (int i = 0; i < 100 && service->state().tasks < 13; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    for (const auto& slot : service->state().slotStates) EXPECT_EQ(slot.task, 0u);
}

} // namespace
} // namespace corral::server
