#pragma once
// A conversation as the tokens of the model's own template.
#include "core/text/chat_template.h"
#include "core/text/template_capabilities.h"
#include "core/text/tokenizer.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::engine {

struct RenderedPrompt {
    std::vector<text::Token> tokens;
    std::string text;              // what the template made
    std::string opened;            // a thinking block the template has opened at the prompt's end ("<think>\n"), or empty
    std::vector<std::string> stop; // what ends an answer beyond end-of-generation tokens
};

class ChatPrompt {
public:
    // Never fails: a template that does not parse is reported when a chat asks for it, so that the model can still complete raw text.
    static ChatPrompt load(const gguf::File& file, std::shared_ptr<const text::Tokenizer> tokenizer);

    // A template of somebody's own instead of the model's. Fails where it does not parse.
    static Result<ChatPrompt> parse(std::string_view source, std::shared_ptr<const text::Tokenizer> tokenizer);

    // continued: the beginning of the answer, behind the template's own.
    Result<RenderedPrompt> render(const text::ChatInput& input, std::string_view continued = {}) const;
    Result<std::string> renderText(const text::ChatInput& input) const;
    std::string_view source(bool tools = false) const; // the template's text; empty if it does not parse
    const text::TemplateCapabilities& capabilities() const; // found when they are asked for first

private:
    std::shared_ptr<const text::Tokenizer> m_tokenizer;
    Result<text::ChatTemplate> m_template = fail(ErrorCode::Template, "no template");
    std::optional<text::ChatTemplate> m_toolTemplate; // tokenizer.chat_template.tool_use, for requests with tools
    bool m_chatMl = false;                            // the model has no template
    struct Found {
        std::once_flag once;
        text::TemplateCapabilities capabilities;
    };
    std::shared_ptr<Found> m_found = std::make_shared<Found>();
};

// BOS and EOS as a template spells them.
text::ChatTemplate::Tokens templateTokens(const text::Tokenizer& tokenizer);

} // namespace corral::engine
