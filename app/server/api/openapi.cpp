#include "app/server/api/call.h"
#include "app/server/api/formats.h"

namespace corral::server {

namespace {

// Every endpoint, in the words of OpenAPI 3.1; openapi_test.cpp holds it against Api::routes().
struct Operation {
    std::string_view path, method; // behind "/v1", too, if `v1`
    bool v1;
    std::string_view summary;
    std::string_view request, answer; // schemas of components; empty: no body, or one of another kind
    bool streams = false;             // if the request says so, as server-sent events
};

constexpr Operation kOperations[] = {
    {"/", "get", false, "A page with a chat box", "", ""},
    {"/health", "get", true, "Whether the model is loaded", "", "Health"},
    {"/models", "get", true, "The model that is served", "", "Models"},
    {"/props", "get", false, "What the server is set to", "", "Props"},
    {"/props", "post", false, "Change it (--props)", "", "Success"},
    {"/slots", "get", false, "What each slot is doing", "", "Slots"},
    {"/slots/{id}", "post", false, "Save, restore or erase what a slot remembers (--slot-save-path)", "SlotFile", "SlotChange"},
    {"/metrics", "get", false, "Counters for Prometheus (--metrics)", "", ""},
    {"/completion", "post", false, "Go on with a text", "Completion", "CompletionAnswer", true},
    {"/completions", "post", false, "Go on with a text", "Completion", "CompletionAnswer", true},
    {"/v1/completions", "post", false, "Go on with a text, as OpenAI has it", "Completion", "TextCompletion", true},
    {"/chat/completions", "post", true, "Answer a chat, as OpenAI has it", "Chat", "ChatCompletion", true},
    {"/chat/completions/input_tokens", "post", true, "Count a chat's tokens", "Chat", "InputTokens"},
    {"/chat/completions/control", "post", true, "End the reasoning of a chat that is being answered", "Control", "Success"},
    {"/responses", "post", true, "Answer a chat, as OpenAI's Responses have it", "Responses", "Response", true},
    {"/responses/input_tokens", "post", true, "Count a response's input tokens", "Responses", "InputTokens"},
    {"/v1/messages", "post", false, "Answer a chat, as Anthropic has it", "Messages", "Message", true},
    {"/v1/messages/count_tokens", "post", false, "Count a chat's tokens, as Anthropic has it", "Messages", "MessageTokens"},
    {"/infill", "post", false, "Fill in the middle of a text", "Infill", "CompletionAnswer", true},
    {"/v1/embeddings", "post", false, "Vectors of texts, as OpenAI has it (--embedding)", "Embeddings", "EmbeddingList"},
    {"/embeddings", "post", false, "Vectors of texts (--embedding)", "NativeEmbeddings", "NativeEmbeddingList"},
    {"/embedding", "post", false, "Vectors of texts (--embedding)", "NativeEmbeddings", "NativeEmbeddingList"},
    {"/rerank", "post", true, "Sort documents by how they answer a query (--rerank)", "Rerank", "RerankAnswer"},
    {"/reranking", "post", true, "Sort documents by how they answer a query (--rerank)", "Rerank", "RerankAnswer"},
    {"/tokenize", "post", true, "A text's tokens", "Tokenize", "Tokens"},
    {"/detokenize", "post", true, "The text of tokens", "Detokenize", "Content"},
    {"/apply-template", "post", true, "The prompt that a chat becomes", "Chat", "Prompt"},
    {"/audio/transcriptions", "post", true, "Speech as text: 501", "", "Anything"},
    {"/lora-adapters", "get", false, "The model's adapters: none", "", "Adapters"},
    {"/lora-adapters", "post", false, "Change their scales: there are none", "Scales", "Success"},
    {"/tools", "get", false, "Not here: 403", "", "Anything"},
    {"/tools", "post", false, "Not here: 403", "", "Anything"},
    {"/cors-proxy", "get", false, "Not here: 403", "", "Anything"},
    {"/cors-proxy", "post", false, "Not here: 403", "", "Anything"},
    {"/openapi.json", "get", false, "This document", "", "Anything"},
};

constexpr std::string_view kSchemas = R"json({
"Anything": {"type": "object"},
"Error": {"type": "object", "required": ["error"], "properties": {"error": {"type": "object", "required": ["message", "type", "code"], "properties": {
  "message": {"type": "string"}, "code": {"type": "integer"}, "type": {"enum": ["invalid_request_error", "exceed_context_size_error", "authentication_error",
  "permission_error", "not_found_error", "server_error", "not_supported_error", "unavailable_error"]}}}}},
"Health": {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}},
"Success": {"type": "object", "required": ["success"], "properties": {"success": {"type": "boolean"}, "message": {"type": "string"}}},
"Models": {"type": "object", "required": ["object", "data"], "properties": {"object": {"const": "list"}, "data": {"type": "array", "items": {"type": "object",
  "required": ["id", "object"], "properties": {"id": {"type": "string"}, "object": {"const": "model"}, "created": {"type": "integer"}, "meta": {"type": "object"}}}}}},
"Props": {"type": "object", "required": ["default_generation_settings", "total_slots", "model_path", "chat_template"], "properties": {
  "default_generation_settings": {"type": "object"}, "total_slots": {"type": "integer"}, "model_path": {"type": "string"}, "chat_template": {"type": "string"}}},
"Slots": {"type": "array", "items": {"type": "object", "required": ["id", "n_ctx", "is_processing"], "properties": {"id": {"type": "integer"}, "n_ctx": {"type": "integer"},
  "is_processing": {"type": "boolean"}, "id_task": {"type": "integer"}, "n_prompt_tokens": {"type": "integer"}, "n_prompt_tokens_processed": {"type": "integer"},
  "n_prompt_tokens_cache": {"type": "integer"}, "params": {"type": "object"}, "next_token": {"type": "array", "items": {"type": "object"}}}}},
"SlotFile": {"type": "object", "properties": {"filename": {"type": "string", "description": "a plain name; not for action=erase"}}},
"SlotChange": {"type": "object", "required": ["id_slot"], "properties": {"id_slot": {"type": "integer"}, "filename": {"type": "string"}, "n_saved": {"type": "integer"},
  "n_written": {"type": "integer"}, "n_restored": {"type": "integer"}, "n_read": {"type": "integer"}, "n_erased": {"type": "integer"}, "timings": {"type": "object"}}},
"Sampling": {"type": "object", "properties": {
  "seed": {"type": ["integer", "null"]}, "temperature": {"type": ["number", "null"]}, "dynatemp_range": {"type": "number", "minimum": 0}, "dynatemp_exponent": {"type": "number"},
  "top_k": {"type": "integer", "minimum": -1}, "top_p": {"type": ["number", "null"], "minimum": 0, "maximum": 1}, "min_p": {"type": "number", "minimum": 0, "maximum": 1},
  "top_n_sigma": {"type": "number"}, "typical_p": {"type": "number", "minimum": 0, "maximum": 1}, "xtc_probability": {"type": "number", "minimum": 0, "maximum": 1},
  "xtc_threshold": {"type": "number", "minimum": 0, "maximum": 1}, "repeat_last_n": {"type": "integer", "minimum": -1}, "repeat_penalty": {"type": "number", "minimum": 0},
  "presence_penalty": {"type": "number"}, "frequency_penalty": {"type": "number"}, "dry_multiplier": {"type": "number", "minimum": 0}, "dry_base": {"type": "number"},
  "dry_allowed_length": {"type": "integer", "minimum": 0}, "dry_penalty_last_n": {"type": "integer", "minimum": -1},
  "dry_sequence_breakers": {"type": "array", "minItems": 1, "items": {"type": "string"}}, "mirostat": {"enum": [0, 1, 2]}, "mirostat_tau": {"type": "number", "minimum": 0},
  "mirostat_eta": {"type": "number", "minimum": 0}, "adaptive_target": {"type": "number", "maximum": 1}, "adaptive_decay": {"type": "number", "minimum": 0, "maximum": 1},
  "min_keep": {"type": "integer", "minimum": 0}, "samplers": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}, "ignore_eos": {"type": "boolean"},
  "logit_bias": {"type": ["array", "object", "null"]}, "n_predict": {"type": "integer", "minimum": -1}, "max_tokens": {"type": ["integer", "null"], "minimum": -1},
  "stop": {"anyOf": [{"type": ["string", "null"]}, {"type": "array", "items": {"type": "string"}, "maxItems": 256}]}, "n_probs": {"type": "integer", "minimum": 0, "maximum": 1000},
  "post_sampling_probs": {"type": "boolean"}, "n": {"type": "integer", "minimum": 1, "maximum": 128}, "id_slot": {"type": "integer", "minimum": -1},
  "cache_prompt": {"type": "boolean"}, "stream": {"type": ["boolean", "null"]}, "stream_options": {"type": ["object", "null"], "properties": {"include_usage": {"type": "boolean"}}},
  "timings_per_token": {"type": "boolean"}, "return_tokens": {"type": "boolean"}, "return_progress": {"type": "boolean"}, "sse_ping_interval": {"type": "integer", "minimum": -1},
  "verbose": {"type": "boolean"}, "n_keep": {"type": "integer", "minimum": -1}, "grammar": {"type": "string", "description": "GBNF"}, "json_schema": {"type": "object"}, "model": {"type": "string"}}},
