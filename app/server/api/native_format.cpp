#include "app/server/api/formats.h"

#include <algorithm>

namespace corral::server {

namespace {

std::string_view stopType(generate::FinishReason reason)
{
    switch (reason) {
    case generate::FinishReason::EndOfText: return "eos";
    case generate::FinishReason::StopString: return "word";
    case generate::FinishReason::MaxTokens:
    case generate::FinishReason::ContextFull: return "limit";
    case generate::FinishReason::Cancelled: break;
    }
    return "none";
}

class NativeFormat final : public Format {
public:
    explicit NativeFormat(FormatContext context) : m(std::move(context)) {}

    std::vector<Event> begin(const Choice&) override { return {}; }
    std::vector<Event> piece(const Choice& choice, const Piece& piece) override
    {
        Json chunk{{"index", choice.index},
                   {"content", piece.text},
                   {"tokens", piece.tokens},
                   {"stop", false},
                   {"id_slot", m.request.slot},
                   {"tokens_predicted", choice.tokens.size()},
                   {"tokens_evaluated", choice.prompt.size()}};
        if (!piece.chosen.empty()) chunk["completion_probabilities"] = probabilitiesJson(piece.chosen, m.service.tokenizer(), m.request.options.afterSampling);
        return {{{}, std::move(chunk)}};
    }
    std::vector<Event> progress(const Choice& choice) override
    {
        Json chunk{{"index", choice.index},
                   {"content", ""},
                   {"tokens", Json::array()},
                   {"stop", false},
                   {"id_slot", m.request.slot},
                   {"tokens_predicted", 0},
                   {"tokens_evaluated", choice.prompt.size()},
                   {"prompt_progress", progressJson(choice)}};
        return {{{}, std::move(chunk)}};
    }
    std::vector<Event> end(const Choice& choice) override { return {{{}, restricted(nativeResult(m, choice, true))}}; }
    Json whole(std::span<const Choice> choices) override
    {
        if (choices.size() == 1) return restricted(nativeResult(m, choices.front(), false));
        Json list = Json::array();
        for (const Choice& choice : choices) list.push_back(restricted(nativeResult(m, choice, false)));
        return list;
    }

private:
    // Members of inner objects come out under their whole paths.
    Json restricted(Json result) const
    {
        if (m.request.responseFields.empty()) return result;
        Json some = Json::object();
        for (const std::string& path : m.request.responseFields) {
            const Json* at = &result;
            for (std::size_t begin = 0; at && begin <= path.size();) {
                const std::size_t end = std::min(path.find('/', begin), path.size());
                const auto found = at->is_object() ? at->find(path.substr(begin, end - begin)) : at->end();
                at = found != at->end() ? &*found : nullptr;
                begin = end + 1;
            }
            if (at) some[path] = *at;
        }
        return some;
    }

    const FormatContext m;
};

} // namespace

Json nativeResult(const FormatContext& m, const Choice& choice, bool streamed)
{
    const generate::Outcome& outcome = *choice.outcome;
    Json all = settings(m.request);
    all["n_ctx"] = m.service.contextLength();
    Json result{{"index", choice.index},
                {"content", streamed ? std::string() : choice.text},
                {"tokens", m.request.returnTokens && !streamed ? Json(choice.tokens) : Json::array()},
                {"id_slot", outcome.slot},
                {"stop", true},
                {"model", m.model},
                {"tokens_predicted", choice.tokens.size()},
                {"tokens_evaluated", choice.prompt.size()},
                {"generation_settings", std::move(all)},
                {"prompt", m.service.tokenizer().decode(choice.prompt, {})},
                {"has_new_line", choice.text.contains('\n')},
                {"truncated", outcome.reason == generate::FinishReason::ContextFull},
                {"stop_type", stopType(outcome.reason)},
                {"stopping_word", outcome.stopString},
                {"tokens_cached", choice.prompt.size() + (choice.tokens.empty() ? 0 : choice.tokens.size() - 1)},
                {"timings", timingsJson(choice.timings)}};
    if (!streamed && !choice.chosen.empty()) result["completion_probabilities"] = probabilitiesJson(choice.chosen, m.service.tokenizer(), m.request.options.afterSampling);
    return result;
}

std::unique_ptr<Format> nativeFormat(FormatContext context) { return std::make_unique<NativeFormat>(std::move(context)); }

} // namespace corral::server
