#pragma once
// How much is handed to a card in one piece: what lasts longer than a few tenths of a second stops the screen that the same card draws, and beyond two seconds
// drivers take it for a hang (facts/vulkan.md § 5). Learns from each piece how fast the card is. Internal to the folder.
#include "core/backend/backend.h"

namespace corral::vulkan {

// What a node costs for a batch, in multiplications or what lasts as long.
double workOf(const graph::Graph& graph, const graph::Node& node, const backend::Batch& batch);

class Pace {
public:
    // Would a piece that has so much be too long with `more`? One that is empty never is.
    bool full(double sofar, double more) const { return sofar > 0 && sofar + more > m_most; }
    void took(double work, double seconds);

private:
    static constexpr double kSeconds = 0.1; // aimed at
    static constexpr double kLeast = 2e8;
    double m_most = 2e9; // of the first piece: quick for a slow card
};

} // namespace corral::vulkan
