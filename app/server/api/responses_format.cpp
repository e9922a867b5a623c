#include "app/server/api/answer_blocks.h"
#include "app/server/api/openai_responses.h"

namespace corral::server {

namespace {

using Kind = text::AnswerDelta::Kind;

class ResponsesFormat final : public Format {
public:
    ResponsesFormat(FormatContext context, AnswerReading reading) : m(std::move(context)), m_reading(std::move(reading)), m_blocks(m_reading) {}

    std::string_view id() const override { return m_id; }
    std::vector<Event> begin(const Choice&) override
    {
        std::vector<Event> events;
        for (const char* name : {"response.created", "response.in_progress"}) add(events, name, {{"response", response("in_progress", Json::array())}});
        return events;
    }
    std::vector<Event> piece(const Choice&, const Piece& piece) override { return told(m_blocks.push(piece.text)); }
    std::vector<Event> end(const Choice& choice) override
    {
        std::vector<Event> events = told(m_blocks.finish());
        if (!m_blocks.all().empty()) close(events, m_blocks.all().size() - 1);
        add(events, "response.completed", {{"response", completed(choice, m_blocks)}});
        return events;
    }
    Json whole(std::span<const Choice> choices) override
    {
        m_blocks.push(choices.front().text);
        m_blocks.finish();
        return completed(choices.front(), m_blocks);
    }
    Event failed(const ApiError& error) const override
    {
        Json data = error.body();
        data["type"] = "error";
        data["message"] = error.message;
        return {"error", std::move(data)};
    }

private:
    void add(std::vector<Event>& events, std::string name, Json members)
    {
        Json data{{"type", name}};
        data.update(members);
        data["sequence_number"] = m_sent++;
        events.push_back({std::move(name), std::move(data)});
    }
    Json response(std::string_view status, Json output) const
    {
        return {{"id", m_id},      {"object", "response"}, {"created_at", m_created}, {"completed_at", nullptr},         {"status", status},
                {"model", m.model}, {"error", nullptr},     {"incomplete_details", nullptr}, {"output", std::move(output)}, {"usage", nullptr}};
    }
    Json completed(const Choice& choice, const AnswerBlocks& blocks)
    {
        Json output = Json::array();
        for (std::size_t i = 0; i < blocks.all().size(); ++i) output.push_back(item(i, true));
        Json answer = response("completed", std::move(output));
        answer["completed_at"] = unixNow();
        if (finishReason(*choice.outcome) != "stop") answer["incomplete_details"] = {{"reason", "max_output_tokens"}};
        const std::size_t in = choice.prompt.size(), out = choice.tokens.size();
        answer["usage"] = {{"input_tokens", in},
                           {"output_tokens", out},
                           {"total_tokens", in + out},
                           {"input_tokens_details", {{"cached_tokens", choice.timings.cachedTokens}}}};
        return answer;
    }
    const std::string& itemId(std::size_t block)
    {
        while (m_itemIds.size() <= block) {
            const Kind kind = m_blocks.all()[m_itemIds.size()].kind;
            m_itemIds.push_back(randomId(kind == Kind::Reasoning ? "rs_" : kind == Kind::Content ? "msg_" : "fc_"));
        }
        return m_itemIds[block];
    }
    static Json part(const AnswerBlock& block)
    {
        if (block.kind == Kind::Reasoning) return {{"type", "reasoning_text"}, {"text", block.text}};
        return {{"type", "output_text"}, {"text", block.text}, {"annotations", Json::array()}, {"logprobs", Json::array()}};
    }
    // As it begins, or as a whole.
    Json item(std::size_t index, bool isDone)
    {
        const AnswerBlock& block = m_blocks.all()[index];
        const char* status = isDone ? "completed" : "in_progress";
        const Json content = isDone && block.kind != Kind::Call ? Json::array({part(block)}) : Json::array();
        switch (block.kind) {
        case Kind::Reasoning: return {{"type", "reasoning"}, {"id", itemId(index)}, {"summary", Json::array()}, {"content", content}, {"encrypted_content", ""}, {"status", status}};
        case Kind::Content: return {{"type", "message"}, {"id", itemId(index)}, {"role", "assistant"}, {"status", status}, {"content", content}};
        case Kind::Call: break;
        }
        return {{"type", "function_call"},    {"id", itemId(index)}, {"call_id", std::string(kCallPrefix) + block.id}, {"name", block.name},
                {"arguments", isDone ? block.text : std::string()}, {"status", status}};
    }
    Json place(std::size_t index) { return {{"item_id", itemId(index)}, {"output_index", index}, {"content_index", 0}}; }

    std::vector<Event> told(const std::vector<AnswerBlocks::Change>& changes)
    {
        std::vector<Event> events;
        for (const AnswerBlocks::Change& change : changes) {
            if (change.begins) {
                if (change.block > 0) close(events, change.block - 1);
                open(events, change.block);
            }
            if (change.text.empty()) continue;
            Json members = place(change.block);
            members["delta"] = change.text;
            switch (m_blocks.all()[change.block].kind) {
            case Kind::Reasoning: add(events, "response.reasoning_text.delta", std::move(members)); break;
            case Kind::Content:
                members["logprobs"] = Json::array();
                add(events, "response.output_text.delta", std::move(members));
                break;
            case Kind::Call:
                members.erase("content_index");
                add(events, "response.function_call_arguments.delta", std::move(members));
                break;
            }
        }
        return events;
    }
    void open(std::vector<Event>& events, std::size_t index)
    {
        add(events, "response.output_item.added", {{"output_index", index}, {"item", item(index, false)}});
        const AnswerBlock& block = m_blocks.all()[index];
        if (block.kind == Kind::Call) return;
        Json members = place(index);
        members["part"] = part({.kind = block.kind, .text = {}, .id = {}, .name = {}});
        add(events, "response.content_part.added", std::move(members));
    }
    void close(std::vector<Event>& events, std::size_t index)
    {
        const AnswerBlock& block = m_blocks.all()[index];
        Json members = place(index);
        if (block.kind == Kind::Call) {
            members.erase("content_index");
            members["name"] = block.name;
            members["arguments"] = block.text;
            add(events, "response.function_call_arguments.done", std::move(members));
        } else {
            members["text"] = block.text;
            if (block.kind == Kind::Content) members["logprobs"] = Json::array();
            add(events, block.kind == Kind::Reasoning ? "response.reasoning_text.done" : "response.output_text.done", std::move(members));
            Json whole = place(index);
            whole["part"] = part(block);
            add(events, "response.content_part.done", std::move(whole));
        }
        add(events, "response.output_item.done", {{"output_index", index}, {"item", item(index, true)}});
    }

    const FormatContext m;
    const AnswerReading m_reading;
    AnswerBlocks m_blocks;
    std::vector<std::string> m_itemIds; // by block
    std::size_t m_sent = 0;             // events
    const std::string m_id = randomId("resp_");
    const std::int64_t m_created = unixNow();
};

} // namespace

std::unique_ptr<Format> responsesFormat(FormatContext context, AnswerReading reading) { return std::make_unique<ResponsesFormat>(std::move(context), std::move(reading)); }

} // namespace corral::server
