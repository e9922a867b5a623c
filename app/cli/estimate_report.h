#pragma once
// What corral estimate found, as a table and as JSON.
#include "app/cli/console.h"
#include "core/memory/account.h"
#include "core/memory/deployment.h"
#include "core/memory/rules.h"
#include "core/memory/training.h"

#include <optional>

namespace corral::cli {

struct Estimate {
    std::string title;
    memory::Rules rules;
    std::optional<memory::Account> exact; // of a file
    std::string whyEstimated;             // why its cache and compute are only a formula's guess
    int placeableLayers = 0;
    struct Tensor {
        memory::TensorSize size;
        std::size_t device = 0; // in exact->devices
    };
    std::vector<Tensor> tensors; // if each was asked for
    std::optional<std::pair<memory::TrainingOptions, memory::TrainingMemory>> training;
    std::optional<memory::DeploymentMemory> deployment;
};

std::string toText(const Estimate& estimate);
Json toJson(const Estimate& estimate);

// "24G" and "24GB" (10^9), "8GiB" (2^30), "800M", "1.5T", "1000000".
std::optional<std::uint64_t> parseByteCount(std::string_view text);

} // namespace corral::cli
