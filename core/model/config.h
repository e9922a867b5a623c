#pragma once
// The hyper-parameters all architectures share, checked. Letters as in the architectures sheet: D, V, L, H, G, d, dv, F, E, k.
#include "core/graph/ops.h"
#include "core/model/keys.h"

#include <cstdint>
#include <string>

namespace corral::model {

struct Config {
    std::string architecture;
    std::int64_t layers = 0;        // L
    std::int64_t embedding = 0;     // D
    std::int64_t vocabulary = 0;    // V
    std::int64_t context = 0;       // trained on
    std::int64_t heads = 0;         // H
    std::int64_t kvHeads = 0;       // G, divides H
    std::int64_t keySize = 0;       // d
    std::int64_t valueSize = 0;     // dv
    std::int64_t feedForward = 0;   // F; 0: not given
    std::int64_t experts = 0;       // E; 0: dense
    std::int64_t expertsUsed = 0;   // k
    float normEps = 0;              // of RMS norms
    float attentionScale = 0;       // 1/√d unless the file has its own
    graph::RopeParams rope;         // neox and freqFactors are the architecture's to set
};

// Complaints go to keys. The vocabulary is that of the token list, the vocab_size key, or the embedding table, in this order.
Config readConfig(Keys& keys, std::string architecture);

} // namespace corral::model
