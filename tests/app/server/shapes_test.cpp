// What every endpoint answers, against a table of shapes: those that llama-server's manual and OpenAI's and Anthropic's references give (facts: server).
// A shape is JSON. "int", "number", "bool", "string", "null", "object", "array", "any", several with "|"; "=text" for exactly that text; a list holds shapes of one kind
// ([] none, [s] any number, [s, s] at least one); an object has exactly its members, those ending in "?" may be missing.
#include "tests/app/server/api_fixture.h"

#include <set>
#include <sstream>

namespace corral::server {
namespace {

using test::ApiTest;
using testing::HasSubstr;

bool isOf(std::string_view kind, const Json& value)
{
    if (kind == "any") return true;
    if (kind == "null") return value.is_null();
    if (kind == "bool") return value.is_boolean();
    if (kind == "int") return value.is_number_integer();
    if (kind == "number") return value.is_number();
    if (kind == "string") return value.is_string();
    if (kind == "object") return value.is_object();
    if (kind == "array") return value.is_array();
    if (kind.starts_with('=')) return value.is_string() && value.get_ref<const std::string&>() == kind.substr(1);
    ADD_FAILURE() << "the table is wrong: " << kind;
    return false;
}

// What differs, by its path; empty: nothing.
std::string difference(const Json& shape, const Json& value, const std::string& path = "$")
{
    const auto wrong = [&](const std::string& what) { return path + ": " + what + ", got " + dump(value).substr(0, 200); };
    if (shape.is_string()) {
        std::istringstream kinds(shape.get<std::string>());
        for (std::string kind; std::getline(kinds, kind, '|');)
            if (isOf(kind, value)) return {};
        return wrong("expected " + shape.get<std::string>());
    }
    if (!shape.is_structured()) return shape == value ? std::string() : wrong("expected " + dump(shape));
    if (shape.is_array()) {
        if (!value.is_array()) return wrong("expected a list");
        if (shape.empty() != value.empty() && shape.size() != 1) return wrong(shape.empty() ? "expected an empty list" : "expected a list that is not empty");
        for (std::size_t i = 0; i < value.size(); ++i)
            if (auto inner = difference(shape[0], value[i], path + "[" + std::to_string(i) + "]"); !inner.empty()) return inner;
        return {};
    }
    if (!value.is_object()) return wrong("expected an object");
    std::set<std::string> known;
    for (const auto& [key, member] : shape.items()) {
        const bool optional = key.ends_with('?');
        const std::string name = optional ? key.substr(0, key.size() - 1) : key;
        known.insert(name);
        if (!value.contains(name)) {
            if (!optional) return wrong("\"" + name + "\" is missing");
            continue;
        }
        if (auto inner = difference(member, value[name], path + "." + name); !inner.empty()) return inner;
    }
    for (const auto& [key, member] : value.items())
        if (!known.contains(key)) return wrong("\"" + key + "\" is not documented");
    return {};
}

// ---- the table's parts

const Json kTimings = Json::parse(R"({"cache_n":"int","prompt_n":"int","prompt_ms":"number","prompt_per_token_ms":"number","prompt_per_second":"number",
    "predicted_n":"int","predicted_ms":"number","predicted_per_token_ms":"number","predicted_per_second":"number"})");
const Json kProgress = Json::parse(R"({"total":"int","cache":"int","processed":"int","time_ms":"number"})");
const Json kUsage = Json::parse(R"({"prompt_tokens":"int","completion_tokens":"int","total_tokens":"int","prompt_tokens_details":{"cached_tokens":"int"}})");
const Json kSettings = Json::parse(R"({"seed":"int","temperature":"number","dynatemp_range":"number","dynatemp_exponent":"number","top_k":"int","top_p":"number","min_p":"number",
    "top_n_sigma":"number","xtc_probability":"number","xtc_threshold":"number","typical_p":"number","repeat_last_n":"int","repeat_penalty":"number","presence_penalty":"number",
    "frequency_penalty":"number","dry_multiplier":"number","dry_base":"number","dry_allowed_length":"int","dry_penalty_last_n":"int","dry_sequence_breakers":["string"],
    "mirostat":"int","mirostat_tau":"number","mirostat_eta":"number","adaptive_target":"number","adaptive_decay":"number","min_keep":"int","samplers":["string"],
    "logit_bias":["object"],"ignore_eos":"bool","stop":["string"],"n_predict":"int","max_tokens":"int","n_probs":"int","t_max_predict_ms":"int","cache_prompt":"bool",
    "stream":"bool","timings_per_token":"bool","post_sampling_probs":"bool","lora":[],"n_ctx?":"int"})");
