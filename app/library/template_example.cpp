#include "app/library/template_example.h"

#include "app/text/sentences.h"
#include "core/text/chat_template.h"

#include <algorithm>

namespace corral::app {

namespace {

// The text of a token that a key names by its id.
std::string tokenOf(const gguf::Keys& keys, std::string_view idKey)
{
    const gguf::Value* id = gguf::findKey(keys, idKey);
    const gguf::Value* tokens = gguf::findKey(keys, "tokenizer.ggml.tokens");
    const auto number = id ? id->asInt() : std::nullopt;
    const auto* pieces = tokens ? tokens->asStrings() : nullptr;
    return number && pieces && *number >= 0 && std::size_t(*number) < pieces->size() ? (*pieces)[std::size_t(*number)] : std::string();
}

text::Json message(const char* role, const char* content) { return {{"role", role}, {"content", content}}; }

} // namespace

TemplateExample exampleOf(const gguf::Keys& keys)
{
    TemplateExample example;
    const gguf::Value* key = gguf::findKey(keys, "tokenizer.chat_template");
    const std::string* source = key ? key->asString() : nullptr;
    if (!source) return example;
    example.source = QString::fromStdString(*source);
    const auto parsed = text::ChatTemplate::parse(*source, {.bosToken = tokenOf(keys, "tokenizer.ggml.bos_token_id"), .eosToken = tokenOf(keys, "tokenizer.ggml.eos_token_id")});
    if (!parsed) {
        example.problem = detailOf(parsed.error());
        return example;
    }
    // Not translated: it is what the models were trained on.
    text::ChatInput input;
    input.messages = text::Json::array({message("system", "You are a helpful assistant."), message("user", "What is the capital of France?"),
                                        message("assistant", "Paris."), message("user", "And of Japan?")});
    auto rendered = parsed->render(input);
    if (!rendered) { // some refuse a system message
        input.messages.erase(0);
        rendered = parsed->render(input);
    }
    if (rendered) example.text = QString::fromStdString(*rendered);
    else example.problem = detailOf(rendered.error());
    return example;
}

} // namespace corral::app
