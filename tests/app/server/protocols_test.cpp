// Chats in the words of Anthropic's Messages and OpenAI's Responses.
#include "tests/app/server/api_fixture.h"

namespace corral::server {
namespace {

using test::ApiTest;
using test::FakeReply;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kTools = "{% if tools %}<tools>{% for t in tools %}{{ t | tojson }}{% endfor %}</tools> calls: <tool_call>{\"name\": N, \"arguments\": A}</tool_call>\n{% endif %}"
                               "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.reasoning_content %}<think>{{ m.reasoning_content }}</think>{% endif %}{{ m.content }}"
                               "{% for c in m.tool_calls %}<tool_call>{{ c.function.name }} {{ c.function.arguments | tojson }} {{ c.id }}</tool_call>{% endfor %}"
                               "{% if m.tool_call_id %} for {{ m.tool_call_id }}{% endif %}<|im_end|>\n{% endfor %}"
                               "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";
const Json kParameters{{"type", "object"}, {"properties", {{"days", {{"type", "integer"}, {"minimum", 1}, {"maximum", 7}}}}}, {"required", {"days"}}};

// Names of a stream's events, equal neighbours as one.
std::vector<std::string> names(const FakeReply& reply)
{
    std::vector<std::string> all;
    for (std::size_t at = 0; (at = reply.body.find("event: ", at)) != std::string::npos; ++at) {
        const std::string name = reply.body.substr(at + 7, reply.body.find('\n', at) - at - 7);
        if (all.empty() || all.back() != name) all.push_back(name);
    }
    return all;
}

const Json kHello = Json::array({{{"role", "user"}, {"content", "hello"}}});

TEST_F(ApiTest, Messages)
{
    const Json chat = post("/v1/chat/completions", {{"messages", Json::array({{{"role", "system"}, {"content", "Be brief."}}, kHello[0]})}, {"max_tokens", 6}})->json();
    const Json body{{"model", "claude"}, {"max_tokens", 6}, {"system", "Be brief."}, {"messages", kHello}};
    const auto reply = post("/v1/messages", body);
    ASSERT_EQ(reply->status, 200) << reply->body;
    const Json answer = reply->json();
    EXPECT_TRUE(answer["id"].get<std::string>().starts_with("msg_"));
    EXPECT_EQ(answer["type"], "message");
    EXPECT_EQ(answer["role"], "assistant");
    EXPECT_EQ(answer["model"], "claude");
    EXPECT_EQ(answer["content"], Json::array({{{"type", "text"}, {"text", chat["choices"][0]["message"]["content"]}}}));
    EXPECT_EQ(answer["stop_reason"], "max_tokens");
    EXPECT_TRUE(answer["stop_sequence"].is_null());
    const Json& usage = answer["usage"];
    EXPECT_EQ(usage["input_tokens"].get<int>() + usage["cache_read_input_tokens"].get<int>(), chat["usage"]["prompt_tokens"].get<int>());
    EXPECT_GT(usage["cache_read_input_tokens"], 0) << "the chat's prompt was the same";
    EXPECT_EQ(usage["output_tokens"], 6);
    EXPECT_EQ(post("/v1/messages/count_tokens", body)->json(), Json({{"input_tokens", chat["usage"]["prompt_tokens"]}}));
    Json blocks = body;
    blocks["system"] = Json::array({{{"type", "text"}, {"text", "Be brief."}}});
    blocks["messages"][0]["content"] = Json::array({{{"type", "text"}, {"text", "hello"}}});
    EXPECT_EQ(post("/v1/messages", blocks)->json()["content"], answer["content"]);

    Json streamed = body;
    streamed["stream"] = true;
    const auto stream = post("/v1/messages", streamed);
    EXPECT_THAT(names(*stream), ElementsAre("message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"));
    std::string text;
    for (const Json& event : stream->events()) {
        if (event["type"] == "message_start") {
            EXPECT_EQ(event["message"]["content"], Json::array());
            EXPECT_TRUE(event["message"]["stop_reason"].is_null());
        }
        if (event["type"] == "content_block_delta") text += event["delta"]["text"].get<std::string>();
        if (event["type"] == "message_delta") {
            EXPECT_EQ(event["delta"]["stop_reason"], "max_tokens");
            EXPECT_EQ(event["usage"]["output_tokens"], 6);
        }
    }
    EXPECT_EQ(Json(text), answer["content"][0]["text"]);

    // A stop sequence that the answer runs into.
    const auto whole = answer["content"][0]["text"].get<std::string>();
    Json stopping = body;
    stopping["stop_sequences"] = Json::array({whole.substr(whole.size() / 2)});
    const Json stopped = post("/v1/messages", stopping)->json();
    EXPECT_EQ(stopped["stop_reason"], "end_turn");
    EXPECT_EQ(stopped["stop_sequence"], whole.substr(whole.size() / 2));
}

TEST_F(ApiTest, MessagesCallTools)
{
    serve({.chatTemplate = kTools});
    const Json tools = Json::array({{{"name", "forecast"}, {"description", "weather"}, {"input_schema", kParameters}}});
    Json body{{"messages", Json::array({{{"role", "user"}, {"content", "rain?"}}})}, {"tools", tools}, {"tool_choice", {{"type", "tool"}, {"name", "forecast"}, {"disable_parallel_tool_use", true}}}, {"max_tokens", 300}};
    const Json answer = post("/v1/messages", body)->json();
    EXPECT_EQ(answer["stop_reason"], "tool_use") << answer.dump();
    ASSERT_EQ(answer["content"].size(), 1u);
    EXPECT_EQ(answer["content"][0]["type"], "tool_use");
    EXPECT_EQ(answer["content"][0]["name"], "forecast");
    EXPECT_GE(answer["content"][0]["input"]["days"].get<int>(), 1);
    body["stream"] = true;
    const auto stream = post("/v1/messages", body);
    EXPECT_THAT(names(*stream), ElementsAre("message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"));
    std::string json;
    for (const Json& event : stream->events())
        if (event["type"] == "content_block_delta") json += event["delta"]["partial_json"].get<std::string>();
    EXPECT_EQ(Json::parse(json, nullptr, false), answer["content"][0]["input"]);

    // The turn after: what the tool has answered.
    const Json later = Json::array({{{"role", "user"}, {"content", "rain?"}},
                                    {{"role", "assistant"}, {"content", Json::array({{{"type", "thinking"}, {"thinking", "hm"}, {"signature", ""}}, {{"type", "text"}, {"text", "Let me see."}},
                                                                                      {{"type", "tool_use"}, {"id", "t1"}, {"name", "forecast"}, {"input", {{"days", 2}}}}})}},
                                    {{"role", "user"}, {"content", Json::array({{{"type", "text"}, {"text", "And?"}}, {{"type", "tool_result"}, {"tool_use_id", "t1"}, {"content", "dry"}}})}}});
    const Json chat{{"messages", Json::array({{{"role", "user"}, {"content", "rain?"}},
                                             {{"role", "assistant"}, {"content", "Let me see."}, {"reasoning_content", "hm"},
                                              {"tool_calls", Json::array({{{"id", "t1"}, {"type", "function"}, {"function", {{"name", "forecast"}, {"arguments", "{\"days\":2}"}}}}})}},
                                             {{"role", "tool"}, {"tool_call_id", "t1"}, {"content", "dry"}},
                                             {{"role", "user"}, {"content", "And?"}}})}};
    EXPECT_EQ(post("/v1/messages/count_tokens", {{"messages", later}})->json()["input_tokens"], post("/v1/chat/completions/input_tokens", chat)->json()["input_tokens"]);
    EXPECT_THAT(post("/apply-template", chat)->json()["prompt"].get<std::string>(), HasSubstr("<think>hm</think>Let me see.<tool_call>forecast {\"days\": 2} t1</tool_call>"));
}

// Nested in a text, where the body's own depth does not show it.
TEST_F(ApiTest, DeepArgumentsAreOnlyText)
{
    serve({.chatTemplate = kTools});
    std::string deep;
    for (int i = 0; i < 200'000; ++i) deep += "{\"a\":";
    deep += "1" + std::string(200'000, '}');
    const Json called{{"id", "x"}, {"type", "function"}, {"function", {{"name", "f"}, {"arguments", deep}}}};
    const Json messages = Json::array({kHello[0], {{"role", "assistant"}, {"content", ""}, {"tool_calls", Json::array({called})}}, kHello[0]});
    EXPECT_EQ(post("/v1/chat/completions", {{"messages", messages}})->status, 400) << "too long for the context, and no more than that";
    EXPECT_EQ(post("/v1/responses", {{"input", Json::array({kHello[0], {{"type", "function_call"}, {"call_id", "x"}, {"name", "f"}, {"arguments", deep}}})}})->status, 400);
}

TEST_F(ApiTest, MessagesThink)
{
    serve({.chatTemplate = "{% for m in messages %}[{{ m.role }}]{{ m.content }}\n{% endfor %}{% if add_generation_prompt %}[assistant]<think>\n{% endif %}"});
    const Json body{{"messages", kHello}, {"max_tokens", 40}, {"ignore_eos", true}, {"thinking", {{"type", "enabled"}, {"budget_tokens", 4}}}};
    const Json answer = post("/v1/messages", body)->json();
    ASSERT_EQ(answer["content"].size(), 2u) << answer.dump();
    EXPECT_EQ(answer["content"][0]["type"], "thinking");
    EXPECT_EQ(answer["content"][1]["type"], "text");
    Json streamed = body;
    streamed["stream"] = true;
    std::string thought, kinds;
    for (const Json& event : post("/v1/messages", streamed)->events()) {
        if (event["type"] != "content_block_delta") continue;
        const auto kind = event["delta"]["type"].get<std::string>();
        if (!kinds.ends_with(kind + " ")) kinds += kind + " ";
        if (kind == "thinking_delta") thought += event["delta"]["thinking"].get<std::string>();
    }
    EXPECT_EQ(kinds, "thinking_delta signature_delta text_delta ");
    EXPECT_EQ(Json(thought), answer["content"][0]["thinking"]);
}

TEST_F(ApiTest, MessagesErrorsAreAnthropics)
{
    for (const auto& [body, words] : std::vector<std::pair<std::string, std::string>>{
             {"", "empty"},
             {"{", "JSON"},
             {"{}", "messages"},
             {R"({"messages":[]})", "messages"},
             {R"({"messages":[5]})", "object"},
             {R"({"messages":[{"role":"system","content":"x"}]})", "role"},
             {R"({"messages":[{"role":"user"}]})", "content"},
             {R"({"messages":[{"role":"user","content":[{"type":"image","source":{}}]}]})", "images"},
             {R"({"messages":[{"role":"user","content":[{"type":"tool_use","id":"x","name":"f","input":{}}]}]})", "tool_use"},
             {R"({"messages":[{"role":"user","content":[{"type":"tool_result"}]}]})", "tool_use_id"},
             {R"({"messages":[{"role":"assistant","content":[{"type":"tool_use","name":"f"}]}]})", "input"},
             {R"({"messages":[{"role":"user","content":"x"}],"system":7})", "system"},
             {R"({"messages":[{"role":"user","content":"x"}],"max_tokens":"many"})", "max_tokens"},
             {R"({"messages":[{"role":"user","content":"x"}],"tools":[{"name":"f"}]})", "input_schema"},
             {R"({"messages":[{"role":"user","content":"x"}],"tools":{}})", "tools"},
             {R"({"messages":[{"role":"user","content":"x"}],"tool_choice":"auto"})", "tool_choice"},
             {R"({"messages":[{"role":"user","content":"x"}],"thinking":true})", "thinking"},
             {R"({"messages":[{"role":"user","content":"x"}],"stop_sequences":[1]})", "stop"},
             {R"({"messages":[{"role":"user","content":"x"}],"n":2})", "one answer"},
         })
        for (const char* path : {"/v1/messages", "/v1/messages/count_tokens"}) {
            const auto reply = call("POST", path, body);
            expectError(*reply, 400, "invalid_request_error", words);
            EXPECT_EQ(reply->json()["type"], "error");
        }
    std::string longer;
    for (int i = 0; i < 1600; ++i) longer += "hello ";
    const auto tooLong = post("/v1/messages", {{"messages", Json::array({{{"role", "user"}, {"content", longer}}})}});
    expectError(*tooLong, 400, "exceed_context_size_error", "context");
    EXPECT_EQ(tooLong->json()["type"], "error");
    api->setService(nullptr);
    EXPECT_EQ(post("/v1/messages", {{"messages", kHello}})->json()["type"], "error");
}

TEST_F(ApiTest, Responses)
{
    const Json chat = post("/v1/chat/completions", {{"messages", Json::array({{{"role", "system"}, {"content", "Be brief."}}, kHello[0]})}, {"max_tokens", 6}})->json();
    const Json body{{"model", "gpt"}, {"instructions", "Be brief."}, {"input", "hello"}, {"max_output_tokens", 6}};
    const auto reply = post("/v1/responses", body);
    ASSERT_EQ(reply->status, 200) << reply->body;
    const Json answer = reply->json();
    EXPECT_EQ(answer["object"], "response");
    EXPECT_TRUE(answer["id"].get<std::string>().starts_with("resp_"));
    EXPECT_EQ(answer["status"], "completed");
    EXPECT_EQ(answer["incomplete_details"]["reason"], "max_output_tokens");
    EXPECT_EQ(answer["model"], "gpt");
    ASSERT_EQ(answer["output"].size(), 1u);
    const Json& message = answer["output"][0];
    EXPECT_EQ(message["type"], "message");
    EXPECT_EQ(message["role"], "assistant");
    EXPECT_EQ(message["content"][0]["type"], "output_text");
    EXPECT_EQ(message["content"][0]["text"], chat["choices"][0]["message"]["content"]);
    EXPECT_EQ(answer["usage"]["input_tokens"], chat["usage"]["prompt_tokens"]);
    EXPECT_EQ(answer["usage"]["output_tokens"], 6);
    EXPECT_GT(answer["usage"]["input_tokens_details"]["cached_tokens"], 0);
    EXPECT_EQ(post("/responses/input_tokens", body)->json()["input_tokens"], chat["usage"]["prompt_tokens"]);
    Json items = body;
    items["input"] = Json::array({{{"role", "user"}, {"content", Json::array({{{"type", "input_text"}, {"text", "hello"}}})}}});
    EXPECT_EQ(post("/responses", items)->json()["output"][0]["content"], message["content"]);

    Json streamed = body;
    streamed["stream"] = true;
    const auto stream = post("/v1/responses", streamed);
    EXPECT_THAT(names(*stream), ElementsAre("response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                                            "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"));
    std::string text;
    int number = 0;
    for (const Json& event : stream->events()) {
        EXPECT_EQ(event["sequence_number"], number++);
        if (event["type"] == "response.output_text.delta") text += event["delta"].get<std::string>();
        if (event["type"] == "response.completed") {
            EXPECT_EQ(event["response"]["output"][0]["content"], message["content"]);
            EXPECT_EQ(event["response"]["usage"]["output_tokens"], 6);
        }
    }
    EXPECT_EQ(Json(text), message["content"][0]["text"]);

    const Json schema{{"type", "object"}, {"properties", {{"warm", {{"type", "boolean"}}}}}, {"required", {"warm"}}};
    const Json held = post("/v1/responses", {{"input", "warm?"}, {"max_output_tokens", 100}, {"text", {{"format", {{"type", "json_schema"}, {"name", "w"}, {"schema", schema}}}}}})->json();
    EXPECT_TRUE(Json::parse(held["output"][0]["content"][0]["text"].get<std::string>(), nullptr, false)["warm"].is_boolean()) << held.dump();
}

TEST_F(ApiTest, ResponsesCallTools)
{
    serve({.chatTemplate = kTools});
    const Json tools = Json::array({{{"type", "function"}, {"name", "forecast"}, {"parameters", kParameters}, {"strict", true}}, {{"type", "web_search"}}});
    Json body{{"input", "rain?"}, {"tools", tools}, {"tool_choice", {{"type", "function"}, {"name", "forecast"}}}, {"parallel_tool_calls", false}, {"max_output_tokens", 300}};
    const Json answer = post("/v1/responses", body)->json();
    ASSERT_EQ(answer["output"].size(), 1u) << answer.dump();
    const Json& made = answer["output"][0];
    EXPECT_EQ(made["type"], "function_call");
    EXPECT_EQ(made["name"], "forecast");
    EXPECT_TRUE(made["call_id"].get<std::string>().starts_with("call_"));
    EXPECT_TRUE(made["id"].get<std::string>().starts_with("fc_"));
    EXPECT_GE(Json::parse(made["arguments"].get<std::string>(), nullptr, false)["days"].get<int>(), 1);
    body["stream"] = true;
    const auto stream = post("/v1/responses", body);
    EXPECT_THAT(names(*stream), ElementsAre("response.created", "response.in_progress", "response.output_item.added", "response.function_call_arguments.delta",
                                            "response.function_call_arguments.done", "response.output_item.done", "response.completed"));
    std::string arguments;
    for (const Json& event : stream->events())
        if (event["type"] == "response.function_call_arguments.delta") arguments += event["delta"].get<std::string>();
    EXPECT_EQ(Json(arguments), made["arguments"]);

    // The turn after, with what came.
    const Json later = Json::array({{{"role", "user"}, {"content", "rain?"}},
                                    {{"type", "reasoning"}, {"summary", Json::array()}, {"content", Json::array({{{"type", "reasoning_text"}, {"text", "hm"}}})}},
                                    {{"type", "message"}, {"role", "assistant"}, {"content", Json::array({{{"type", "output_text"}, {"text", "Let me see."}}})}},
                                    {{"type", "function_call"}, {"call_id", "call_t1"}, {"name", "forecast"}, {"arguments", "{\"days\":2}"}},
                                    {{"type", "function_call_output"}, {"call_id", "call_t1"}, {"output", "dry"}}});
    const Json chat{{"messages", Json::array({{{"role", "user"}, {"content", "rain?"}},
                                             {{"role", "assistant"}, {"content", "Let me see."}, {"reasoning_content", "hm"},
                                              {"tool_calls", Json::array({{{"id", "t1"}, {"type", "function"}, {"function", {{"name", "forecast"}, {"arguments", "{\"days\":2}"}}}}})}},
                                             {{"role", "tool"}, {"tool_call_id", "t1"}, {"content", "dry"}}})}};
    EXPECT_EQ(post("/v1/responses/input_tokens", {{"input", later}})->json()["input_tokens"], post("/v1/chat/completions/input_tokens", chat)->json()["input_tokens"]);
}

TEST_F(ApiTest, ResponsesRefuse)
{
    for (const auto& [body, words] : std::vector<std::pair<std::string, std::string>>{
             {"{}", "input"},
             {R"({"input":7})", "input"},
             {R"({"input":[]})", "input"},
             {R"({"input":[5]})", "object"},
             {R"({"input":[{"type":"computer_call"}]})", "computer_call"},
             {R"({"input":[{"role":"user","content":[{"type":"input_image","image_url":"x"}]}]})", "images"},
             {R"({"input":[{"role":"user","content":[{"type":"input_file"}]}]})", "files"},
             {R"({"input":[{"role":"user","content":7}]})", "content"},
             {R"({"input":[{"role":"judge","content":"x"}]})", "role"},
             {R"({"input":[{"type":"function_call","call_id":"x"}]})", "function_call"},
             {R"({"input":[{"type":"function_call_output","output":"x"}]})", "call_id"},
             {R"({"input":"x","previous_response_id":"resp_1"})", "previous_response_id"},
             {R"({"input":"x","background":true})", "background"},
             {R"({"input":"x","max_output_tokens":"many"})", "max_tokens"},
             {R"({"input":"x","tools":7})", "tools"},
             {R"({"input":"x","text":7})", "text"},
             {R"({"input":"x","text":{"format":{"type":"json_schema"}}})", "schema"},
             {R"({"input":"x","instructions":7})", "instructions"},
         })
        for (const char* path : {"/v1/responses", "/responses/input_tokens"}) expectError(*call("POST", path, body), 400, "invalid_request_error", words);
}

} // namespace
} // namespace corral::server
