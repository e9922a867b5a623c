#pragma once
// Rotary embedding: the parameters that config.json has under many names (facts/convert.md § 4), and the keys and factors made of them.
#include "core/convert/conversion.h"

namespace corral::convert {

struct Rope {
    std::string type = "default";
    std::optional<double> base, slidingBase; // θ; of layers with a sliding window
    Json parameters = Json::object();        // the other members: factor …
};
Rope readRope(Config& config);

struct RopeStyle {
    std::int64_t dims = 0;      // rotated numbers of a head
    bool writeBase = true;
    bool llamaFactors = false;  // the architecture reads rope_freqs
};
// Types none of which the architecture can express are refused; longrope is phi3's alone.
void writeRope(Conversion& c, const Rope& rope, const RopeStyle& style);

} // namespace corral::convert
