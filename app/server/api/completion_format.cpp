#include "app/server/api/formats.h"

namespace corral::server {

Json usageJson(std::span<const Choice> choices, int alternatives)
{
    std::size_t prompt = 0, written = 0, cached = 0;
    for (const Choice& choice : choices) {
        if (choice.index % alternatives == 0) {
            prompt += choice.prompt.size();
            cached += static_cast<std::size_t>(choice.timings.cachedTokens);
        }
        written += choice.tokens.size();
    }
    return {{"completion_tokens", written}, {"prompt_tokens", prompt}, {"total_tokens", prompt + written}, {"prompt_tokens_details", {{"cached_tokens", cached}}}};
}

std::string_view finishReason(const generate::Outcome& outcome)
{
    return outcome.reason == generate::FinishReason::EndOfText || outcome.reason == generate::FinishReason::StopString ? "stop" : "length";
}

std::string_view fingerprint() { return "corral-" CORRAL_VERSION; }

namespace {

class CompletionFormat final : public Format {
public:
    CompletionFormat(FormatContext context, std::vector<std::string> prompts) : m(std::move(context)), m_prompts(std::move(prompts)) {}

    std::vector<Event> begin(const Choice& choice) override
    {
        if (!m.request.echo) return {};
        return {{{}, envelope(Json::array({choiceJson(choice, promptOf(choice), {}, Json())}))}};
    }
    std::vector<Event> piece(const Choice& choice, const Piece& piece) override
    {
        return {{{}, envelope(Json::array({choiceJson(choice, std::string(piece.text), piece.chosen, Json())}))}};
    }
    std::vector<Event> progress(const Choice& choice) override
    {
        Json chunk = envelope(Json::array({choiceJson(choice, {}, {}, Json())}));
        chunk["prompt_progress"] = progressJson(choice);
        return {{{}, std::move(chunk)}};
    }
    std::vector<Event> end(const Choice& choice) override
    {
        Json last = envelope(Json::array({choiceJson(choice, {}, {}, finishReason(*choice.outcome))}));
        last["timings"] = timingsJson(choice.timings);
        if (m.request.verbose) last["__verbose"] = nativeResult(m, choice, true);
        return {{{}, std::move(last)}};
    }
    std::vector<Event> finish(std::span<const Choice> choices) override
    {
        if (!m.request.includeUsage) return {};
        Json last = envelope(Json::array());
        last["usage"] = usageJson(choices, m.request.alternatives);
        last["timings"] = timingsJson(choices.front().timings);
        return {{{}, std::move(last)}};
    }
    std::string_view last() const override { return "data: [DONE]\n\n"; }
    Json whole(std::span<const Choice> choices) override
    {
        Json list = Json::array();
        for (const Choice& choice : choices) list.push_back(choiceJson(choice, (m.request.echo ? promptOf(choice) : "") + choice.text, choice.chosen, finishReason(*choice.outcome)));
        Json answer = envelope(std::move(list));
        answer["usage"] = usageJson(choices, m.request.alternatives);
        answer["timings"] = timingsJson(choices.front().timings);
        if (m.request.verbose) answer["__verbose"] = nativeResult(m, choices.front(), false);
        return answer;
    }

private:
    const std::string& promptOf(const Choice& choice) const { return m_prompts[static_cast<std::size_t>(choice.index / m.request.alternatives)]; }
    Json choiceJson(const Choice& choice, std::string text, std::span<const generate::ChosenToken> chosen, Json reason) const
    {
        Json logprobs;
        if (!chosen.empty()) logprobs = {{"content", probabilitiesJson(chosen, m.service.tokenizer(), m.request.options.afterSampling)}};
        return {{"text", std::move(text)}, {"index", choice.index}, {"logprobs", std::move(logprobs)}, {"finish_reason", std::move(reason)}};
    }
    Json envelope(Json choices) const
    {
        return {{"id", m_id}, {"object", "text_completion"}, {"created", m_created}, {"model", m.model}, {"system_fingerprint", fingerprint()}, {"choices", std::move(choices)}};
    }

    const FormatContext m;
    const std::vector<std::string> m_prompts;
    const std::string m_id = randomId("cmpl-");
    const std::int64_t m_created = unixNow();
};

} // namespace

std::unique_ptr<Format> completionFormat(FormatContext context, std::vector<std::string> prompts)
{
    return std::make_unique<CompletionFormat>(std::move(context), std::move(prompts));
}

} // namespace corral::server
