#pragma once
// The work itself, as functions called on worker threads: the real one, a scripted one for `--fake-engine`, or a test's.
#include "app/quantizing/job_order.h"
#include "app/quantizing/source_model.h"
#include "core/quantize/plan.h"
#include "core/quantize/tensor_stats.h"

#include <functional>

namespace corral::app {

struct Workshop {
    std::function<Result<SourceModel>(const std::filesystem::path&)> open;
    std::function<Result<JobOutcome>(const JobOrder&, Job&, const JobEvents&)> run;
    std::function<Result<std::vector<quantize::TensorStats>>(const SourceModel&, const quantize::StatsOptions&, Job&, const ProgressFn&)> measureTensors;

    static Workshop real();
};

// What a target makes of a model. kUnchanged and the float types of a checkpoint follow the converter's rules.
Result<quantize::Plan> planFor(const SourceModel& model, std::string_view target, const quantize::PlanOptions& options);

} // namespace corral::app