const Json kLikely = Json::parse(R"({"id":"int","token":"string","bytes":["int"],"logprob":"number"})");
const Json kDrawn = Json::parse(R"({"id":"int","token":"string","bytes":["int"],"prob":"number"})");

Json with(Json shape, const Json& members)
{
    shape.update(members);
    return shape;
}
Json some(const Json& shape) { return Json::array({shape, shape}); }

const Json kProbability = with(kLikely, {{"top_logprobs", Json::array({kLikely})}});
const Json kDrawnProbability = with(kDrawn, {{"top_probs", Json::array({kDrawn})}});

// POST /completion, /completions, /infill
const Json kNativeChunk{{"index", "int"}, {"content", "string"}, {"tokens", {"int"}}, {"stop", false}, {"id_slot", "int"}, {"tokens_predicted", "int"}, {"tokens_evaluated", "int"}};
Json nativeResult(const char* stopType)
{
    return {{"index", "int"},
            {"content", "string"},
            {"tokens", {"int"}},
            {"id_slot", "int"},
            {"stop", true},
            {"model", "string"},
            {"tokens_predicted", "int"},
            {"tokens_evaluated", "int"},
            {"tokens_cached", "int"},
            {"generation_settings", kSettings},
            {"prompt", "string"},
            {"has_new_line", "bool"},
            {"truncated", "bool"},
            {"stop_type", stopType},
            {"stopping_word", "string"},
            {"timings", kTimings}};
}

// POST /v1/chat/completions, /v1/completions
Json openAi(const char* object, const Json& choice)
{
    return {{"id", "string"}, {"object", object}, {"created", "int"}, {"model", "string"}, {"system_fingerprint", "string"}, {"choices", some(choice)}};
}
Json openAiUsage(const char* object)
{
    Json shape = openAi(object, "any");
    shape["choices"] = Json::array();
    return with(shape, {{"usage", kUsage}, {"timings", kTimings}});
}
Json delta(const Json& members, const char* reason = "null") { return openAi("=chat.completion.chunk", {{"index", "int"}, {"delta", members}, {"finish_reason", reason}}); }
Json textChoice(const Json& logprobs, const char* reason) { return {{"text", "string"}, {"index", "int"}, {"logprobs", logprobs}, {"finish_reason", reason}}; }

// POST /v1/responses
Json responseItem(const char* status, const Json& content)
{
    return {{"type", "=message"}, {"id", "string"}, {"role", "=assistant"}, {"status", status}, {"content", content}};
}
const Json kOutputText{{"type", "=output_text"}, {"text", "string"}, {"annotations", Json::array()}, {"logprobs", Json::array()}};
const Json kResponseUsage{{"input_tokens", "int"}, {"output_tokens", "int"}, {"total_tokens", "int"}, {"input_tokens_details", {{"cached_tokens", "int"}}}};
Json response(const char* status, const Json& output, const Json& usage)
{
    return {{"id", "string"},         {"object", "=response"},   {"created_at", "int"}, {"completed_at", "int|null"}, {"status", status},  {"model", "string"},
            {"error", "null"}, {"incomplete_details", "object|null"}, {"output", output},    {"usage", usage}};
}
Json place(const Json& more) { return with({{"type", "string"}, {"sequence_number", "int"}, {"item_id", "string"}, {"output_index", "int"}, {"content_index", "int"}}, more); }

// POST /v1/messages
const Json kMessageUsage{{"cache_read_input_tokens", "int"}, {"input_tokens", "int"}, {"output_tokens", "int"}};
Json anthropicMessage(const Json& content, const char* reason)
{
    return {{"id", "string"}, {"type", "=message"}, {"role", "=assistant"}, {"model", "string"}, {"content", content}, {"stop_reason", reason}, {"stop_sequence", "string|null"}, {"usage", kMessageUsage}};
}

const Json kError{{"error", {{"code", "int"}, {"message", "string"}, {"type", "string"}}}};

