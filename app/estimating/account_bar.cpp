#include "app/estimating/account_bar.h"

#include "app/estimating/estimate_controller.h"

namespace corral::app {

using memory::Group;

EstimateBar::Kind kindOf(Group group)
{
    switch (group) {
    case Group::Weights: return EstimateBar::Weights;
    case Group::Cache: return EstimateBar::Cache;
    case Group::Compute: return EstimateBar::Compute;
    case Group::Output: return EstimateBar::Output;
    case Group::Program: break;
    }
    return EstimateBar::Program;
}

QString titleOfKind(int kind)
{
    switch (kind) {
    case EstimateBar::Weights: return EstimateController::tr("Weights");
    case EstimateBar::Cache: return EstimateController::tr("Cache");
    case EstimateBar::Compute: return EstimateController::tr("Working memory");
    case EstimateBar::Output: return EstimateController::tr("Output");
    case EstimateBar::Program: return EstimateController::tr("Program");
    case EstimateBar::Adapters: return EstimateController::tr("Adapters");
    case EstimateBar::Gradients: return EstimateController::tr("Gradients");
    case EstimateBar::Optimizer: return EstimateController::tr("Optimizer");
    case EstimateBar::Activations: return EstimateController::tr("Activations");
    case EstimateBar::Logits: return EstimateController::tr("Logits");
    case EstimateBar::Overhead: return EstimateController::tr("Cache, buffers, runtime");
    default: return {};
    }
}

EstimateBar::Content barOf(const memory::DeviceAccount& device)
{
    EstimateBar::Content content;
    content.capacity = device.device.capacity;
    content.free = device.device.free;
    for (const Group group : memory::kGroups) {
        if (device.bytes(group) == 0) continue;
        QuantityRow& row = content.segments.emplaceBack();
        row.kind = kindOf(group);
        row.id = QString::number(row.kind);
        row.name = titleOfKind(row.kind);
        row.bytes = device.bytes(group);
    }
    return content;
}

} // namespace corral::app
