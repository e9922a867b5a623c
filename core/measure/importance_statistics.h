#pragma once
// What an importance matrix says about each tensor: the table of `imatrix --show-statistics` (facts/quantize.md § 9.3). v are the mean squares
// of a tensor's columns, of all its experts together.
#include "core/quantize/imatrix.h"

#include <optional>
#include <string>
#include <vector>

namespace corral::measure {

struct ImportanceStatistics {
    std::string tensor;        // "attn_q.weight"
    int layer = -1;            // of its name; -1: none ("output.weight")
    std::size_t count = 0;     // N
    double sum = 0;            // Σ v
    double minimum = 0, maximum = 0, mean = 0, deviation = 0;
    double active = 0;         // share of v > 1e-5
    double entropy = 0;        // bits, of v / Σ v
    double entropyShare = 0;   // of log2 N
    double outliers = 0;       // ZD: share of columns more than a standard deviation from the mean
    std::optional<double> similarity; // cosine with the same tensor of the block before
};

struct LayerStatistics { // averages over a layer's tensors, weighted by N
    int layer = 0;
    double sum = 0, outliers = 0;
    std::optional<double> similarity; // of the tensors that have one
};

std::vector<ImportanceStatistics> importanceStatistics(const quantize::Imatrix& imatrix); // by layer, then name
std::vector<LayerStatistics> layerStatistics(const std::vector<ImportanceStatistics>& tensors);

} // namespace corral::measure
