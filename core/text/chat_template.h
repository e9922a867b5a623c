#pragma once
// Chat templates: the model's own Jinja text, parsed once, rendered for a list of messages.
//   auto t = ChatTemplate::parse(source, {.bosToken = "<s>", .eosToken = "</s>"});
//   t->render({.messages = [{"role":"user","content":"hi"}]});
// Errors are ErrorCode::Template and show the template's line and its text; a template's own raise_exception(message) gives exactly that
// message in Error::message. Rendering is bounded in time, memory and depth whatever the template does (jinja/limits.h), and a
// ChatTemplate may be rendered from several threads at once.
#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace corral::text {

using Json = nlohmann::ordered_json; // templates may iterate over objects: order is part of the input

struct ChatInput {
    Json messages = Json::array(); // OpenAI shape
    Json tools;                    // array or null
    Json kwargs = Json::object();  // extra variables ("enable_thinking": false); override those below
    bool addGenerationPrompt = true;
    std::optional<std::int64_t> now; // seconds since 1970 (UTC) for strftime_now; absent: the real clock
};

class ChatTemplate {
public:
    struct Tokens {
        std::string bosToken, eosToken;
    };
    static Result<ChatTemplate> parse(std::string_view source, Tokens tokens);
    Result<std::string> render(const ChatInput& input) const;
    const std::string& source() const;

    ~ChatTemplate();
    ChatTemplate(ChatTemplate&&) noexcept;
    ChatTemplate& operator=(ChatTemplate&&) noexcept;

private:
    ChatTemplate();
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace corral::text