class Shapes : public ApiTest {
protected:
    void SetUp() override
    {
        std::filesystem::create_directory(dir / "slots");
        serve({}, [&](engine::ServiceOptions&, ApiOptions& options) {
            options.slotSavePath = dir / "slots";
            options.props = true;
            options.aliases = {"tiny", "small"};
            options.tags = {"test"};
        });
    }
    void expect(const test::FakeReply& reply, const Json& shape, int status = 200)
    {
        EXPECT_EQ(reply.status, status) << reply.body;
        EXPECT_FALSE(reply.streamed);
        EXPECT_THAT(reply.contentType, HasSubstr("application/json"));
        EXPECT_EQ(difference(shape, reply.json()), "");
    }
    // Of a stream: each event has the shape of its place. The middle's stands for any number of events.
    void expectEvents(const test::FakeReply& reply, const Json& first, const Json& middle, const std::vector<Json>& last)
    {
        ASSERT_TRUE(reply.streamed) << reply.body;
        const auto events = reply.events();
        ASSERT_GE(events.size(), last.size() + 2) << reply.body;
        for (std::size_t i = 0; i < events.size(); ++i) {
            const bool ends = i + last.size() >= events.size();
            const Json& shape = i == 0 ? first : ends ? last[i + last.size() - events.size()] : middle;
            EXPECT_EQ(difference(shape, events[i]), "") << "event " << i;
        }
    }
    const Json messages = Json::array({{{"role", "user"}, {"content", "hello"}}});
};

TEST_F(Shapes, TheMatcherSeesDifferences)
{
    const Json shape{{"a", "int"}, {"b?", {"string", "string"}}, {"c", "=x|null"}};
    EXPECT_EQ(difference(shape, {{"a", 1}, {"c", "x"}}), "");
    EXPECT_EQ(difference(shape, {{"a", 1}, {"b", {"y"}}, {"c", nullptr}}), "");
    for (const Json& wrong : {Json{{"a", 1.5}, {"c", "x"}}, Json{{"a", 1}}, Json{{"a", 1}, {"c", "y"}}, Json{{"a", 1}, {"c", "x"}, {"d", 1}}, Json{{"a", 1}, {"b", Json::array()}, {"c", "x"}},
                              Json{{"a", 1}, {"b", {1}}, {"c", "x"}}, Json::array(), Json()})
        EXPECT_NE(difference(shape, wrong), "") << wrong;
    EXPECT_NE(difference(Json::array(), Json::array({1})), "");
}

TEST_F(Shapes, Health)
{
    for (const char* path : {"/health", "/v1/health"}) expect(*call("GET", path), {{"status", "=ok"}});
}

TEST_F(Shapes, Models)
{
    const Json meta{{"vocab_type", "int"}, {"n_vocab", "int"}, {"n_ctx", "int"}, {"n_ctx_train", "int"}, {"n_embd", "int"}, {"n_params", "int"}, {"size", "int"}, {"ftype", "string"}};
    const Json mirrored{{"parent_model", "string"}, {"format", "=gguf"}, {"family", "string"}, {"families", {"string"}}, {"parameter_size", "string"}, {"quantization_level", "string"}};
    const Json shape{{"object", "=list"},
                     {"data", some({{"id", "=tiny"}, {"aliases", {"string", "string"}}, {"tags", {"=test", "=test"}}, {"object", "=model"}, {"created", "int"}, {"owned_by", "string"}, {"meta", meta}})},
                     {"models", some({{"name", "=tiny"},
                                      {"model", "=tiny"},
                                      {"modified_at", "string"},
                                      {"size", "string"},
                                      {"digest", "string"},
                                      {"type", "=model"},
                                      {"description", "string"},
                                      {"tags", {"string"}},
                                      {"capabilities", {"=completion", "=completion"}},
                                      {"parameters", "string"},
                                      {"details", mirrored}})}};
    for (const char* path : {"/models", "/v1/models"}) {
        const auto reply = call("GET", path);
        expect(*reply, shape);
        EXPECT_EQ(reply->json()["data"][0]["aliases"], Json::array({"tiny", "small"}));
        EXPECT_EQ(reply->json()["data"][0]["meta"]["n_embd"], 32);
        EXPECT_EQ(reply->json()["data"][0]["meta"]["vocab_type"], 1);
    }
}

