#pragma once
// An estimate's facts, played: models of believable shapes without weights, a machine of a set size. For `--fake-engine`, screenshots and tests of the window.
#include "app/estimating/estimate_reader.h"
#include "app/quantizing/workshop.h"

namespace corral::app {

// Files as the workshop opens them; what is on a hub has the shape of a file of that name, "gated" and "nowhere" in it fail. resident: of this process; may be empty.
EstimateReader scriptedReader(const Workshop& workshop, std::function<std::uint64_t()> resident = {});

} // namespace corral::app
