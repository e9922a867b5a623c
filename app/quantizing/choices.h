#pragma once
// The page's choices read into what the quantizer takes: files loaded, names looked up, lines parsed.
#include "app/quantizing/job_order.h"
#include "core/quantize/plan.h"

#include <memory>

namespace corral::app {

struct ResolvedChoices {
    std::shared_ptr<const quantize::Imatrix> imatrix; // null: none. options.imatrix points to it
    quantize::PlanOptions options;
};
// InvalidArgument names the field's line; the matrix's own errors pass through.
Result<ResolvedChoices> resolve(const QuantizeChoices& choices);

// Cuts the output into shards of at most so many bytes of tensors, in order.
void cutIntoShards(quantize::Plan& plan, std::uint64_t mostBytes);

} // namespace corral::app
