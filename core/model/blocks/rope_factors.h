#pragma once
// Frequency factors of the rotary embedding that a file may bring: one set (llama3: rope_freqs) or a long and a short one (longrope).
#include "core/model/architecture.h"

namespace corral::model {

struct RopeFactors {
    std::span<const float> always, longContext, shortContext; // [r / 2] each, or empty
    // The long set if the sequence may grow beyond the context the model was first trained on.
    std::span<const float> choose(std::int64_t contextLength, std::int64_t originalContext) const
    {
        if (longContext.empty()) return always;
        return contextLength > originalContext ? longContext : shortContext;
    }
};

inline RopeFactors loadRopeFactors(Loader& loader)
{
    const std::int64_t pairs = loader.config.rope.dims / 2;
    if (loader.weights.has("rope_factors_long.weight") || loader.weights.has("rope_factors_short.weight"))
        return {.longContext = loader.weights.vector("rope_factors_long.weight", pairs), .shortContext = loader.weights.vector("rope_factors_short.weight", pairs)};
    return {.always = loader.weights.optionalVector("rope_freqs.weight", pairs)};
}

} // namespace corral::model
