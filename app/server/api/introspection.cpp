#include "app/server/api/call.h"
#include "app/server/api/formats.h"

#include <algorithm>
#include <array>

namespace corral::server {

namespace {

// As llama-server numbers them.
int vocabularyType(std::string_view kind)
{
    constexpr std::array<std::string_view, 4> kKinds{"", "SPM", "BPE", "WPM"};
    const auto found = std::ranges::find(kKinds, kind);
    return found == kKinds.end() ? 0 : static_cast<int>(found - kKinds.begin());
}

Json capabilities(const engine::ChatPrompt& prompt)
{
    const text::TemplateCapabilities& can = prompt.capabilities();
    return {{"supports_tools", can.tools},
            {"supports_tool_calls", can.toolCalls},
            {"supports_system_role", can.systemRole},
            {"supports_parallel_tool_calls", can.parallelToolCalls},
            {"supports_preserve_reasoning", can.preserveReasoning},
            {"supports_reasoning_effort", can.reasoningEffort},
            {"supports_string_content", can.stringContent},
            {"supports_typed_content", can.typedContent},
            {"supports_object_arguments", can.objectArguments}};
}

Json slotJson(std::size_t id, const generate::SlotState& slot, int context)
{
    const bool works = slot.task != 0;
    Json told{{"id", id}, {"n_ctx", context}, {"speculative", false}, {"is_processing", works}};
    if (slot.lastTask == 0) return told; // it has had none
    const int remain = slot.wantedTokens < 0 ? -1 : std::max(0, slot.wantedTokens - slot.generatedTokens);
    told["id_task"] = slot.lastTask;
    told["n_prompt_tokens"] = slot.promptTokens;
    told["n_prompt_tokens_processed"] = slot.promptDone - slot.promptCached;
    told["n_prompt_tokens_cache"] = slot.promptCached;
    told["params"] = slot.note ? Json::parse(*slot.note) : Json::object();
    told["next_token"] = Json::array({{{"has_next_token", works}, {"has_new_line", slot.hasNewLine}, {"n_remain", remain}, {"n_decoded", slot.generatedTokens}}});
    return told;
}

} // namespace

Answered models(const Call& call)
{
    const engine::ModelInfo& info = call.service.info();
    const std::string name = call.modelName();
    const Json meta{{"vocab_type", vocabularyType(call.service.tokenizer().kind())},
                    {"n_vocab", call.service.tokenizer().size()},
                    {"n_ctx", call.service.contextLength()},
                    {"n_ctx_train", info.trainingContext},
                    {"n_embd", info.embeddingLength},
                    {"n_params", info.parameters},
                    {"size", info.fileBytes},
                    {"ftype", info.quantization}};
    const Json entry{{"id", name}, {"aliases", call.options.aliases}, {"tags", call.options.tags}, {"object", "model"}, {"created", unixNow()}, {"owned_by", "corral"}, {"meta", meta}};
    const Json mirror{{"name", name},
                      {"model", name},
                      {"modified_at", ""},
                      {"size", ""},
                      {"digest", ""},
                      {"type", "model"},
                      {"description", ""},
                      {"tags", Json::array({""})},
                      {"capabilities", Json::array({"completion"})},
                      {"parameters", ""},
                      {"details", {{"parent_model", ""}, {"format", "gguf"}, {"family", ""}, {"families", Json::array({""})}, {"parameter_size", ""}, {"quantization_level", ""}}}};
    call.send({{"models", Json::array({mirror})}, {"object", "list"}, {"data", Json::array({entry})}});
    return {};
}

Answered props(const Call& call)
{
    if (call.request.method == "POST") {
        if (!call.options.props) return notSupported("changing properties is off; start the server with --props");
        call.send({{"success", true}}); // there is nothing to change
        return {};
    }
    const engine::ModelInfo& info = call.service.info();
    const auto tokens = engine::templateTokens(call.service.tokenizer());
    Json answer{{"default_generation_settings", {{"params", settings(call.options.usual)}, {"n_ctx", call.service.contextLength()}}},
                {"total_slots", call.service.slotCount()},
                {"model_alias", call.modelName()},
                {"model_ftype", info.quantization},
                {"model_path", info.path.string()},
                {"modalities", {{"vision", false}, {"video", false}, {"audio", false}}},
                {"media_marker", "<__media__>"},
                {"endpoint_slots", call.options.showSlots},
                {"endpoint_props", call.options.props},
                {"endpoint_metrics", call.options.metrics},
                {"ui", call.options.page},
                {"ui_settings", Json::object()},
                {"chat_template", call.service.chatPrompt().source()},
                {"chat_template_caps", capabilities(call.service.chatPrompt())},
                {"bos_token", tokens.bosToken},
                {"eos_token", tokens.eosToken},
                {"build_info", fingerprint()},
                {"is_sleeping", false},
                {"cors_proxy_enabled", false}};
    if (const auto tools = call.service.chatPrompt().source(true); tools != call.service.chatPrompt().source()) answer["chat_template_tool_use"] = tools;
    call.send(answer);
    return {};
}

Answered slotStates(const Call& call)
{
    if (!call.options.showSlots) return notSupported("this server does not show its slots; start it without --no-slots");
    const engine::ServiceState state = call.service.state();
    const bool allBusy = std::ranges::all_of(state.slotStates, [](const generate::SlotState& slot) { return slot.task != 0; });
    const bool mustBeFree = std::ranges::contains(call.request.query, std::pair<std::string, std::string>("fail_on_no_slot", "1"));
    if (mustBeFree && allBusy) return std::unexpected(unavailable("no slot is free"));
    Json list = Json::array();
    for (std::size_t i = 0; i < state.slotStates.size(); ++i) list.push_back(slotJson(i, state.slotStates[i], call.service.contextLength()));
    call.send(list);
    return {};
}

Answered metrics(const Call& call)
{
    if (!call.options.metrics) return notSupported("this server gives no metrics; start it with --metrics");
    const engine::ServiceState s = call.service.state();
    const auto busy = std::ranges::count_if(s.slotStates, [](const generate::SlotState& slot) { return slot.task != 0; });
    const auto rate = [](double n, double by) { return by > 0 ? n / by : 0.0; };
    struct Metric {
        const char *name, *type, *help;
        double value;
    };
    const Metric all[] = {
        {"prompt_tokens_total", "counter", "Number of prompt tokens processed.", double(s.promptTokens)},
        {"prompt_seconds_total", "counter", "Prompt process time", s.promptSeconds},
        {"tokens_predicted_total", "counter", "Number of generation tokens processed.", double(s.generatedTokens)},
        {"tokens_predicted_seconds_total", "counter", "Predict process time", s.generationSeconds},
        {"n_decode_total", "counter", "Number of steps computed.", double(s.steps)},
        {"n_tokens_max", "counter", "Largest context of an answer.", double(s.longestContext)},
        {"n_busy_slots_per_decode", "gauge", "Slots that worked in a step, on average.", rate(double(s.busySlotSteps), double(s.steps))},
        {"prompt_tokens_seconds", "gauge", "Average prompt throughput in tokens/s.", rate(double(s.promptTokens), s.promptSeconds)},
        {"predicted_tokens_seconds", "gauge", "Average generation throughput in tokens/s.", rate(double(s.generatedTokens), s.generationSeconds)},
        {"requests_processing", "gauge", "Number of requests processing.", double(busy)},
        {"requests_deferred", "gauge", "Number of requests that wait for a slot.", double(s.waiting)},
        {"spec_decode_num_drafts_total", "counter", "Number of drafts: answers are not drafted here.", 0},
        {"spec_decode_num_draft_tokens_total", "counter", "Number of drafted tokens.", 0},
        {"spec_decode_num_accepted_tokens_total", "counter", "Number of drafted tokens that were accepted.", 0},
    };
    std::string text;
    for (const Metric& metric : all)
        text += std::format("# HELP llamacpp:{0} {2}\n# TYPE llamacpp:{0} {1}\nllamacpp:{0} {3}\n", metric.name, metric.type, metric.help, metric.value);
    call.reply->send(200, std::move(text), "text/plain; version=0.0.4");
    return {};
}

} // namespace corral::server
