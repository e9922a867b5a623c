#pragma once
// A workshop that plays: models of believable shapes without weights, jobs that go at a set speed. The table is planned by the real rules; what is
// written, lost and measured is made up. For `--fake-engine`, screenshots and tests of the window.
#include "app/quantizing/workshop.h"

namespace corral::app {

struct WorkshopScript {
    double bytesPerSecond = 400e6; // of input; 0: at once
    double openSeconds = 0.3;
    std::function<double(const JobOrder&)> bytesPerSecondOf; // for jobs that differ in that; empty: none
};

// What a file's name makes of it: "mamba" cannot be read, "-of-00003" is one of three parts, "Q4" is quantized, "SmolLM2" is small, a folder is a checkpoint; a job whose
// output contains "full" fails for want of room.
Workshop scriptedWorkshop(const WorkshopScript& script);

} // namespace corral::app
