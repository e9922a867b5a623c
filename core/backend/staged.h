#pragma once
// Several backends that compute one graph one after the other, each some of its layers: the first is given the token ids, the last makes the logits. Between
// them rows go through the processor's memory.
#include "core/backend/backend.h"

#include <vector>

namespace corral::backend {

struct Stage {
    std::unique_ptr<Backend> backend;
    int layers = 0; // the output is one more layer than the graph has (graph::layerStarts); only the first stage may have none: it looks tokens up
};

// prepare() is given the whole graph; together the stages have all of its layers. All are prepared before the first is filled.
std::unique_ptr<Backend> makeStagedBackend(std::vector<Stage> stages);

} // namespace corral::backend