"Completion": {"allOf": [{"$ref": "#/components/schemas/Sampling"}, {"type": "object", "required": ["prompt"], "properties": {
  "prompt": {"anyOf": [{"type": "string"}, {"type": "array"}, {"type": "object", "required": ["prompt_string"], "properties": {"prompt_string": {"type": "string"}}}]},
  "echo": {"type": "boolean"}, "logprobs": {"type": ["integer", "boolean", "null"]}}}]},
"Timings": {"type": "object", "properties": {"cache_n": {"type": "integer"}, "prompt_n": {"type": "integer"}, "prompt_ms": {"type": "number"},
  "prompt_per_token_ms": {"type": "number"}, "prompt_per_second": {"type": "number"}, "predicted_n": {"type": "integer"}, "predicted_ms": {"type": "number"},
  "predicted_per_token_ms": {"type": "number"}, "predicted_per_second": {"type": "number"}}},
"Usage": {"type": "object", "required": ["prompt_tokens", "total_tokens"], "properties": {"prompt_tokens": {"type": "integer"}, "completion_tokens": {"type": "integer"},
  "total_tokens": {"type": "integer"}, "prompt_tokens_details": {"type": "object"}}},
"CompletionResult": {"type": "object", "required": ["content", "stop", "stop_type", "tokens_predicted", "tokens_evaluated", "timings"], "properties": {
  "index": {"type": "integer"}, "content": {"type": "string"}, "tokens": {"type": "array", "items": {"type": "integer"}}, "stop": {"type": "boolean"},
  "stop_type": {"enum": ["none", "eos", "limit", "word"]}, "stopping_word": {"type": "string"}, "tokens_predicted": {"type": "integer"}, "tokens_evaluated": {"type": "integer"},
  "tokens_cached": {"type": "integer"}, "truncated": {"type": "boolean"}, "has_new_line": {"type": "boolean"}, "prompt": {"type": "string"}, "model": {"type": "string"},
  "generation_settings": {"type": "object"}, "completion_probabilities": {"type": "array"}, "timings": {"$ref": "#/components/schemas/Timings"}}},
