#pragma once
// What corral perplexity prints: llama-perplexity's lines, or JSON.
#include "app/cli/console.h"
#include "core/measure/perplexity.h"

namespace corral::cli {

std::string perplexityReport(const measure::Measurement& result);
Json perplexityJson(const measure::Measurement& result);
// What is known after a chunk: "[3]12.3456,", or a line of the table below its heading where there is a divergence.
std::string perplexityChunk(const measure::Measurement& soFar);
std::string_view divergenceHeading();

} // namespace corral::cli
