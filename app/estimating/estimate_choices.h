#pragma once
// What the Memory page asks for, as plain values, and the steps its sliders go in.
#include "core/generate/session.h"
#include "core/memory/training.h"

#include <QStringList>

#include <cstdint>
#include <string_view>

namespace corral::app {

struct EstimateChoices {
    int context = 0; // tokens; 0: as a session chooses
    int batch = 512, users = 8;
    generate::CacheType cache = generate::CacheType::F16;
    std::uint64_t card = 0; // bytes of a graphics card to plan with; 0: none
    int gpuLayers = -1;     // −1: as many as fit
    memory::TrainingOptions training;
    std::uint64_t parameters = 7'000'000'000; // of a model that is only thought of
    std::string type = "BF16";
};

// A slider over [low, high] on a log scale: 0 … 1 to numbers and back.
struct LogScale {
    int low = 1, high = 2, step = 1; // numbers are multiples of step, or one of the ends
    int valueAt(double position) const;
    double positionOf(int value) const;
};

QStringList methodNames();    // by memory::TrainingMethod
QStringList recipeNames();    // by memory::Recipe
QStringList recomputeNames(); // by memory::Recompute
QStringList targetNames();    // by memory::LoraTargets

} // namespace corral::app
