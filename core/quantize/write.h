#pragma once
// Runs a plan: rows are read, encoded on all threads and written, overlapped, in bounded memory (WriteOptions::maxBufferBytes and a few MB
// a thread, whatever the model's size). The output appears under its name only when it is whole.
#include "core/base/job.h"
#include "core/quantize/plan.h"
#include "core/quantize/value_scan.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace corral::quantize {

struct WriteOptions {
    std::filesystem::path output;                           // with several shards: the prefix
    int threads = 0;                                        // 0: physical cores
    std::uint64_t maxBufferBytes = std::uint64_t(512) << 20; // in flight between reading and writing
    bool measureError = false;                              // decode what was written and compare: fills TensorResult::error
};

// What encoding lost: of all values of a tensor, in double precision.
struct TensorError {
    double meanSquare = 0;          // of (decoded - original)
    double originalMeanSquare = 0;  // of the original
    double maxAbsolute = 0;
    // The ratio of the two mean squares when each column counts by its importance; only where that was asked for (StatsOptions).
    std::optional<double> weightedRatio;
    static TensorError of(const ErrorSums& sums, std::uint64_t count);
    double relative() const;        // sqrt(meanSquare / originalMeanSquare), 0 for a tensor of zeros
};

struct TensorResult {
    std::string name;
    std::uint32_t sourceType = 0, type = 0;
    std::uint64_t sourceBytes = 0, bytes = 0;
    std::optional<TensorError> error;
};

struct WriteReport {
    std::vector<TensorResult> tensors;
    std::vector<std::filesystem::path> files; // what was written
    std::uint64_t bytes = 0;                  // of the files
    double seconds = 0;
};

// onTensor is called after each tensor, on the caller's thread, as is progress. Errors name the tensor: Format for NaN or infinity in
// it, InvalidArgument (output is the input; importances of the wrong length or missing), Io, Cancelled. Nothing is left behind then.
Result<WriteReport> write(const Source& source, const Plan& plan, const Imatrix* imatrix, const WriteOptions& options, Job& job,
                          const ProgressFn& progress = {}, const std::function<void(const TensorResult&)>& onTensor = {});

} // namespace corral::quantize