"CompletionAnswer": {"anyOf": [{"$ref": "#/components/schemas/CompletionResult"}, {"type": "array", "items": {"$ref": "#/components/schemas/CompletionResult"}}]},
"TextCompletion": {"type": "object", "required": ["id", "object", "choices", "usage"], "properties": {"id": {"type": "string"}, "object": {"const": "text_completion"},
  "created": {"type": "integer"}, "model": {"type": "string"}, "choices": {"type": "array", "items": {"type": "object", "required": ["text", "index", "finish_reason"], "properties": {
  "text": {"type": "string"}, "index": {"type": "integer"}, "logprobs": {"type": ["object", "null"]}, "finish_reason": {"enum": ["stop", "length", null]}}}},
  "usage": {"$ref": "#/components/schemas/Usage"}, "timings": {"$ref": "#/components/schemas/Timings"}}},
"ChatMessage": {"type": "object", "required": ["role"], "properties": {"role": {"type": "string"}, "content": {"anyOf": [{"type": ["string", "null"]}, {"type": "array", "items": {
  "type": "object", "required": ["type", "text"], "properties": {"type": {"const": "text"}, "text": {"type": "string"}}}}]}, "reasoning_content": {"type": "string"},
  "tool_calls": {"type": "array"}, "tool_call_id": {"type": "string"}, "name": {"type": "string"}}},
