#pragma once
// Serving many users at once: the weights once, a cache and logits for each of them.
#include "core/memory/account.h"

namespace corral::memory {

struct DeploymentMemory {
    int users = 1, context = 0;      // context: of each user
    Quantity weights;
    Quantity cache;                  // of all users
    Quantity compute, output, program;
    std::uint64_t total() const;
    std::vector<Quantity> parts() const;
};
// account: of one user, at the context that each of them gets.
DeploymentMemory deploymentMemory(const Account& account, int users);

} // namespace corral::memory
