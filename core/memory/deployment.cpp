#include "core/memory/deployment.h"

#include <algorithm>

namespace corral::memory {

std::uint64_t DeploymentMemory::total() const { return sum(std::span<const Quantity>(parts())); }

std::vector<Quantity> DeploymentMemory::parts() const { return {weights, cache, compute, output, program}; }

DeploymentMemory deploymentMemory(const Account& account, int users)
{
    DeploymentMemory d;
    d.users = std::max(users, 1);
    d.context = account.context;
    const auto n = static_cast<std::uint64_t>(d.users);
    d.weights = account.weights();
    d.weights.id = "deployment.weights";
    d.weights.assumptions.push_back(say("once for all users"));
    const std::uint64_t cache = account.bytes(Group::Cache), output = account.bytes(Group::Output);
    d.cache = {.id = "deployment.cache", .name = "cache", .bytes = product({n, cache}),
               .formula = say("{} users × {} bytes for {} positions", n, cache, account.context),
               .assumptions = {say("every user fills the context; no prompt is shared")}, .estimated = account.estimated};
    d.compute = {.id = "deployment.compute", .name = "compute", .bytes = account.bytes(Group::Compute),
                 .formula = say("buffers for {} tokens at once", account.batch), .assumptions = {say("users take turns in one batch")}, .estimated = account.estimated};
    d.output = {.id = "deployment.output", .name = "output", .bytes = product({n, output}), .formula = say("{} users × {} bytes of logits and candidates", n, output)};
    d.program = {.id = "deployment.program", .name = "program", .bytes = account.bytes(Group::Program), .formula = say("code, metadata and tokenizer, once"), .assumptions = {},
                 .estimated = true};
    return d;
}

} // namespace corral::memory