"Tool": {"type": "object", "required": ["type", "function"], "properties": {"type": {"const": "function"}, "function": {"type": "object", "required": ["name"], "properties": {
  "name": {"type": "string"}, "description": {"type": "string"}, "parameters": {"type": "object"}}}}},
"Chat": {"allOf": [{"$ref": "#/components/schemas/Sampling"}, {"type": "object", "required": ["messages"], "properties": {
  "messages": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/ChatMessage"}}, "tools": {"type": "array", "items": {"$ref": "#/components/schemas/Tool"}},
  "tool_choice": {"anyOf": [{"enum": ["auto", "none", "required"]}, {"type": "object"}]}, "parallel_tool_calls": {"type": "boolean"},
  "response_format": {"type": "object", "properties": {"type": {"enum": ["text", "json_object", "json_schema"]}, "json_schema": {"type": "object"}, "schema": {"type": "object"}}},
  "logprobs": {"type": ["boolean", "integer", "null"]}, "top_logprobs": {"type": ["integer", "null"], "minimum": 0}, "max_completion_tokens": {"type": ["integer", "null"], "minimum": -1},
  "add_generation_prompt": {"type": "boolean"}, "continue_final_message": {"type": "boolean"}, "chat_template_kwargs": {"type": "object"}, "reasoning_effort": {"type": ["string", "null"]},
  "reasoning_format": {"enum": ["none", "auto", "deepseek", "deepseek-legacy"]}, "reasoning_budget_tokens": {"type": "integer", "minimum": -1},
  "thinking_budget_tokens": {"type": "integer", "minimum": -1}, "reasoning_budget_message": {"type": "string"}, "reasoning_control": {"type": "boolean"}}}]},
"ChatCompletion": {"type": "object", "required": ["id", "object", "choices", "usage"], "properties": {"id": {"type": "string"}, "object": {"const": "chat.completion"},
  "created": {"type": "integer"}, "model": {"type": "string"}, "system_fingerprint": {"type": "string"}, "choices": {"type": "array", "items": {"type": "object",
  "required": ["index", "message", "finish_reason"], "properties": {"index": {"type": "integer"}, "message": {"$ref": "#/components/schemas/ChatMessage"},
  "logprobs": {"type": ["object", "null"]}, "finish_reason": {"enum": ["stop", "length", "tool_calls"]}}}}, "usage": {"$ref": "#/components/schemas/Usage"},
  "timings": {"$ref": "#/components/schemas/Timings"}}},
