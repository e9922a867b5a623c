#pragma once
// Which layers graphics cards compute, the same flags in every command that runs a model.
#include "app/cli/options.h"
#include "core/generate/offload.h"

namespace corral::cli {

// -ngl and --device; as many layers as fit unless told otherwise. CORRAL_VULKAN_SOFTWARE=1: a program that stands in for a card counts as one. Compiled shaders
// are kept in the cache folder of this user.
void addOffloadOptions(OptionTable& table, generate::Offload& offload);
void addOffloadOptions(OptionTable& table, generate::Offload& offload, OptionTable::Setter setLayers);

std::optional<int> parseGpuLayers(std::string_view text); // a number of layers, auto, all; as llama.cpp has it also −1 and −2
std::string gpuLayersText(int layers);
// Ids of the devices that a list names: by their number in `corral devices`, by the beginning of the id or by a part of the name. "none": no layers, whatever -ngl says.
std::optional<std::string> setDevices(generate::Offload& offload, std::string_view list);

// On stderr: which device computes how many layers, and why not more. Nothing where the processor computes all of them and no other wish was left open.
void tellPlacement(std::string_view command, const generate::Placement& placement);
std::string placementText(const generate::Placement& placement); // "12 of 31 layers on …, 19 on the processor"; empty: all on the processor

} // namespace corral::cli
