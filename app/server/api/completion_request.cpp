#include "app/server/api/completion_request.h"

#include "core/generate/constraint.h"

#include <limits>

namespace corral::server {

namespace {

constexpr float kAnyNumber = std::numeric_limits<float>::max();
constexpr std::int64_t kManyTokens = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kMostProbabilities = 1000, kMostAlternatives = 128;
constexpr std::size_t kMostStops = 256, kMostBiases = 100'000, kMostPrompts = 1024;

void readSampling(Fields& fields, sample::Params& p)
{
    if (const Json* seed = fields.find({"seed"}); seed && seed->is_number_integer() && seed->get<std::int64_t>() < 0) p.seed = 0xFFFFFFFF;
    else p.seed = static_cast<std::uint32_t>(fields.integer({"seed"}, p.seed, 0, std::numeric_limits<std::int64_t>::max()));
    p.temp = fields.number({"temperature"}, p.temp, -kAnyNumber, kAnyNumber);
    p.dynatempRange = fields.number({"dynatemp_range"}, p.dynatempRange, 0, kAnyNumber);
    p.dynatempExponent = fields.number({"dynatemp_exponent"}, p.dynatempExponent, -kAnyNumber, kAnyNumber);
    p.topK = static_cast<int>(fields.integer({"top_k"}, p.topK, -1, kManyTokens));
    p.topP = fields.number({"top_p"}, p.topP, 0, 1);
    p.minP = fields.number({"min_p"}, p.minP, 0, 1);
    p.topNSigma = fields.number({"top_n_sigma"}, p.topNSigma, -kAnyNumber, kAnyNumber);
    p.typP = fields.number({"typical_p", "typ_p"}, p.typP, 0, 1);
    p.xtcProbability = fields.number({"xtc_probability"}, p.xtcProbability, 0, 1);
    p.xtcThreshold = fields.number({"xtc_threshold"}, p.xtcThreshold, 0, 1);
    p.minKeep = static_cast<int>(fields.integer({"min_keep"}, p.minKeep, 0, kManyTokens));
    p.penaltyLastN = static_cast<int>(fields.integer({"repeat_last_n"}, p.penaltyLastN, -1, 1 << 20));
    p.penaltyRepeat = fields.number({"repeat_penalty"}, p.penaltyRepeat, 0, kAnyNumber);
    p.penaltyPresence = fields.number({"presence_penalty"}, p.penaltyPresence, -kAnyNumber, kAnyNumber);
    p.penaltyFrequency = fields.number({"frequency_penalty"}, p.penaltyFrequency, -kAnyNumber, kAnyNumber);
    p.dryMultiplier = fields.number({"dry_multiplier"}, p.dryMultiplier, 0, kAnyNumber);
    p.dryBase = fields.number({"dry_base"}, p.dryBase, -kAnyNumber, kAnyNumber);
    if (p.dryBase < 1) p.dryBase = sample::Params().dryBase;
    p.dryAllowedLength = static_cast<int>(fields.integer({"dry_allowed_length"}, p.dryAllowedLength, 0, kManyTokens));
    p.dryPenaltyLastN = static_cast<int>(fields.integer({"dry_penalty_last_n"}, p.dryPenaltyLastN, -1, 1 << 20));
    if (fields.has("dry_sequence_breakers")) {
        p.dryBreakers = fields.strings({"dry_sequence_breakers"});
        if (p.dryBreakers.empty()) fields.complain("Field 'dry_sequence_breakers': expected a list of strings that is not empty");
    }
    p.mirostat = static_cast<int>(fields.integer({"mirostat"}, p.mirostat, 0, 2));
    p.mirostatTau = fields.number({"mirostat_tau"}, p.mirostatTau, 0, kAnyNumber);
    p.mirostatEta = fields.number({"mirostat_eta"}, p.mirostatEta, 0, kAnyNumber);
    p.adaptiveTarget = fields.number({"adaptive_target"}, p.adaptiveTarget, -kAnyNumber, 1);
    p.adaptiveDecay = fields.number({"adaptive_decay"}, p.adaptiveDecay, 0, 1);
    p.ignoreEos = fields.boolean({"ignore_eos"}, p.ignoreEos);
    if (const Json* samplers = fields.find({"samplers"})) {
        std::string list;
        if (samplers->is_string()) {
            p.order = sample::parseOrder(samplers->get<std::string>(), true, nullptr);
        } else {
            for (const std::string& name : fields.strings({"samplers"})) list += (list.empty() ? "" : ";") + name;
            p.order = sample::parseOrder(list, false, nullptr);
        }
    }
}

// A list of [id or string, number or false], or an object {"id or string": number or false}. A text counts for each of its tokens.
void readLogitBias(Fields& fields, const text::Tokenizer& tokenizer, std::vector<std::pair<generate::Token, float>>& biases)
{
    const Json* given = fields.find({"logit_bias"});
    if (!given) return;
    const auto wrong = [&] { fields.complain("Field 'logit_bias': expected a list of [token or text, number or false] or an object of them"); };
    const auto add = [&](const Json& what, const Json& by) {
        float bias = 0;
        if (by.is_number()) bias = by.get<float>();
        else if (by.is_boolean() && !by.get<bool>()) bias = -std::numeric_limits<float>::infinity();
        else return wrong();
        const auto one = [&](std::int64_t token) {
            if (token >= 0 && token < tokenizer.size()) biases.emplace_back(static_cast<generate::Token>(token), bias); // others do no harm
        };
        if (what.is_number_integer()) return one(what.get<std::int64_t>());
        if (!what.is_string()) return wrong();
        const auto text = what.get<std::string>();
        for (const generate::Token token : tokenizer.encode(text, {.addSpecial = false, .parseSpecial = true})) one(token);
    };
    if ((!given->is_array() && !given->is_object()) || given->size() > kMostBiases) return wrong();
    if (given->is_object()) {
        for (const auto& [key, value] : given->items()) {
            const bool isId = !key.empty() && key.size() < 10 && key.find_first_not_of("0123456789") == std::string::npos; // as OpenAI has it
            add(isId ? Json(std::stoll(key)) : Json(key), value);
        }
    } else {
        for (const Json& pair : *given)
            if (pair.is_array() && pair.size() == 2) add(pair[0], pair[1]);
            else return wrong();
    }
}

} // namespace

ApiResult<CompletionRequest> readCompletionRequest(const Json& body, const CompletionRequest& usual, const engine::Service& service)
{
    CompletionRequest request = usual;
    Fields fields(body);
    readSampling(fields, request.options.sampling);
    readLogitBias(fields, service.tokenizer(), request.options.sampling.logitBias);
    request.options.maxTokens = static_cast<int>(fields.integer({"n_predict", "max_completion_tokens", "max_tokens"}, request.options.maxTokens, -1, kManyTokens));
    if (fields.has("stop")) {
        request.options.stop = fields.strings({"stop"});
        if (request.options.stop.size() > kMostStops) fields.complain("Field 'stop': at most {} strings", kMostStops);
    }
    // OpenAI's chat has a flag and a number, its completions and the native form only a number.
    if (const Json* logprobs = fields.find({"logprobs"}); logprobs && logprobs->is_boolean()) {
        if (logprobs->get<bool>()) request.options.probabilities = static_cast<int>(fields.integer({"top_logprobs"}, 20, 0, kMostProbabilities));
        else if (fields.has("top_logprobs")) fields.complain("Field 'top_logprobs' needs logprobs to be true");
        if (logprobs->get<bool>() && request.options.probabilities == 0) request.options.probabilities = 1;
    } else {
        if (!fields.has("n_probs") && !fields.has("logprobs") && fields.has("top_logprobs")) fields.complain("Field 'top_logprobs' needs logprobs to be true");
        request.options.probabilities = static_cast<int>(fields.integer({"n_probs", "logprobs"}, 0, 0, kMostProbabilities));
    }
    request.alternatives = static_cast<int>(fields.integer({"n_cmpl", "n"}, 1, 1, kMostAlternatives));
    request.slot = static_cast<int>(fields.integer({"id_slot"}, -1, -1, service.slotCount() - 1));
    request.reuse = fields.boolean({"cache_prompt"}, request.reuse);
    request.stream = fields.boolean({"stream"}, false);
    if (const Json* options = fields.find({"stream_options"})) {
        if (!options->is_object()) return badRequest("Field 'stream_options': expected an object");
        Fields inner(*options);
        request.includeUsage = inner.boolean({"include_usage"}, false);
        if (inner.error()) return std::unexpected(*inner.error());
    }
    request.timingsPerToken = fields.boolean({"timings_per_token"}, false);
    request.returnTokens = fields.boolean({"return_tokens"}, false);
    request.returnProgress = fields.boolean({"return_progress"}, false);
    request.options.afterSampling = fields.boolean({"post_sampling_probs"}, false);
    request.reasoningControl = fields.boolean({"reasoning_control"}, false);
    request.echo = fields.boolean({"echo"}, false);
    request.pingSeconds = static_cast<int>(fields.integer({"sse_ping_interval"}, request.pingSeconds, -1, 1 << 20));
    request.model = fields.string({"model"}, {});
    request.options.maxTime = std::chrono::milliseconds(fields.integer({"t_max_predict_ms"}, 0, -1, std::numeric_limits<std::int32_t>::max()));
    request.responseFields = fields.strings({"response_fields"});
    request.verbose = fields.boolean({"verbose"}, request.verbose);
    // Contexts are not shifted and prompts are used again by their beginning only: these have no effect, but must make sense.
    fields.integer({"n_keep"}, 0, -1, kManyTokens);
    for (const char* ignored : {"n_discard", "n_cache_reuse"}) fields.integer({ignored}, 0, 0, kManyTokens);
    if (fields.integer({"n_indent"}, 0, 0, kManyTokens) > 0) return notSupported("n_indent is not supported");
    if (const Json* adapters = fields.find({"lora"}); adapters && !adapters->empty()) return notSupported("there are no adapters here (lora)");
    if (fields.error()) return std::unexpected(*fields.error());
    if (auto valid = sample::validate(request.options.sampling); !valid) return std::unexpected(fromEngine(valid.error()));
    return request;
}

ApiResult<std::vector<std::vector<generate::Token>>> readPrompts(const Json& prompt, const text::Tokenizer& tokenizer)
{
    const auto wrong = [] { return badRequest("\"prompt\" must be a string, a list of token ids, a mixture of both, or a list of prompts"); };
    const auto isMixture = [](const Json& list) {
        return std::ranges::any_of(list, [](const Json& item) { return item.is_number_integer(); }) &&
               std::ranges::all_of(list, [](const Json& item) { return item.is_number_integer() || item.is_string(); });
    };
    const auto one = [&](const Json& item) -> ApiResult<std::vector<generate::Token>> {
        if (item.is_object() && item.contains("prompt_string") && item["prompt_string"].is_string()) {
            if (item.contains("multimodal_data") && !item["multimodal_data"].empty()) return notSupported("this model takes no images or sound");
            return tokenizer.encode(item["prompt_string"].get_ref<const std::string&>(), {});
        }
        if (item.is_string()) return tokenizer.encode(item.get_ref<const std::string&>(), {});
        if (!item.is_array()) return wrong();
        std::vector<generate::Token> tokens;
        for (const Json& part : item) {
            if (part.is_string()) {
                const auto more = tokenizer.encode(part.get_ref<const std::string&>(), {.addSpecial = tokens.empty(), .parseSpecial = true});
                tokens.insert(tokens.end(), more.begin(), more.end());
                continue;
            }
            if (!part.is_number_integer()) return wrong();
            const auto id = part.get<std::int64_t>();
            if (id < 0 || id >= tokenizer.size()) return badRequest("token id {} is outside the vocabulary of {} tokens", id, tokenizer.size());
            tokens.push_back(static_cast<generate::Token>(id));
        }
        return tokens;
    };
    std::vector<std::vector<generate::Token>> prompts;
    const bool several = prompt.is_array() && !prompt.empty() && !isMixture(prompt);
    if (several && prompt.size() > kMostPrompts) return badRequest("at most {} prompts in one request", kMostPrompts);
    for (const Json& item : several ? prompt : Json::array({prompt})) {
        auto tokens = one(item);
        if (!tokens) return std::unexpected(tokens.error());
        prompts.push_back(std::move(*tokens));
    }
    return prompts;
}

ApiResult<void> holdTo(generate::GenerateOptions& options, const std::string& gbnf, const engine::Service& service, std::vector<std::string> freeUntil)
{
    auto held = generate::constraintOf(gbnf, service.vocabulary(), std::move(freeUntil));
    if (!held) return badRequest("grammar: {}", held.error().message);
    options.sampling.grammar = std::move(*held);
    return {};
}

Json settings(const CompletionRequest& request)
{
    const sample::Params& p = request.options.sampling;
    Json bias = Json::array();
    for (const auto& [token, value] : p.logitBias) bias.push_back({{"token", token}, {"bias", value}});
    return {{"seed", p.seed},
            {"temperature", p.temp},
            {"dynatemp_range", p.dynatempRange},
            {"dynatemp_exponent", p.dynatempExponent},
            {"top_k", p.topK},
            {"top_p", p.topP},
            {"min_p", p.minP},
            {"top_n_sigma", p.topNSigma},
            {"xtc_probability", p.xtcProbability},
            {"xtc_threshold", p.xtcThreshold},
            {"typical_p", p.typP},
            {"repeat_last_n", p.penaltyLastN},
            {"repeat_penalty", p.penaltyRepeat},
            {"presence_penalty", p.penaltyPresence},
            {"frequency_penalty", p.penaltyFrequency},
            {"dry_multiplier", p.dryMultiplier},
            {"dry_base", p.dryBase},
            {"dry_allowed_length", p.dryAllowedLength},
            {"dry_penalty_last_n", p.dryPenaltyLastN},
            {"dry_sequence_breakers", p.dryBreakers},
            {"mirostat", p.mirostat},
            {"mirostat_tau", p.mirostatTau},
            {"mirostat_eta", p.mirostatEta},
            {"adaptive_target", p.adaptiveTarget},
            {"adaptive_decay", p.adaptiveDecay},
            {"min_keep", p.minKeep},
            {"samplers", p.order},
            {"logit_bias", std::move(bias)},
            {"ignore_eos", p.ignoreEos},
            {"stop", request.options.stop},
            {"n_predict", request.options.maxTokens},
            {"max_tokens", request.options.maxTokens},
            {"n_probs", request.options.probabilities},
            {"t_max_predict_ms", request.options.maxTime.count()},
            {"cache_prompt", request.reuse},
            {"stream", request.stream},
            {"timings_per_token", request.timingsPerToken},
            {"post_sampling_probs", request.options.afterSampling},
            {"lora", Json::array()}};
}

} // namespace corral::server
