#include "core/backend/vulkan/pace.h"

#include <algorithm>

namespace corral::vulkan {

namespace {

// A weight that is read for one token only lasts as long as some multiplications: memory is slower.
constexpr double kReading = 8;

double productWork(const tensor::Weight& w, double rows, double matrices)
{
    const auto values = static_cast<double>(w.in() * w.out());
    return values * (rows + kReading * matrices);
}

} // namespace

double workOf(const graph::Graph& graph, const graph::Node& node, const backend::Batch& batch)
{
    const auto isOutput = [&](graph::ValueId id) { return graph.values[static_cast<std::size_t>(id)].rows == graph::Rows::Outputs; };
    double outputs = 0;
    for (const backend::Stretch& stretch : batch.stretches) outputs += static_cast<double>(stretch.outputs);
    const auto rowsOf = [&](graph::ValueId id) { return isOutput(id) ? outputs : static_cast<double>(batch.ids.size()); };
    double work = 0;
    if (const auto* matmul = std::get_if<graph::Matmul>(&node.op)) {
        for (const graph::Product& product : matmul->products) work += productWork(*product.weight, rowsOf(node.inputs[0]), 1);
    } else if (const auto* experts = std::get_if<graph::ExpertMatmul>(&node.op)) {
        const double products = rowsOf(node.inputs[0]) * static_cast<double>(experts->used);
        for (const tensor::Weight* w : experts->weights) work += productWork(*w, products, std::min(products, static_cast<double>(w->experts())));
    } else if (const auto* attention = std::get_if<graph::Attention>(&node.op)) {
        for (const backend::Stretch& stretch : batch.stretches) {
            const auto queries = static_cast<double>(isOutput(node.inputs[0]) ? stretch.outputs : stretch.tokens);
            const auto end = static_cast<double>(stretch.firstPosition + stretch.tokens);
            const double seen = attention->window > 0 ? std::min(end, static_cast<double>(attention->window)) : end;
            work += queries * seen * static_cast<double>(attention->heads * (attention->keySize + attention->valueSize));
        }
    } else {
        for (const graph::ValueId id : node.outputs) work += rowsOf(id) * static_cast<double>(graph.values[static_cast<std::size_t>(id)].width);
    }
    return work;
}

void Pace::took(double work, double seconds)
{
    // A short piece says little: handing it over may have lasted longer than the computing.
    if (work < m_most / 4 && seconds < kSeconds) return;
    const double most = work / std::max(seconds, 1e-6) * kSeconds;
    m_most = std::clamp(most, std::max(kLeast, m_most / 4), m_most * 4);
}

} // namespace corral::vulkan
