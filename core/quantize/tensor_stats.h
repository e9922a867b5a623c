#pragma once
// What is in a tensor, read as a stream: sparsity = zero weights ÷ all weights, density = 1 − sparsity, extremes, mean and deviation;
// and what encoding it in other types would lose.
#include "core/base/job.h"
#include "core/quantize/write.h"

#include <span>
#include <vector>

namespace corral::quantize {

struct ValueStats {
    std::uint64_t count = 0, zeros = 0, notFinite = 0; // notFinite values take no part in what follows
    double minimum = 0, maximum = 0, sum = 0, sumSquares = 0;
    void add(const ValueStats& other);
    double sparsity() const;
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
    std::vector<std::uint32_t> types;       // what to measure losses for; empty: none
    std::uint64_t sampleRows = 0;           // losses on at most this many rows of a tensor, evenly spread; 0: all
    const Imatrix* imatrix = nullptr;
};

// Tensors of numbers only (integers have no decoder and are left out). Cancelled when asked.
Result<std::vector<TensorStats>> measureTensors(const Source& source, const StatsOptions& options, Job& job, const ProgressFn& progress = {});

} // namespace corral::quantize
