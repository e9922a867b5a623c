#include "core/engine/chat_prompt.h"

#include <algorithm>
#include <array>

namespace corral::engine {

namespace {

constexpr std::string_view kChatMl = "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
                                     "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
constexpr std::string_view kChatMlEnd = "<|im_end|>";

bool isToken(const text::Tokenizer& tokenizer, std::string_view text)
{
    return tokenizer.encode(text, {.addSpecial = false, .parseSpecial = true}).size() == 1;
}

// The system message in front of the first user message, for templates that know no system role; nothing if there is none to move.
std::optional<text::Json> withoutSystemRole(const text::Json& messages)
{
    const auto isText = [](const text::Json& m, const char* role) {
        return m.is_object() && m.value("role", text::Json()) == role && m.contains("content") && m["content"].is_string();
    };
    if (!messages.is_array() || messages.size() < 2 || !isText(messages[0], "system") || !isText(messages[1], "user")) return std::nullopt;
    text::Json merged(messages.begin() + 1, messages.end());
    merged[0]["content"] = messages[0]["content"].get<std::string>() + "\n" + messages[1]["content"].get<std::string>();
    return merged;
}

// A thinking block left open at the end of a prompt.
std::string openedThinking(const std::string& prompt)
{
    const auto lastText = prompt.find_last_not_of(" \t\r\n");
    if (lastText == std::string::npos) return {};
    const std::string_view visible(prompt.data(), lastText + 1);
    for (const std::string_view tag : std::array<std::string_view, 3>{"<think>", "<seed:think>", "[THINK]"})
        if (visible.ends_with(tag)) return prompt.substr(visible.size() - tag.size());
    return {};
}

// The last message ends as a template that opens a thinking block does.
bool endsWithTag(const text::Json& messages)
{
    if (!messages.is_array() || messages.empty() || !messages.back().is_object()) return false;
    const text::Json content = messages.back().value("content", text::Json());
    return content.is_string() && !openedThinking(content.get<std::string>()).empty();
}

} // namespace

text::ChatTemplate::Tokens templateTokens(const text::Tokenizer& tokenizer)
{
    const auto spelled = [&](text::Token token) { return token >= 0 && token < tokenizer.size() ? tokenizer.text(token) : std::string(); };
    return {.bosToken = spelled(tokenizer.special().bos), .eosToken = spelled(tokenizer.special().eos)};
}

ChatPrompt ChatPrompt::load(const gguf::File& file, std::shared_ptr<const text::Tokenizer> tokenizer)
{
    ChatPrompt prompt;
    const auto tokens = templateTokens(*tokenizer);
    if (const auto source = file.getString("tokenizer.chat_template")) {
        prompt.m_template = text::ChatTemplate::parse(*source, tokens);
    } else {
        prompt.m_template = text::ChatTemplate::parse(kChatMl, tokens);
        prompt.m_chatMl = true;
    }
    if (const auto source = file.getString("tokenizer.chat_template.tool_use"))
        if (auto parsed = text::ChatTemplate::parse(*source, tokens)) prompt.m_toolTemplate = std::move(*parsed);
    prompt.m_tokenizer = std::move(tokenizer);
    return prompt;
}

Result<ChatPrompt> ChatPrompt::parse(std::string_view source, std::shared_ptr<const text::Tokenizer> tokenizer)
{
    ChatPrompt prompt;
    prompt.m_template = text::ChatTemplate::parse(source, templateTokens(*tokenizer));
    if (!prompt.m_template) return std::unexpected(prompt.m_template.error());
    prompt.m_tokenizer = std::move(tokenizer);
    return prompt;
}

std::string_view ChatPrompt::source(bool tools) const
{
    if (tools && m_toolTemplate) return m_toolTemplate->source();
    return m_template ? std::string_view(m_template->source()) : std::string_view();
}

const text::TemplateCapabilities& ChatPrompt::capabilities() const
{
    std::call_once(m_found->once, [this] {
        text::TemplateCapabilities& found = m_found->capabilities;
        if (m_template) found = text::capabilitiesOf(*m_template);
        if (!m_toolTemplate) return;
        const text::TemplateCapabilities withTools = text::capabilitiesOf(*m_toolTemplate);
        found.tools = withTools.tools;
        found.toolCalls = withTools.toolCalls;
        found.parallelToolCalls = withTools.parallelToolCalls;
        found.objectArguments = withTools.objectArguments;
    });
    return m_found->capabilities;
}

Result<std::string> ChatPrompt::renderText(const text::ChatInput& input) const
{
    if (!m_template) return std::unexpected(m_template.error());
    const bool tools = input.tools.is_array() && !input.tools.empty();
    const text::ChatTemplate& chosen = tools && m_toolTemplate ? *m_toolTemplate : *m_template;
    auto rendered = chosen.render(input);
    if (rendered || rendered.error().code != ErrorCode::Template) return rendered;
    auto merged = withoutSystemRole(input.messages);
    if (!merged) return rendered;
    text::ChatInput second = input;
    second.messages = std::move(*merged);
    auto again = chosen.render(second);
    return again ? std::move(again) : std::move(rendered); // of two errors the one about the conversation as it was given
}

Result<RenderedPrompt> ChatPrompt::render(const text::ChatInput& input, std::string_view continued) const
{
    auto rendered = renderText(input);
    if (!rendered) return within("chat template", rendered.error());

    RenderedPrompt prompt;
    prompt.opened = openedThinking(*rendered);
    if (!prompt.opened.empty() && endsWithTag(input.messages)) { // who wrote it?
        text::ChatInput conversation = input;
        conversation.addGenerationPrompt = false;
        const auto without = renderText(conversation);
        if (without && rendered->size() < without->size() + prompt.opened.size()) prompt.opened.clear();
    }
    if (m_chatMl && !isToken(*m_tokenizer, kChatMlEnd)) prompt.stop.emplace_back(kChatMlEnd);

    *rendered += continued;
    // The tokenizer adds BOS and EOS where the vocabulary asks for them: not twice.
    std::string_view text = *rendered;
    const auto tokens = templateTokens(*m_tokenizer);
    if (m_tokenizer->special().addBos && !tokens.bosToken.empty() && text.starts_with(tokens.bosToken)) text.remove_prefix(tokens.bosToken.size());
    if (m_tokenizer->special().addEos && !tokens.eosToken.empty() && text.ends_with(tokens.eosToken)) text.remove_suffix(tokens.eosToken.size());
    prompt.tokens = m_tokenizer->encode(text, {.addSpecial = true, .parseSpecial = true});
    if (m_tokenizer->special().addEos && prompt.tokens.size() > 1 && prompt.tokens.back() == m_tokenizer->special().eos && input.addGenerationPrompt)
        prompt.tokens.pop_back(); // an answer is to follow
    prompt.text = std::move(*rendered);
    return prompt;
}

} // namespace corral::engine
