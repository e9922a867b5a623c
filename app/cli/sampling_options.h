#pragma once
// The samplers' options, spelled as llama.cpp spells them.
#include "app/cli/options.h"
#include "core/gguf/file.h"
#include "core/sample/sampler.h"

namespace corral::cli {

void addSamplingOptions(OptionTable& table, sample::Params& params);

// What the model's file recommends (general.sampling.*), for options that were not given.
void applyRecommended(const gguf::File& file, sample::Params& params);

} // namespace corral::cli