TEST_F(Shapes, Props)
{
    const Json caps{{"supports_tools", "bool"},
                    {"supports_tool_calls", "bool"},
                    {"supports_system_role", true},
                    {"supports_parallel_tool_calls", "bool"},
                    {"supports_preserve_reasoning", "bool"},
                    {"supports_reasoning_effort", "bool"},
                    {"supports_string_content", true},
                    {"supports_typed_content", "bool"},
                    {"supports_object_arguments", "bool"}};
    expect(*call("GET", "/props"), {{"default_generation_settings", {{"params", kSettings}, {"n_ctx", 1024}}},
                                    {"total_slots", 2},
                                    {"model_alias", "=tiny"},
                                    {"model_ftype", "string"},
                                    {"model_path", "string"},
                                    {"modalities", {{"vision", false}, {"video", false}, {"audio", false}}},
                                    {"media_marker", "string"},
                                    {"endpoint_slots", true},
                                    {"endpoint_props", true},
                                    {"endpoint_metrics", true},
                                    {"ui", true},
                                    {"ui_settings", "object"},
                                    {"chat_template", "string"},
                                    {"chat_template_tool_use?", "string"},
                                    {"chat_template_caps", caps},
                                    {"bos_token", "string"},
                                    {"eos_token", "string"},
                                    {"build_info", "string"},
                                    {"is_sleeping", false},
                                    {"cors_proxy_enabled", false}});
    expect(*call("POST", "/props", "{}"), {{"success", true}});
}

TEST_F(Shapes, Slots)
{
    const Json idle{{"id", "int"}, {"n_ctx", 1024}, {"speculative", false}, {"is_processing", "bool"}};
    expect(*call("GET", "/slots"), some(idle));
    const Json worked = with(idle, {{"id_task", "int"},
                                    {"n_prompt_tokens", "int"},
                                    {"n_prompt_tokens_processed", "int"},
                                    {"n_prompt_tokens_cache", "int"},
                                    {"params", kSettings},
                                    {"next_token", some({{"has_next_token", "bool"}, {"has_new_line", "bool"}, {"n_remain", "int"}, {"n_decoded", "int"}})}});
    post("/completion", {{"prompt", "hello world"}, {"n_predict", 5}, {"id_slot", 1}, {"top_k", 7}});
    const auto states = call("GET", "/slots")->json();
    EXPECT_EQ(difference(idle, states[0]), "");
    EXPECT_EQ(difference(worked, states[1]), "");
    EXPECT_EQ(states[1]["is_processing"], false);
    EXPECT_EQ(states[1]["params"]["top_k"], 7);
    EXPECT_EQ(states[1]["next_token"], Json::parse(R"([{"has_next_token":false,"has_new_line":false,"n_remain":0,"n_decoded":5}])"));

    // One that works.
    auto running = std::make_shared<test::FakeReply>();
    api->answer({"POST", "/completion", {}, Json{{"prompt", "hello world"}, {"n_predict", 900}, {"ignore_eos", true}, {"id_slot", 1}}.dump()}, running);
    Json now;
    for (int i = 0; i < 2000 && (now.is_null() || now["is_processing"] == false); ++i) now = call("GET", "/slots")->json()[1];
    EXPECT_EQ(difference(worked, now), "");
    EXPECT_EQ(now["is_processing"], true) << "it was over before anybody looked";
    EXPECT_EQ(now["next_token"][0]["n_remain"].get<int>() + now["next_token"][0]["n_decoded"].get<int>(), 900);
    EXPECT_TRUE(running->wait());

    const auto change = [&](const char* action, const Json& body) { return call("POST", "/slots/1", body.dump(), {{"action", action}}); };
    expect(*change("save", {{"filename", "one"}}), {{"id_slot", 1}, {"filename", "=one"}, {"n_saved", "int"}, {"n_written", "int"}, {"timings", {{"save_ms", "number"}}}});
    expect(*change("restore", {{"filename", "one"}}), {{"id_slot", 1}, {"filename", "=one"}, {"n_restored", "int"}, {"n_read", "int"}, {"timings", {{"restore_ms", "number"}}}});
    expect(*change("erase", Json::object()), {{"id_slot", 1}, {"n_erased", "int"}});
    expect(*change("dance", Json::object()), kError, 400);
}