"Control": {"type": "object", "required": ["id", "action"], "properties": {"id": {"type": "string"}, "action": {"const": "reasoning_end"}}},
"InputTokens": {"type": "object", "required": ["object", "input_tokens"], "properties": {"object": {"const": "response.input_tokens"}, "input_tokens": {"type": "integer"}}},
"Responses": {"allOf": [{"$ref": "#/components/schemas/Sampling"}, {"type": "object", "required": ["input"], "properties": {
  "input": {"anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "object"}}]}, "instructions": {"type": ["string", "null"]},
  "max_output_tokens": {"type": ["integer", "null"], "minimum": -1}, "reasoning": {"type": ["object", "null"], "properties": {"effort": {"type": ["string", "null"]}}},
  "tools": {"type": "array", "items": {"type": "object"}}, "tool_choice": {"anyOf": [{"enum": ["auto", "none", "required"]}, {"type": "object"}]},
  "text": {"type": "object", "properties": {"format": {"type": "object"}}}, "previous_response_id": {"type": ["string", "null"], "maxLength": 0}}}]},
"Response": {"type": "object", "required": ["id", "object", "status", "output", "usage"], "properties": {"id": {"type": "string"}, "object": {"const": "response"},
  "created_at": {"type": "integer"}, "completed_at": {"type": ["integer", "null"]}, "status": {"enum": ["in_progress", "completed"]}, "model": {"type": "string"},
  "incomplete_details": {"type": ["object", "null"]}, "output": {"type": "array", "items": {"type": "object", "required": ["type", "id"], "properties": {
  "type": {"enum": ["reasoning", "message", "function_call"]}, "id": {"type": "string"}}}}, "usage": {"type": ["object", "null"]}}},
"Messages": {"allOf": [{"$ref": "#/components/schemas/Sampling"}, {"type": "object", "required": ["messages"], "properties": {
  "messages": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["role", "content"], "properties": {"role": {"enum": ["user", "assistant"]},
  "content": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}]}}}}, "system": {"anyOf": [{"type": ["string", "null"]}, {"type": "array"}]},
  "stop_sequences": {"type": "array", "items": {"type": "string"}}, "tools": {"type": "array", "items": {"type": "object", "required": ["name", "input_schema"]}},
  "tool_choice": {"type": "object", "properties": {"type": {"enum": ["auto", "any", "tool", "none"]}}},
  "thinking": {"type": "object", "properties": {"type": {"type": "string"}, "budget_tokens": {"type": "integer", "minimum": -1}}}}}]},
"Message": {"type": "object", "required": ["id", "type", "role", "content", "stop_reason", "usage"], "properties": {"id": {"type": "string"}, "type": {"const": "message"},
  "role": {"const": "assistant"}, "model": {"type": "string"}, "content": {"type": "array", "items": {"type": "object", "required": ["type"], "properties": {
  "type": {"enum": ["thinking", "text", "tool_use"]}}}}, "stop_reason": {"enum": ["end_turn", "max_tokens", "tool_use", null]}, "stop_sequence": {"type": ["string", "null"]},
  "usage": {"type": "object", "required": ["input_tokens", "output_tokens"]}}},
"MessageTokens": {"type": "object", "required": ["input_tokens"], "properties": {"input_tokens": {"type": "integer"}}},
"Infill": {"allOf": [{"$ref": "#/components/schemas/Sampling"}, {"type": "object", "required": ["input_prefix", "input_suffix"], "properties": {
  "input_prefix": {"type": "string"}, "input_suffix": {"type": "string"}, "prompt": {"type": "string"}, "input_extra": {"type": "array", "items": {"type": "object",
  "required": ["text"], "properties": {"filename": {"type": "string"}, "text": {"type": "string"}}}}}}]},
"Embeddings": {"type": "object", "anyOf": [{"required": ["input"]}, {"required": ["content"]}], "properties": {
  "input": {"anyOf": [{"type": "string"}, {"type": "array"}]}, "content": {"anyOf": [{"type": "string"}, {"type": "array"}]}, "model": {"type": "string"},
  "encoding_format": {"enum": ["float", "base64"]}, "embd_normalize": {"type": "integer", "minimum": -1, "maximum": 64}}},
"NativeEmbeddings": {"$ref": "#/components/schemas/Embeddings"},
"EmbeddingList": {"type": ["object", "array"], "properties": {"object": {"const": "list"}, "model": {"type": "string"}, "data": {"type": "array", "items": {"type": "object",
  "required": ["object", "index", "embedding"], "properties": {"object": {"const": "embedding"}, "index": {"type": "integer"},
  "embedding": {"anyOf": [{"type": "array", "items": {"type": "number"}}, {"type": "string"}]}}}}, "usage": {"$ref": "#/components/schemas/Usage"}}},
"NativeEmbeddingList": {"type": "array", "items": {"type": "object", "required": ["index", "embedding"], "properties": {"index": {"type": "integer"},
  "embedding": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}}}}},
