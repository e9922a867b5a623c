#include "core/model/blocks/linear.h"

namespace corral::model {

std::string blockName(std::int64_t layer, std::string_view part) { return std::format("blk.{}.{}", layer, part); }

graph::Product loadLinear(tensor::Weights& weights, const std::string& name, std::int64_t in, std::int64_t out)
{
    graph::Product product{.weight = weights.matrix(name + ".weight", {in, out}), .bias = weights.optionalVector(name + ".bias", out)};
    if (const auto scale = weights.optionalVector(name + ".scale", 1); !scale.empty()) product.scale = scale[0];
    return product;
}

} // namespace corral::model