TEST_F(Shapes, Metrics)
{
    post("/completion", {{"prompt", "hello"}});
    const auto reply = call("GET", "/metrics");
    EXPECT_EQ(reply->contentType, "text/plain; version=0.0.4");
    std::istringstream lines(reply->body);
    std::map<std::string, std::string> types, values;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string a, b, c, d;
        words >> a >> b >> c >> d;
        if (a == "#" && b == "TYPE") types[c] = d;
        else if (a != "#") values[a] = b;
    }
    for (const auto& [name, type] : std::map<std::string, std::string>{{"prompt_tokens_total", "counter"}, {"prompt_seconds_total", "counter"}, {"tokens_predicted_total", "counter"},
             {"tokens_predicted_seconds_total", "counter"}, {"n_decode_total", "counter"}, {"n_tokens_max", "counter"}, {"n_busy_slots_per_decode", "gauge"},
             {"prompt_tokens_seconds", "gauge"}, {"predicted_tokens_seconds", "gauge"}, {"requests_processing", "gauge"}, {"requests_deferred", "gauge"},
             {"spec_decode_num_drafts_total", "counter"}, {"spec_decode_num_draft_tokens_total", "counter"}, {"spec_decode_num_accepted_tokens_total", "counter"}}) {
        EXPECT_EQ(types["llamacpp:" + name], type) << name;
        EXPECT_TRUE(values.contains("llamacpp:" + name)) << name;
    }
    EXPECT_EQ(types.size(), 14u);
    EXPECT_GT(std::stod(values["llamacpp:n_decode_total"]), 0);
}

TEST_F(Shapes, NativeCompletion)
{
    for (const char* path : {"/completion", "/completions"}) expect(*post(path, {{"prompt", "hello"}, {"n_predict", 3}}), nativeResult("=limit"));
    const auto placed = post("/completion", {{"prompt", "hello"}, {"n_predict", 3}, {"id_slot", 1}})->json();
    EXPECT_EQ(placed["id_slot"], 1);
    EXPECT_GE(post("/completion", {{"prompt", "hello"}, {"n_predict", 3}})->json()["id_slot"], 0) << "the one that was found";
    expect(*post("/completion", {{"prompt", "hello"}, {"n_predict", 3}, {"n_probs", 2}}), with(nativeResult("=limit"), {{"completion_probabilities", some(kProbability)}}));
    expect(*post("/completion", {{"prompt", "hello"}, {"n_predict", 3}, {"n_probs", 2}, {"post_sampling_probs", true}}),
           with(nativeResult("=limit"), {{"completion_probabilities", some(kDrawnProbability)}}));
    expect(*post("/completion", {{"prompt", {"hello", "you"}}, {"n_predict", 3}}), some(nativeResult("=limit")));
    expect(*post("/completion", {{"prompt", Json::array()}}), nativeResult("=eos"));
    expect(*post("/completion", {{"prompt", "hello"}, {"n_predict", 3}, {"response_fields", {"content", "timings/prompt_n"}}}), {{"content", "string"}, {"timings/prompt_n", "int"}});
    const auto written = post("/completion", {{"prompt", "hello"}, {"n_predict", 30}})->json()["content"].get<std::string>();
    const auto letter = std::ranges::find_if(written, [](char c) { return c > ' '; });
    ASSERT_NE(letter, written.end());
    const auto stopped = post("/completion", {{"prompt", "hello"}, {"n_predict", 30}, {"stop", std::string(1, *letter)}});
    expect(*stopped, nativeResult("=word"));
    EXPECT_EQ(stopped->json()["stopping_word"].get<std::string>(), std::string(1, *letter));

    const Json streamed{{"prompt", "hello"}, {"n_predict", 5}, {"stream", true}};
    expectEvents(*post("/completion", streamed), kNativeChunk, kNativeChunk, {nativeResult("=limit")});
    expectEvents(*post("/completion", with(streamed, {{"n_probs", 1}, {"timings_per_token", true}, {"return_progress", true}})), with(kNativeChunk, {{"prompt_progress", kProgress}}),
                 with(kNativeChunk, {{"timings", kTimings}, {"completion_probabilities", some(kProbability)}}), {with(nativeResult("=limit"), {{"completion_probabilities?", "array"}})});
}

