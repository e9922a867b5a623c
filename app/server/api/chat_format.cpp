#include "app/server/api/chat_format.h"

namespace corral::server {

namespace {

class ChatFormat final : public Format {
public:
    explicit ChatFormat(FormatContext context) : m(std::move(context)) {}

    std::vector<Event> begin(const Choice& choice) override { return {chunk(choice, {{"role", "assistant"}, {"content", nullptr}}, {}, Json())}; }
    std::vector<Event> piece(const Choice& choice, const Piece& piece) override { return {chunk(choice, {{"content", piece.text}}, piece.chosen, Json())}; }
    std::vector<Event> end(const Choice& choice) override
    {
        Event last = chunk(choice, Json::object(), {}, finishReason(*choice.outcome));
        last.data["timings"] = timingsJson(choice.timings);
        return {std::move(last)};
    }
    std::vector<Event> finish(std::span<const Choice> choices) override
    {
        if (!m.request.includeUsage) return {};
        Json last = envelope("chat.completion.chunk", Json::array());
        last["usage"] = usageJson(choices, m.request.alternatives);
        return {{{}, std::move(last)}};
    }
    std::string_view last() const override { return "data: [DONE]\n\n"; }
    Json whole(std::span<const Choice> choices) override
    {
        Json list = Json::array();
        for (const Choice& choice : choices) {
            Json entry{{"index", choice.index}, {"finish_reason", finishReason(*choice.outcome)}, {"message", {{"role", "assistant"}, {"content", choice.text}}}};
            if (!choice.chosen.empty()) entry["logprobs"] = {{"content", probabilitiesJson(choice.chosen, m.service.tokenizer())}};
            list.push_back(std::move(entry));
        }
        Json answer = envelope("chat.completion", std::move(list));
        answer["usage"] = usageJson(choices, m.request.alternatives);
        answer["timings"] = timingsJson(choices.front().timings);
        return answer;
    }

private:
    Event chunk(const Choice& choice, Json delta, std::span<const generate::ChosenToken> chosen, Json reason) const
    {
        Json entry{{"index", choice.index}, {"delta", std::move(delta)}, {"finish_reason", std::move(reason)}};
        if (!chosen.empty()) entry["logprobs"] = {{"content", probabilitiesJson(chosen, m.service.tokenizer())}};
        return {{}, envelope("chat.completion.chunk", Json::array({std::move(entry)}))};
    }
    Json envelope(std::string_view object, Json choices) const
    {
        return {{"id", m_id}, {"object", object}, {"created", m_created}, {"model", m.model}, {"system_fingerprint", fingerprint()}, {"choices", std::move(choices)}};
    }

    const FormatContext m;
    const std::string m_id = randomId("chatcmpl-");
    const std::int64_t m_created = unixNow();
};

} // namespace

std::unique_ptr<Format> chatFormat(FormatContext context) { return std::make_unique<ChatFormat>(std::move(context)); }

} // namespace corral::server
