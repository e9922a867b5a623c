#include "app/server/api/anthropic.h"
#include "app/server/api/answer_blocks.h"

namespace corral::server {

namespace {

using Kind = text::AnswerDelta::Kind;

class AnthropicFormat final : public Format {
public:
    AnthropicFormat(FormatContext context, AnswerReading reading) : m(std::move(context)), m_reading(std::move(reading)), m_blocks(m_reading) {}

    std::string_view id() const override { return m_id; }
    std::vector<Event> begin(const Choice& choice) override
    {
        return {event("message_start", {{"message", message(choice, Json::array(), nullptr)}})};
    }
    std::vector<Event> piece(const Choice&, const Piece& piece) override { return told(m_blocks.push(piece.text)); }
    std::vector<Event> end(const Choice& choice) override
    {
        std::vector<Event> events = told(m_blocks.finish());
        if (!m_blocks.all().empty()) close(events, m_blocks.all().size() - 1);
        const Json delta{{"stop_reason", reason(choice, m_blocks.hasCalls())}, {"stop_sequence", stopSequence(choice)}};
        events.push_back(event("message_delta", {{"delta", delta}, {"usage", {{"output_tokens", choice.tokens.size()}}}}));
        events.push_back(event("message_stop", Json::object()));
        return events;
    }
    Json whole(std::span<const Choice> choices) override
    {
        const Choice& choice = choices.front();
        AnswerBlocks blocks(m_reading);
        blocks.push(choice.text);
        blocks.finish();
        Json content = Json::array();
        for (const AnswerBlock& block : blocks.all()) content.push_back(blockJson(block));
        Json answer = message(choice, std::move(content), reason(choice, blocks.hasCalls()));
        answer["stop_sequence"] = stopSequence(choice);
        return answer;
    }
    Event failed(const ApiError& error) const override { return {"error", anthropicError(error)}; }

private:
    static Event event(std::string name, Json members)
    {
        Json data{{"type", name}};
        data.update(members);
        return {std::move(name), std::move(data)};
    }
    static std::string_view reason(const Choice& choice, bool calls)
    {
        if (finishReason(*choice.outcome) != "stop") return "max_tokens";
        return calls ? "tool_use" : "end_turn";
    }
    static Json stopSequence(const Choice& choice) { return choice.outcome->stopString.empty() ? Json() : Json(choice.outcome->stopString); }
    Json message(const Choice& choice, Json content, Json stopReason) const
    {
        const int cached = choice.promptCached;
        return {{"id", m_id},
                {"type", "message"},
                {"role", "assistant"},
                {"model", m.model},
                {"content", std::move(content)},
                {"stop_reason", std::move(stopReason)},
                {"stop_sequence", nullptr},
                {"usage", {{"cache_read_input_tokens", cached}, {"input_tokens", static_cast<int>(choice.prompt.size()) - cached}, {"output_tokens", choice.tokens.size()}}}};
    }
    static Json blockJson(const AnswerBlock& block)
    {
        switch (block.kind) {
        case Kind::Reasoning: return {{"type", "thinking"}, {"thinking", block.text}, {"signature", ""}};
        case Kind::Content: return {{"type", "text"}, {"text", block.text}};
        case Kind::Call: break;
        }
        Json input = parseInner(block.text);
        if (!input.is_object()) input = Json::object(); // cut off
        return {{"type", "tool_use"}, {"id", block.id}, {"name", block.name}, {"input", std::move(input)}};
    }
    std::vector<Event> told(const std::vector<AnswerBlocks::Change>& changes) const
    {
        std::vector<Event> events;
        for (const AnswerBlocks::Change& change : changes) {
            const AnswerBlock& block = m_blocks.all()[change.block];
            if (change.begins) {
                if (change.block > 0) close(events, change.block - 1);
                events.push_back(event("content_block_start", {{"index", change.block}, {"content_block", blockJson({.kind = block.kind, .text = {}, .id = block.id, .name = block.name})}}));
            }
            if (change.text.empty()) continue;
            Json delta;
            if (block.kind == Kind::Reasoning) delta = {{"type", "thinking_delta"}, {"thinking", change.text}};
            else if (block.kind == Kind::Content) delta = {{"type", "text_delta"}, {"text", change.text}};
            else delta = {{"type", "input_json_delta"}, {"partial_json", change.text}};
            events.push_back(event("content_block_delta", {{"index", change.block}, {"delta", std::move(delta)}}));
        }
        return events;
    }
    void close(std::vector<Event>& events, std::size_t block) const
    {
        if (m_blocks.all()[block].kind == Kind::Reasoning)
            events.push_back(event("content_block_delta", {{"index", block}, {"delta", {{"type", "signature_delta"}, {"signature", ""}}}}));
        events.push_back(event("content_block_stop", {{"index", block}}));
    }

    const FormatContext m;
    const AnswerReading m_reading;
    AnswerBlocks m_blocks; // of a stream
    const std::string m_id = randomId("msg_");
};

} // namespace

std::unique_ptr<Format> anthropicFormat(FormatContext context, AnswerReading reading) { return std::make_unique<AnthropicFormat>(std::move(context), std::move(reading)); }

Json anthropicError(const ApiError& error)
{
    Json body = error.body();
    return {{"type", "error"}, {"error", std::move(body["error"])}};
}

} // namespace corral::server