"Rerank": {"type": "object", "required": ["query"], "anyOf": [{"required": ["documents"]}, {"required": ["texts"]}], "properties": {"query": {"type": "string"},
  "documents": {"type": "array", "minItems": 1, "items": {"type": "string"}}, "texts": {"type": "array", "minItems": 1, "items": {"type": "string"}},
  "top_n": {"type": "integer", "minimum": 0}, "return_text": {"type": "boolean"}, "model": {"type": "string"}}},
"RerankAnswer": {"anyOf": [{"type": "array", "items": {"type": "object", "required": ["index", "score"]}}, {"type": "object", "required": ["object", "results", "usage"], "properties": {
  "object": {"const": "list"}, "model": {"type": "string"}, "results": {"type": "array", "items": {"type": "object", "required": ["index", "relevance_score"]}},
  "usage": {"$ref": "#/components/schemas/Usage"}}}]},
"Adapters": {"type": "array", "maxItems": 0},
"Scales": {"type": "array", "items": {"type": "object", "required": ["id", "scale"], "properties": {"id": {"type": "integer"}, "scale": {"type": "number"}}}},
"Tokenize": {"type": "object", "properties": {"content": {"type": "string"}, "add_special": {"type": "boolean"}, "parse_special": {"type": "boolean"}, "with_pieces": {"type": "boolean"}}},
"Tokens": {"type": "object", "required": ["tokens"], "properties": {"tokens": {"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "object", "required": ["id", "piece"]}]}}}},
"Detokenize": {"type": "object", "properties": {"tokens": {"type": "array", "items": {"type": "integer", "minimum": 0}}}},
"Content": {"type": "object", "required": ["content"], "properties": {"content": {"type": "string"}}},
"Prompt": {"type": "object", "required": ["prompt"], "properties": {"prompt": {"type": "string"}}}
})json";

Json bodyOf(std::string_view type, const Json& schema) { return {{"content", {{type, {{"schema", schema}}}}}}; }
Json reference(std::string_view schema) { return {{"$ref", "#/components/schemas/" + std::string(schema)}}; }

Json describe(const Operation& operation)
{
    constexpr std::string_view kJson = "application/json";
    Json told{{"summary", operation.summary}};
    if (operation.path.ends_with("{id}")) {
        const Json id{{"name", "id"}, {"in", "path"}, {"required", true}, {"schema", {{"type", "integer"}, {"minimum", 0}}}};
        const Json action{{"name", "action"}, {"in", "query"}, {"required", true}, {"schema", {{"enum", {"save", "restore", "erase"}}}}};
        told["parameters"] = Json::array({id, action});
    }
    if (!operation.request.empty()) {
        told["requestBody"] = bodyOf(kJson, reference(operation.request));
        told["requestBody"]["required"] = operation.request != "SlotFile";
    }
    Json fine = !operation.answer.empty() ? bodyOf(kJson, reference(operation.answer)) : bodyOf(operation.path == "/metrics" ? "text/plain" : "text/html", {{"type", "string"}});
    if (operation.streams) fine["content"]["text/event-stream"] = {{"schema", {{"type", "string"}}}};
    fine["description"] = "the answer";
    Json wrong = bodyOf(kJson, reference("Error"));
    wrong["description"] = "what is wrong: 4xx by the request, 501 what this server or model does not do, 503 while the model is loaded";
    told["responses"] = {{"200", std::move(fine)}, {"default", std::move(wrong)}};
    return told;
}

} // namespace

Answered openApi(const Call& call)
{
    Json paths = Json::object();
    for (const Operation& operation : kOperations)
        for (const char* prefix : {"", "/v1"})
            if (*prefix == '\0' || operation.v1) paths[prefix + std::string(operation.path)][std::string(operation.method)] = describe(operation);
    Json key{{"type", "http"}, {"scheme", "bearer"}};
    call.send({{"openapi", "3.1.0"},
               {"info", {{"title", "Corral"}, {"version", fingerprint()}, {"description", "The model served here, by the APIs that its clients already speak."}}},
               {"paths", std::move(paths)},
               {"components", {{"schemas", Json::parse(kSchemas)}, {"securitySchemes", {{"key", std::move(key)}}}}},
               {"security", Json::array({Json::object(), {{"key", Json::array()}}})}});
    return {};
}

} // namespace corral::server
