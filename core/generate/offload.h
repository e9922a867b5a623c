#pragma once
// Which layers of a model graphics cards compute, and what came of that wish. The last layers go to the cards, as in llama.cpp; the output (last norm
// and vocabulary product) counts as one more layer and is the first to go (unless it is larger than a card gives in one piece), so N + 1 puts all of a model of N layers there.
#include "core/backend/vulkan/testing.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace corral::generate {

struct Offload {
    static constexpr int kAuto = -1; // as many as the cards have memory for, less a margin; none where no card is usable but, unnamed, one inside the processor
    static constexpr int kAll = -2;

    int layers = kAuto;
    bool cards = true; // false: none, whatever `layers` says
    std::vector<std::string> devices = {}; // vulkan::DeviceInfo::id, in the order of the layers they take; empty: the best usable one
    bool software = false;            // a software device counts as usable without being named: for tests
    std::filesystem::path cacheFolder = {}; // for shaders that a driver has compiled; empty: they are compiled again the next time
    vulkan::Testing testing = {};
};

// Part of a model that one card computes.
struct DevicePart {
    std::string id, name;    // of the device
    int layers = 0;          // the output counted
    std::uint64_t weightBytes = 0, cacheBytes = 0, computeBytes = 0;
};

struct Placement {
    std::vector<DevicePart> devices = {}; // empty: all on the processor
    int layers = 0;                  // on all cards together
    int modelLayers = 0;             // of the model, the output counted
    std::string note;                // why there are fewer than wished for ("only 2.1 GB are free on …"); empty: as wished
    std::vector<int> places = {};    // by layer, the output last: −1 the processor, else the number of one of `devices`; empty: not told
};

} // namespace corral::generate