TEST_F(Shapes, TextCompletion)
{
    const Json answer = with(openAi("=text_completion", textChoice("null", "=length")), {{"usage", kUsage}, {"timings", kTimings}});
    const Json body{{"prompt", "hello"}, {"max_tokens", 4}};
    expect(*post("/v1/completions", body), answer);
    expect(*post("/v1/completions", with(body, {{"logprobs", 1}})),
           with(openAi("=text_completion", textChoice({{"content", some(kProbability)}}, "=length")), {{"usage", kUsage}, {"timings", kTimings}}));
    expect(*post("/v1/completions", with(body, {{"verbose", true}})), with(answer, {{"__verbose", nativeResult("=limit")}}));
    const Json chunk = openAi("=text_completion", textChoice("null", "null")), last = with(openAi("=text_completion", textChoice("null", "=length")), {{"timings", kTimings}});
    expectEvents(*post("/v1/completions", with(body, {{"stream", true}})), chunk, chunk, {last, "=[DONE]"});
    expectEvents(*post("/v1/completions", with(body, {{"stream", true}, {"stream_options", {{"include_usage", true}}}})), chunk, chunk, {last, openAiUsage("=text_completion"), "=[DONE]"});
}

TEST_F(Shapes, ChatCompletion)
{
    const Json message{{"role", "=assistant"}, {"content", "string"}};
    const Json answer = with(openAi("=chat.completion", {{"index", "int"}, {"finish_reason", "=length"}, {"message", message}}), {{"usage", kUsage}, {"timings", kTimings}});
    const Json body{{"messages", messages}, {"max_tokens", 4}};
    for (const char* path : {"/v1/chat/completions", "/chat/completions"}) {
        const auto reply = post(path, body);
        expect(*reply, answer);
        EXPECT_THAT(reply->json()["id"].get<std::string>(), testing::MatchesRegex("chatcmpl-[0-9A-Za-z]{32}"));
    }
    expect(*post("/v1/chat/completions", with(body, {{"n", 2}, {"logprobs", true}, {"top_logprobs", 2}})),
           with(openAi("=chat.completion", {{"index", "int"}, {"finish_reason", "=length"}, {"message", message}, {"logprobs", {{"content", some(kProbability)}}}}), {{"usage", kUsage}, {"timings", kTimings}}));
    expect(*post("/v1/chat/completions", with(body, {{"verbose", true}})), with(answer, {{"__verbose", nativeResult("=limit")}}));

    const Json first = delta({{"role", "=assistant"}, {"content", "null"}}), middle = delta({{"content", "string"}}), last = with(delta(Json::object(), "=length"), {{"timings", kTimings}});
    const Json streamed = with(body, {{"stream", true}});
    expectEvents(*post("/v1/chat/completions", streamed), first, middle, {last, "=[DONE]"});
    expectEvents(*post("/v1/chat/completions", with(streamed, {{"stream_options", {{"include_usage", true}}}})), first, middle, {last, openAiUsage("=chat.completion.chunk"), "=[DONE]"});
    expectEvents(*post("/v1/chat/completions", with(streamed, {{"verbose", true}, {"timings_per_token", true}})), first, with(middle, {{"timings", kTimings}}),
                 {with(last, {{"__verbose", nativeResult("=limit")}}), "=[DONE]"});

    expect(*post("/v1/chat/completions/input_tokens", body), {{"object", "=response.input_tokens"}, {"input_tokens", "int"}});
    expect(*post("/v1/chat/completions/control", {{"id", "chatcmpl-x"}, {"action", "reasoning_end"}}), {{"success", false}, {"message?", "string"}});
    expect(*post("/v1/chat/completions/control", {{"id", "chatcmpl-x"}, {"action", "dance"}}), kError, 400);
    expect(*post("/v1/chat/completions/control", {{"action", "reasoning_end"}}), kError, 400);
}

