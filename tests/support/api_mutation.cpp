#include "tests/support/api_mutation.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace corral::test {

namespace {

using Json = nlohmann::ordered_json;

// What belongs to any endpoint that generates: small answers, every field there is.
constexpr const char* kGenerating = R"({
    "stream": true, "temperature": 0.8, "top_k": 40, "top_p": 0.9, "min_p": 0.05, "typical_p": 1.0, "repeat_penalty": 1.1, "repeat_last_n": 64, "presence_penalty": 0.1,
    "frequency_penalty": 0.1, "dry_multiplier": 0.8, "dry_base": 1.75, "dry_allowed_length": 2, "dry_penalty_last_n": -1, "dry_sequence_breakers": ["\n", ":"],
    "xtc_probability": 0.1, "xtc_threshold": 0.1, "mirostat": 2, "mirostat_tau": 5.0, "mirostat_eta": 0.1, "dynatemp_range": 0.5, "dynatemp_exponent": 1.0, "top_n_sigma": 1.0,
    "seed": 42, "stop": ["\n\n", "x"], "n": 2, "n_probs": 2, "logprobs": 2, "top_logprobs": 2, "min_keep": 1, "post_sampling_probs": true, "logit_bias": [[5, -1.5], ["a", false]],
    "grammar": "root ::= [a-z]{1,5}", "json_schema": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}, "cache_prompt": false, "id_slot": 1,
    "samplers": ["top_k", "temperature"], "ignore_eos": true, "n_keep": 4, "t_max_predict_ms": 100, "n_indent": 0, "return_tokens": true, "timings_per_token": true,
    "return_progress": true, "response_fields": ["content"], "stream_options": {"include_usage": true}, "lora": [], "echo": false, "suffix": "", "best_of": 1, "user": "x"})";
constexpr std::string_view kTools = R"([{"type": "function", "function": {"name": "weather", "description": "d", "parameters": {"type": "object",
    "properties": {"city": {"type": "string", "enum": ["A", "B"]}, "days": {"type": "array", "items": {"type": "integer", "minimum": 0}}}, "required": ["city"]}}}])";

// A right body of the endpoint; for one that is not known, everything.
Json rightBody(std::string_view path)
{
    const auto contains = [&](std::string_view part) { return path.find(part) != std::string_view::npos; };
    const auto parse = [](std::string_view text) { return Json::parse(text); };
    const Json messages = parse(R"([{"role": "system", "content": "s"}, {"role": "user", "content": [{"type": "text", "text": "hello"}]},
        {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "weather", "arguments": "{\"city\": \"A\"}"}}]},
        {"role": "tool", "tool_call_id": "1", "content": "rain"}, {"role": "user", "content": "and now?"}])");
    if (contains("control")) return parse(R"({"id": "chatcmpl-1", "action": "end_reasoning"})");
    if (contains("detokenize")) return parse(R"({"tokens": [1, 2, 300]})");
    if (contains("tokenize")) return parse(R"({"content": "hello world", "add_special": true, "parse_special": true, "with_pieces": true})");
    if (contains("rank")) return parse(R"({"model": "m", "query": "hello", "documents": ["one", "two"], "top_n": 1, "return_text": true})");
    if (contains("embedding")) return parse(R"({"input": ["hello", [1, 2]], "content": "hello", "encoding_format": "base64", "dimensions": 8, "embd_normalize": 2})");
    if (contains("slots")) return parse(R"({"filename": "one.bin"})");
    if (contains("props")) return parse(R"({"temperature": 0.5})");
    Json body = parse(kGenerating);
    body.update({{"max_tokens", 4}, {"n_predict", 4}});
    if (contains("chat") || contains("template") || contains("messages")) {
        body.update({{"messages", messages}, {"tools", parse(kTools)}, {"tool_choice", "auto"}, {"parallel_tool_calls", true}, {"add_generation_prompt", true},
                     {"reasoning_format", "auto"}, {"chat_template_kwargs", {{"enable_thinking", false}}}, {"thinking_forced_open", false}});
        if (contains("messages")) {
            body["system"] = parse(R"([{"type": "text", "text": "s"}])");
            body["tools"] = parse(R"([{"name": "weather", "description": "d", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}])");
            body["tool_choice"] = parse(R"({"type": "auto"})");
            body["messages"] = parse(R"([{"role": "user", "content": "hello"}, {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "weather",
                "input": {"city": "A"}}]}, {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "content": [{"type": "text", "text": "rain"}]}]}])");
            body["stop_sequences"] = {"x"};
            body["thinking"] = parse(R"({"type": "enabled", "budget_tokens": 10})");
        }
        body["response_format"] = parse(R"({"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object", "properties": {"a": {"type": "string", "maxLength": 3}}}}})");
    } else if (contains("responses")) {
        body.update({{"instructions", "s"}, {"input", parse(R"([{"role": "user", "content": [{"type": "input_text", "text": "hello"}]},
            {"type": "function_call", "call_id": "1", "name": "weather", "arguments": "{}"}, {"type": "function_call_output", "call_id": "1", "output": "rain"}])")},
                     {"max_output_tokens", 4}, {"tools", parse(R"([{"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}}])")},
                     {"text", {{"format", {{"type", "text"}}}}}, {"reasoning", {{"effort", "low"}}}});
    } else if (contains("infill")) {
        body.update({{"input_prefix", "a = "}, {"input_suffix", "\nb = 2"}, {"prompt", "x"}, {"input_extra", parse(R"([{"filename": "f", "text": "t"}])")}});
    } else {
        body["prompt"] = parse(R"(["hello", [1, 2, "x"], "world"])");
    }
    return body;
}

