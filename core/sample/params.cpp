#include "core/sample/order.h"
#include "core/sample/sampler.h"

#include <cmath>
#include <limits>

namespace corral::sample {

Result<void> validate(const Params& params)
{
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    struct Range {
        const char* name;
        float value, low, high;
        const char* text;
    };
    const Range ranges[] = {
        {"temp", params.temp, -kInfinity, kInfinity, "a finite number (0 or less: always the best)"},
        {"dynatemp range", params.dynatempRange, 0, kInfinity, "0 or more"},
        {"dynatemp exponent", params.dynatempExponent, -kInfinity, kInfinity, "a finite number"},
        {"top_p", params.topP, 0, 1, "between 0 and 1"},
        {"min_p", params.minP, 0, 1, "between 0 and 1"},
        {"typ_p", params.typP, 0, 1, "between 0 and 1"},
        {"top_n_sigma", params.topNSigma, -kInfinity, kInfinity, "a finite number (0 or less: off)"},
        {"xtc probability", params.xtcProbability, 0, 1, "between 0 and 1"},
        {"xtc threshold", params.xtcThreshold, 0, 1, "between 0 and 1"},
        {"frequency penalty", params.penaltyFrequency, -kInfinity, kInfinity, "a finite number"},
        {"presence penalty", params.penaltyPresence, -kInfinity, kInfinity, "a finite number"},
        {"dry multiplier", params.dryMultiplier, 0, kInfinity, "0 or more"},
        {"dry base", params.dryBase, 0, kInfinity, "0 or more (below 1: off)"},
        {"adaptive target", params.adaptiveTarget, -kInfinity, 1, "at most 1 (negative: off)"},
        {"adaptive decay", params.adaptiveDecay, 0, 1, "between 0 and 1"},
        {"mirostat tau", params.mirostatTau, 0, kInfinity, "0 or more"},
        {"mirostat eta", params.mirostatEta, 0, kInfinity, "0 or more"},
    };
    for (const Range& r : ranges)
        if (!std::isfinite(r.value) || r.value < r.low || r.value > r.high)
            return fail(ErrorCode::InvalidArgument, "{} is {}: it must be {}", r.name, r.value, r.text);
    if (!std::isfinite(params.penaltyRepeat) || params.penaltyRepeat <= 0)
        return fail(ErrorCode::InvalidArgument, "repeat penalty is {}: it must be more than 0", params.penaltyRepeat);
    if (params.penaltyLastN < -1)
        return fail(ErrorCode::InvalidArgument, "penalty last_n is {}: it must be -1 (the whole context) or more", params.penaltyLastN);
    if (params.dryPenaltyLastN < -1)
        return fail(ErrorCode::InvalidArgument, "dry last_n is {}: it must be -1 (the whole context) or more", params.dryPenaltyLastN);
    if (params.dryAllowedLength < 0)
        return fail(ErrorCode::InvalidArgument, "dry allowed length is {}: it must be 0 or more", params.dryAllowedLength);
    if (params.minKeep < 0) return fail(ErrorCode::InvalidArgument, "min_keep is {}: it must be 0 or more", params.minKeep);
    if (params.mirostat < 0 || params.mirostat > 2)
        return fail(ErrorCode::InvalidArgument, "mirostat is {}: it must be 0, 1 or 2", params.mirostat);
    constexpr int kMostRemembered = 1 << 20;
    if (params.penaltyLastN > kMostRemembered)
        return fail(ErrorCode::InvalidArgument, "penalty last_n is {}: it must be at most {}", params.penaltyLastN, kMostRemembered);
    for (const std::string& name : params.order)
        if (canonicalStepName(name).empty()) return fail(ErrorCode::InvalidArgument, "unknown sampler '{}'", name);
    for (const auto& [token, bias] : params.logitBias)
        if (std::isnan(bias) || bias == kInfinity)
            return fail(ErrorCode::InvalidArgument, "logit bias of token {} is {}: it must be finite, or -infinity to forbid the token",
                        token, bias);
    return {};
}

} // namespace corral::sample