TEST_F(Shapes, Responses)
{
    const Json body{{"input", "hello"}, {"max_output_tokens", 4}};
    const Json whole = response("=completed", some(responseItem("=completed", some(kOutputText))), kResponseUsage);
    for (const char* path : {"/v1/responses", "/responses"}) expect(*post(path, body), whole);
    expect(*post("/v1/responses/input_tokens", body), {{"object", "=response.input_tokens"}, {"input_tokens", "int"}});
    const auto reply = post("/v1/responses", with(body, {{"stream", true}}));
    const auto event = [](const Json& more) { return with({{"type", "string"}, {"sequence_number", "int"}}, more); };
    const Json begun = event({{"response", response("=in_progress", Json::array(), "null")}});
    const Json text{{"text", "string"}, {"logprobs", Json::array()}};
    const std::map<std::string, Json> shapes{{"response.created", begun},
                                             {"response.in_progress", begun},
                                             {"response.output_item.added", event({{"output_index", "int"}, {"item", responseItem("=in_progress", Json::array())}})},
                                             {"response.content_part.added", place({{"part", kOutputText}})},
                                             {"response.output_text.delta", place({{"delta", "string"}, {"logprobs", Json::array()}})},
                                             {"response.output_text.done", place(text)},
                                             {"response.content_part.done", place({{"part", kOutputText}})},
                                             {"response.output_item.done", event({{"output_index", "int"}, {"item", responseItem("=completed", some(kOutputText))}})},
                                             {"response.completed", event({{"response", whole}})}};
    std::vector<std::string> order;
    int number = 0;
    for (const Json& told : reply->events()) {
        const auto type = told["type"].get<std::string>();
        ASSERT_TRUE(shapes.contains(type)) << type;
        EXPECT_EQ(difference(shapes.at(type), told), "") << type;
        EXPECT_EQ(told["sequence_number"], number++);
        EXPECT_THAT(reply->body, HasSubstr("event: " + type + "\n"));
        if (order.empty() || order.back() != type) order.push_back(type);
    }
    EXPECT_THAT(order, testing::ElementsAre("response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                                            "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"));
}

TEST_F(Shapes, Messages)
{
    const Json body{{"messages", messages}, {"max_tokens", 4}, {"model", "x"}};
    expect(*post("/v1/messages", body), anthropicMessage(some({{"type", "=text"}, {"text", "string"}}), "=max_tokens"));
    expect(*post("/v1/messages/count_tokens", body), {{"input_tokens", "int"}});
    expect(*post("/v1/messages", {{"max_tokens", 4}}), with(kError, {{"type", "=error"}}), 400);
    const Json typed{{"type", "string"}};
    const std::map<std::string, Json> shapes{
        {"message_start", with(typed, {{"message", anthropicMessage(Json::array(), "null")}})},
        {"content_block_start", with(typed, {{"index", "int"}, {"content_block", {{"type", "=text"}, {"text", "="}}}})},
        {"content_block_delta", with(typed, {{"index", "int"}, {"delta", {{"type", "=text_delta"}, {"text", "string"}}}})},
        {"content_block_stop", with(typed, {{"index", "int"}})},
        {"message_delta", with(typed, {{"delta", {{"stop_reason", "=max_tokens"}, {"stop_sequence", "null"}}}, {"usage", {{"output_tokens", "int"}}}})},
        {"message_stop", typed}};
    std::vector<std::string> order;
    const auto reply = post("/v1/messages", with(body, {{"stream", true}}));
    for (const Json& told : reply->events()) {
        const auto type = told["type"].get<std::string>();
        ASSERT_TRUE(shapes.contains(type)) << type;
        EXPECT_EQ(difference(shapes.at(type), told), "") << type;
        if (order.empty() || order.back() != type) order.push_back(type);
    }
    EXPECT_THAT(order, testing::ElementsAre("message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"));
}

TEST_F(Shapes, Embeddings)
{
    const Json usage{{"prompt_tokens", "int"}, {"total_tokens", "int"}};
    const auto list = [&](const Json& vector) { return Json{{"object", "=list"}, {"model", "string"}, {"data", some({{"object", "=embedding"}, {"index", "int"}, {"embedding", vector}})}, {"usage", usage}}; };
    expect(*post("/v1/embeddings", {{"input", {"hello", "you"}}}), list(some("number")));
    expect(*post("/v1/embeddings", {{"input", "hello"}, {"encoding_format", "base64"}}), list("string"));
    const Json native = some({{"index", "int"}, {"embedding", some(some("number"))}});
    for (const char* path : {"/embedding", "/embeddings", "/v1/embeddings"}) expect(*post(path, {{"content", {"hello", "you"}}}), native);
}

TEST_F(Shapes, TextTools)
{
    expect(*post("/tokenize", {{"content", "hello"}}), {{"tokens", some("int")}});
    expect(*post("/tokenize", {{"content", "hello"}, {"with_pieces", true}}), {{"tokens", some({{"id", "int"}, {"piece", "string|array"}})}});
    expect(*post("/tokenize", Json::object()), {{"tokens", Json::array()}});
    expect(*post("/detokenize", {{"tokens", {5, 6}}}), {{"content", "string"}});
    expect(*post("/apply-template", {{"messages", messages}}), {{"prompt", "string"}});
}

TEST_F(Shapes, WhatIsNotHere)
{
    expect(*call("GET", "/lora-adapters"), Json::array());
    expect(*call("POST", "/lora-adapters", "[]"), {{"success", true}});
    expect(*call("POST", "/lora-adapters", R"([{"id":0,"scale":1}])"), kError, 404);
    expect(*call("POST", "/lora-adapters", "{}"), kError, 400);
    expect(*call("POST", "/infill", R"({"input_prefix":"a","input_suffix":"b"})"), kError, 501);
    expect(*call("POST", "/rerank", R"({"query":"a","documents":["b"]})"), kError, 501);
    expect(*call("GET", "/tools"), kError, 403);
    expect(*call("GET", "/nowhere"), kError, 404);
    api->setService(nullptr);
    const auto loading = call("GET", "/props");
    expect(*loading, kError, 503);
    EXPECT_EQ(loading->json()["error"]["message"], "Loading model");
    EXPECT_EQ(loading->json()["error"]["type"], "unavailable_error");
}

TEST_F(Shapes, Errors)
{
    const std::string longer(3000, 'x');
    const auto full = post("/completion", {{"prompt", longer + longer}});
    expect(*full, {{"error", {{"code", 400}, {"message", "string"}, {"type", "=exceed_context_size_error"}, {"n_prompt_tokens", "int"}, {"n_ctx", 1024}}}}, 400);
    for (const Json& wrong : {Json{{"n_keep", "x"}}, Json{{"n_keep", -2}}, Json{{"n_discard", -1}}, Json{{"n_cache_reuse", {1}}}, Json{{"verbose", 1}}, Json{{"n_predict", -2}}, Json{{"stream", "yes"}}}) {
        const auto reply = post("/completion", with({{"prompt", "hello"}}, wrong));
        expect(*reply, kError, 400);
        EXPECT_THAT(reply->json()["error"]["message"].get<std::string>(), HasSubstr("Field '" + wrong.begin().key() + "'"));
    }
    expect(*post("/completion", {{"prompt", "hello"}, {"n_keep", -1}, {"n_discard", 4}, {"n_cache_reuse", 256}, {"n_predict", 1}}), nativeResult("=limit"));
}

// Calls of tools, and rerank and infill with models that can: what the others have not shown.
TEST_F(Shapes, CallsOfTools)
{
    test::TinyModel model;
    model.chatTemplate = "{% if tools %}{{ tools | tojson }}{% endif %}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% for c in m.tool_calls %}<tool_call>\n{{ c | tojson }}\n</tool_call>{% endfor %}\n{% endfor %}[assistant]";
    serve(model);
    const Json tool{{"type", "function"}, {"function", {{"name", "look"}, {"parameters", {{"type", "object"}, {"properties", {{"up", {{"type", "boolean"}}}}}, {"required", {"up"}}}}}}};
    const Json body{{"messages", messages}, {"max_tokens", 200}, {"tools", Json::array({tool})}, {"tool_choice", "required"}, {"parallel_tool_calls", false}};
    const Json called{{"id", "string"}, {"type", "=function"}, {"function", {{"name", "=look"}, {"arguments", "string"}}}};
    const Json message{{"role", "=assistant"}, {"content", "null"}, {"tool_calls", some(called)}};
    const auto reply = post("/v1/chat/completions", body);
    expect(*reply, with(openAi("=chat.completion", {{"index", "int"}, {"finish_reason", "=tool_calls|=length"}, {"message", message}}), {{"usage", kUsage}, {"timings", kTimings}}));

    const auto events = post("/v1/chat/completions", with(body, {{"stream", true}}))->events();
    const Json begins{{"index", 0}, {"id", "string"}, {"type", "=function"}, {"function", {{"name", "=look"}, {"arguments", "string"}}}};
    const Json goesOn{{"index", 0}, {"function", {{"arguments", "string"}}}};
    bool begun = false;
    for (const Json& event : events) {
        if (!event.is_object() || !event["choices"][0]["delta"].contains("tool_calls")) continue;
        EXPECT_EQ(difference(delta({{"tool_calls", some(begun ? goesOn : begins)}}), event), "");
        begun = true;
    }
    EXPECT_TRUE(begun);
}

} // namespace
} // namespace corral::server
