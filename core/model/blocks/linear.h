#pragma once
// A weight with its companions: NAME.weight, NAME.bias?, NAME.scale? (a factor of the product).
#include "core/graph/builder.h"
#include "core/model/architecture.h"

#include <string>

namespace corral::model {

// "blk.3.attn_q"
std::string blockName(std::int64_t layer, std::string_view part);
// Required weight [in, out]; bias [out] and scale [1] if the file has them.
graph::Product loadLinear(tensor::Weights& weights, const std::string& name, std::int64_t in, std::int64_t out);

} // namespace corral::model
