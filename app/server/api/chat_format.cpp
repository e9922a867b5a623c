#include "app/server/api/chat_format.h"

#include <map>

namespace corral::server {

namespace {

using text::AnswerDelta;

class ChatFormat final : public Format {
public:
    ChatFormat(FormatContext context, AnswerReading reading) : m(std::move(context)), m_reading(std::move(reading)) {}

    std::string_view id() const override { return m_id; }
    std::vector<Event> begin(const Choice& choice) override { return {chunk(choice, {{"role", "assistant"}, {"content", nullptr}})}; }
    std::vector<Event> piece(const Choice& choice, const Piece& piece) override
    {
        std::vector<Event> events;
        for (const AnswerDelta& delta : parser(choice).push(piece.text)) events.push_back(chunk(choice, deltaJson(delta)));
        if (!piece.chosen.empty()) { // goes with the text as far as the parser has let it out
            if (events.empty()) events.push_back(chunk(choice, {{"content", ""}}));
            events.front().data["choices"][0]["logprobs"] = {{"content", probabilitiesJson(piece.chosen, m.service.tokenizer(), m.request.options.afterSampling)}};
        }
        return events;
    }
    std::vector<Event> progress(const Choice& choice) override
    {
        Event told = chunk(choice, Json::object());
        told.data["prompt_progress"] = progressJson(choice);
        return {std::move(told)};
    }
    std::vector<Event> end(const Choice& choice) override
    {
        std::vector<Event> events;
        text::AnswerParser& read = parser(choice);
        for (const AnswerDelta& delta : read.finish()) events.push_back(chunk(choice, deltaJson(delta)));
        Event last = chunk(choice, Json::object(), reason(choice, read.calls()));
        last.data["timings"] = timingsJson(choice.timings);
        if (m.request.verbose) last.data["__verbose"] = nativeResult(m, choice, true);
        events.push_back(std::move(last));
        return events;
    }
    std::vector<Event> finish(std::span<const Choice> choices) override
    {
        if (!m.request.includeUsage) return {};
        Json last = envelope("chat.completion.chunk", Json::array());
        last["usage"] = usageJson(choices, m.request.alternatives);
        last["timings"] = timingsJson(choices.front().timings);
        return {{{}, std::move(last)}};
    }
    std::string_view last() const override { return "data: [DONE]\n\n"; }
    Json whole(std::span<const Choice> choices) override
    {
        Json list = Json::array();
        for (const Choice& choice : choices) {
            text::AnswerParser read(m_reading.format, m_reading.options);
            auto deltas = read.push(choice.text);
            for (AnswerDelta& delta : read.finish()) deltas.push_back(std::move(delta));
            Json entry{{"index", choice.index}, {"finish_reason", reason(choice, read.calls())}, {"message", message(deltas)}};
            if (!choice.chosen.empty()) entry["logprobs"] = {{"content", probabilitiesJson(choice.chosen, m.service.tokenizer(), m.request.options.afterSampling)}};
            list.push_back(std::move(entry));
        }
        Json answer = envelope("chat.completion", std::move(list));
        answer["usage"] = usageJson(choices, m.request.alternatives);
        answer["timings"] = timingsJson(choices.front().timings);
        if (m.request.verbose) answer["__verbose"] = nativeResult(m, choices.front(), false);
        return answer;
    }

private:
    text::AnswerParser& parser(const Choice& choice) { return m_parsers.try_emplace(choice.index, m_reading.format, m_reading.options).first->second; }
    static std::string_view reason(const Choice& choice, std::size_t calls)
    {
        const std::string_view plain = finishReason(*choice.outcome);
        return plain == "stop" && calls > 0 ? "tool_calls" : plain;
    }
    static Json deltaJson(const AnswerDelta& delta)
    {
        switch (delta.kind) {
        case AnswerDelta::Kind::Reasoning: return {{"reasoning_content", delta.text}};
        case AnswerDelta::Kind::Content: return {{"content", delta.text}};
        case AnswerDelta::Kind::Call: break;
        }
        Json call{{"index", delta.call}};
        if (!delta.id.empty()) call["id"] = delta.id;
        if (!delta.name.empty()) call["type"] = "function";
        call["function"] = Json::object();
        if (!delta.name.empty()) call["function"]["name"] = delta.name;
        call["function"]["arguments"] = delta.text;
        return {{"tool_calls", Json::array({std::move(call)})}};
    }
    static Json message(const std::vector<AnswerDelta>& deltas)
    {
        std::string content, reasoning;
        Json calls = Json::array();
        for (const AnswerDelta& delta : deltas) {
            if (delta.kind == AnswerDelta::Kind::Reasoning) reasoning += delta.text;
            else if (delta.kind == AnswerDelta::Kind::Content) content += delta.text;
            else {
                if (delta.call == calls.size()) calls.push_back({{"type", "function"}, {"id", delta.id}, {"function", {{"name", delta.name}, {"arguments", ""}}}});
                auto& arguments = calls.back()["function"]["arguments"].get_ref<std::string&>();
                arguments += delta.text;
            }
        }
        Json message{{"role", "assistant"}, {"content", content.empty() && !calls.empty() ? Json() : Json(content)}};
        if (!reasoning.empty()) message["reasoning_content"] = std::move(reasoning);
        if (!calls.empty()) message["tool_calls"] = std::move(calls);
        return message;
    }
    Event chunk(const Choice& choice, Json delta, Json reason = {}) const
    {
        Json entry{{"index", choice.index}, {"delta", std::move(delta)}, {"finish_reason", std::move(reason)}};
        return {{}, envelope("chat.completion.chunk", Json::array({std::move(entry)}))};
    }
    Json envelope(std::string_view object, Json choices) const
    {
        return {{"id", m_id}, {"object", object}, {"created", m_created}, {"model", m.model}, {"system_fingerprint", fingerprint()}, {"choices", std::move(choices)}};
    }

    const FormatContext m;
    const AnswerReading m_reading;
    std::map<int, text::AnswerParser> m_parsers; // by choice, of a stream
    const std::string m_id = randomId("chatcmpl-");
    const std::int64_t m_created = unixNow();
};

} // namespace

std::unique_ptr<Format> chatFormat(FormatContext context, AnswerReading reading) { return std::make_unique<ChatFormat>(std::move(context), std::move(reading)); }

} // namespace corral::server