constexpr const char* kPaths[] = {"/completion", "/v1/chat/completions", "/v1/messages", "/v1/responses", "/infill", "/rerank", "/tokenize", "/detokenize", "/embedding", "/slots/0", "/props"};

// Any node of a value, or itself.
Json* anyNode(Json& root, std::mt19937& random)
{
    Json* at = &root;
    while (at->is_structured() && !at->empty() && std::uniform_int_distribution<int>(0, 2)(random) != 0) {
        auto next = at->begin();
        std::advance(next, std::uniform_int_distribution<std::size_t>(0, at->size() - 1)(random));
        at = &*next;
    }
    return at;
}

} // namespace

Json ApiMutation::value()
{
    static const std::vector<Json> kValues = [] {
        std::vector<Json> all{nullptr, true, false, 0, -1, 1, 2, 1.5, -0.0, 1e308, -1e308, 5e-324, 2147483647, 2147483648, -2147483649, INT64_MAX, INT64_MIN, UINT64_MAX, 1e19, 65535,
                              "", " ", "x", std::string(1, '\0'), "\xF4\x8F\xBF\xBF", "\xEF\xBF\xBE", std::string(5000, 'a'), "auto", "required", "none", "any", "json_object",
                              "text", "image_url", "[", "(a+)+$", "{{ x }}", "root ::= root", "root ::= \"a\"*", "root ::= (\"a\" | \"b\"){1,100000}", "root ::= nothing",
                              "../escaped", "/tmp/corral-escaped", "a/b", ".", "-1", "1e9", "<|im_start|>", "%s%n", Json::array(), Json::object(), {nullptr}, {{{}}}, {0, "0", {0}}};
        Json deepArray = 1, deepObject = "x", wide = Json::array(), schema = {{"type", "string"}};
        for (int i = 0; i < 60; ++i) deepArray = Json::array({std::move(deepArray)});
        for (int i = 0; i < 40; ++i) deepObject = Json{{"properties", {{"a", std::move(deepObject)}}}};
        for (int i = 0; i < 3000; ++i) wide.push_back(i % 300);
        for (int i = 0; i < 10; ++i) schema = {{"anyOf", {schema, {{"type", "array"}, {"items", schema}}}}}; // doubles with each
        all.insert(all.end(), {std::move(deepArray), std::move(deepObject), std::move(wide), {{"type", "object"}, {"additionalProperties", {{"$ref", "#"}}}},
                               {{"$ref", "#/definitions/missing"}}, {{"type", "string"}, {"pattern", "^(a|b)*{9}"}}, {{"type", "integer"}, {"minimum", -1e300}},
                               {{"type", "array"}, {"minItems", 1000000000}}, {{"type", "string"}, {"minLength", 100000}}, {{"enum", Json::array()}}, {{"not", Json::object()}}});
        return all;
    }();
    return kValues[below(kValues.size())];
}

void ApiMutation::change(Json& root)
{
    Json* const node = anyNode(root, m_random);
    switch (below(6)) {
    case 0:
    case 1: *node = value(); break;
    case 2:
        if (node->is_structured() && !node->empty()) {
            auto at = node->begin();
            std::advance(at, below(node->size()));
            node->erase(at);
        }
        break;
    case 3: {
        Json other = rightBody(kPaths[below(std::size(kPaths))]);
        *node = *anyNode(other, m_random);
        break;
    }
    case 4: {
        Json other = rightBody(kPaths[below(std::size(kPaths))]);
        auto at = other.begin();
        std::advance(at, below(other.size()));
        if (root.is_object()) root[at.key()] = below(2) ? *at : value();
        break;
    }
    case 5:
        if (node->is_array() && !node->empty()) node->insert(node->end(), below(200), Json((*node)[0]));
        break;
    }
}

void ApiMutation::breakText(std::string& text)
{
    constexpr std::string_view kPieces[] = {"\xff", "\xc3", "\xed\xa0\x80", "\\ud800", "\\u0000", "1e999", "NaN", "-", "\"", "{", "}", "[", "]", ",", ":", "\\", "/**/", "\xEF\xBB\xBF", "\n",
                                            "99999999999999999999", "0x1", "{\"a\":1,\"a\":2}"};
    const std::size_t at = below(text.size() + 1);
    switch (below(6)) {
    case 0: text.resize(at); break;
    case 1: text.insert(at, kPieces[below(std::size(kPieces))]); break;
    case 2: text.erase(at, 1 + below(8)); break;
    case 3: text.insert(at, std::string(1 + below(below(20) == 0 ? 100'000 : 600), "[{\"a\":"[below(6)])); break;
    case 4:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
    case 5: text.append(text.substr(at)); break;
    }
}

std::string ApiMutation::body(std::string_view path)
{
    Json root = rightBody(path);
    // A body with every field at once is often refused for two that exclude each other: most of the time only some are there.
    if (root.is_object() && below(8) != 0) {
        for (auto at = root.begin(); at != root.end();) {
            static constexpr std::string_view kKept[] = {"messages", "prompt", "input", "content", "tokens", "query", "documents", "n_predict", "max_tokens", "max_output_tokens", "filename", "input_prefix", "input_suffix"};
            if (std::ranges::find(kKept, std::string_view(at.key())) == std::end(kKept) && below(6) != 0) at = root.erase(at);
            else ++at;
        }
    }
    if (below(4) != 0)
        for (std::size_t changes = 1 + below(3); changes > 0; --changes) change(root);
    std::string text = root.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (below(5) == 0) breakText(text);
    return text;
}

} // namespace corral::test
