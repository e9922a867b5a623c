#pragma once
// What is in a tensor, read as a stream: sparsity = zero weights ÷ all weights, density = 1 − sparsity, extremes, mean and deviation;
// and what encoding it in other types would lose, or did lose.
#include "core/base/job.h"
#include "core/quantize/write.h"

#include <span>
#include <vector>

namespace corral::quantize {

struct ValueStats {
    std::uint64_t count = 0, zeros = 0, notFinite = 0; // notFinite values take no part in what follows
    double minimum = 0, maximum = 0, sum = 0, sumSquares = 0;
    void add(const ValueStats& other);
    double sparsity() const; // 0 of nothing, as are the others
    double density() const;
    double mean() const;
    double deviation() const; // of the population
};

struct TensorStats {
    std::string name;
    std::uint32_t type = 0;
    ValueStats values;
    std::vector<std::pair<std::uint32_t, TensorError>> losses; // type → error of encoding in it
};

struct StatsOptions {
    int threads = 0;
    bool values = true;                     // TensorStats::values, from all rows; else only losses are measured
    std::vector<std::uint32_t> types{};     // what to measure losses for; empty: none
    std::uint64_t sampleRows = 0;           // losses on at most this many rows of a tensor, evenly spread; 0: all
    const Imatrix* imatrix = nullptr;       // encode with it, and fill TensorError::weightedRatio
    std::vector<std::size_t> only{};        // indexes into Source::tensors(); empty: all
};

// Tensors of numbers only (integers have no decoder and are left out). Losses are those of tensors that are quantized at all. A type has no
// entry among them when it cannot hold the tensor: the row length does not fit, no encoder, no importances for a type that needs them. Values that are not finite are not encoded: their
// rows take no part. Cancelled when asked.
Result<std::vector<TensorStats>> measureTensors(const Source& source, const StatsOptions& options, Job& job, const ProgressFn& progress = {});

// How far the values of a model are from those of another, by tensor: what a quantized one lost of its original. Tensors that only one
// of them has, or in another shape, are left out.
struct TensorDistance {
    std::string name;
    std::uint32_t type = 0, originalType = 0;
    TensorError error;
};
Result<std::vector<TensorDistance>> compareTensors(const Source& model, const Source& original, int threads, Job& job, const ProgressFn& progress = {});

} // namespace corral::quantize
