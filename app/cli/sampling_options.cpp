#include "app/cli/sampling_options.h"

#include "app/cli/console.h"

#include <memory>
#include <utility>

namespace corral::cli {

namespace {

std::optional<std::string> setOrder(sample::Params& params, const std::string& list, bool letters)
{
    std::vector<std::string> unknown;
    params.order = sample::parseOrder(list, letters, &unknown);
    for (const std::string& name : unknown) complain(std::format("corral: unknown sampler \"{}\" is skipped", name));
    return std::nullopt;
}

// TOKEN_ID followed by + or - and the bias: "15043+1.5", "2-inf".
std::optional<std::string> addLogitBias(sample::Params& params, const std::string& text)
{
    const auto sign = text.find_first_of("+-");
    const auto token = parseNumber<sample::Token>(std::string_view(text).substr(0, sign));
    const auto bias = sign == std::string::npos ? std::nullopt : parseNumber<float>(std::string_view(text).substr(sign));
    if (!token || !bias) return std::format("\"{}\" is not of the form ID+BIAS or ID-BIAS", text);
    params.logitBias.emplace_back(*token, *bias);
    return std::nullopt;
}

} // namespace

void addSamplingOptions(OptionTable& table, sample::Params& p)
{
    table.section("sampling");
    table.add({"--samplers"}, "NAMES", "samplers in their order, separated by ; (default: penalties;dry;top_n_sigma;top_k;typ_p;top_p;min_p;xtc;temperature)",
              [&p](const std::string& text) { return setOrder(p, text, false); });
    table.add({"--sampler-seq", "--sampling-seq"}, "LETTERS", "the same by letters (default: edskypmxt)",
              [&p](const std::string& text) { return setOrder(p, text, true); });
    table.add({"-s", "--seed"}, "SEED", "of the random numbers; -1: a new one each time (default: -1)",
              [&p](const std::string& text) -> std::optional<std::string> {
                  const auto seed = parseNumber<std::int64_t>(text);
                  if (!seed || *seed < -1 || *seed > 0xFFFFFFFFll) return std::format("\"{}\" is no seed: -1 to 4294967295", text);
                  p.seed = static_cast<std::uint32_t>(*seed);
                  return std::nullopt;
              });
    table.value({"--temp", "--temperature"}, "T", "temperature; 0: always the likeliest token", p.temp);
    table.value({"--top-k"}, "K", "only the K likeliest; 0: off", p.topK);
    table.value({"--top-p"}, "P", "only the likeliest that reach P together; 1: off", p.topP);
    table.value({"--min-p"}, "P", "only those at least P times as likely as the likeliest; 0: off", p.minP);
    table.value({"--top-n-sigma", "--top-nsigma"}, "N", "only logits within N standard deviations of the largest; -1: off", p.topNSigma);
    table.value({"--typical", "--typical-p"}, "P", "locally typical sampling; 1: off", p.typP);
    table.value({"--xtc-probability"}, "P", "how often XTC drops the likeliest; 0: off", p.xtcProbability);
    table.value({"--xtc-threshold"}, "P", "XTC drops only what is at least this likely; above 0.5: off", p.xtcThreshold);
    table.value({"--min-keep"}, "N", "samplers that drop tokens keep at least N", p.minKeep);
    table.value({"--dynatemp-range"}, "R", "temperature between T-R and T+R by entropy; 0: off", p.dynatempRange);
    table.value({"--dynatemp-exp", "--dynatemp-exponent"}, "X", "exponent of the dynamic temperature", p.dynatempExponent);
    table.value({"--repeat-last-n"}, "N", "tokens the penalties look back on; 0: off, -1: the whole context", p.penaltyLastN);
    table.value({"--repeat-penalty"}, "X", "divides the logits of repeated tokens; 1: off", p.penaltyRepeat);
    table.value({"--presence-penalty"}, "X", "subtracted from tokens that occurred; 0: off", p.penaltyPresence);
    table.value({"--frequency-penalty"}, "X", "subtracted for each occurrence; 0: off", p.penaltyFrequency);
    table.value({"--dry-multiplier"}, "X", "strength of the penalty on repeated sequences (DRY); 0: off", p.dryMultiplier);
    table.value({"--dry-base"}, "X", "DRY grows by this with each token", p.dryBase);
    table.value({"--dry-allowed-length"}, "N", "sequences up to this length are free of DRY", p.dryAllowedLength);
    table.value({"--dry-penalty-last-n"}, "N", "tokens DRY looks back on; 0: off, -1: the whole context", p.dryPenaltyLastN);
    table.add({"--dry-sequence-breaker"}, "TEXT", "DRY's sequences end here; the first use clears the defaults (\\n : \" *), \"none\" leaves none",
              [&p, first = std::make_shared<bool>(true)](const std::string& text) -> std::optional<std::string> {
                  if (std::exchange(*first, false)) p.dryBreakers.clear();
                  if (text == "none") p.dryBreakers.clear();
                  else p.dryBreakers.push_back(text == "\\n" ? "\n" : text);
                  return std::nullopt;
              });
    table.value({"--adaptive-target"}, "P", "adaptive-p: probability to aim for; negative: off", p.adaptiveTarget);
    table.value({"--adaptive-decay"}, "X", "adaptive-p: weight of the past", p.adaptiveDecay);
    table.value({"--mirostat"}, "N", "1 or 2: Mirostat instead of the chain; 0: off", p.mirostat);
    table.value({"--mirostat-lr"}, "X", "Mirostat's learning rate", p.mirostatEta);
    table.value({"--mirostat-ent"}, "X", "Mirostat's target entropy", p.mirostatTau);
    table.add({"-l", "--logit-bias"}, "ID±BIAS", "adds BIAS to the logit of token ID; repeatable",
              [&p](const std::string& text) { return addLogitBias(p, text); });
    table.flag({"--ignore-eos"}, "never end by an end-of-generation token", p.ignoreEos);
}

void applyRecommended(const gguf::File& file, sample::Params& p)
{
    const auto number = [&](const char* name, auto& target) {
        using T = std::remove_reference_t<decltype(target)>;
        const std::string key = std::string("general.sampling.") + name;
        if constexpr (std::integral<T>) {
            if (const auto value = file.getInt(key); value && std::in_range<T>(*value)) target = static_cast<T>(*value);
        } else {
            if (const auto value = file.getFloat(key)) target = static_cast<T>(*value);
        }
    };
    number("temp", p.temp);
    number("top_k", p.topK);
    number("top_p", p.topP);
    number("min_p", p.minP);
    number("xtc_probability", p.xtcProbability);
    number("xtc_threshold", p.xtcThreshold);
    number("penalty_last_n", p.penaltyLastN);
    number("penalty_repeat", p.penaltyRepeat);
    number("mirostat", p.mirostat);
    number("mirostat_tau", p.mirostatTau);
    number("mirostat_eta", p.mirostatEta);
    if (const auto list = file.getString("general.sampling.sequence")) {
        std::vector<std::string> unknown; // a newer tool's: left out
        p.order = sample::parseOrder(*list, !list->contains(';') && !list->contains('_'), &unknown);
    }
}

} // namespace corral::cli
