#pragma once
// Many tensors' rows (all of them, or a sample) read by all threads and looked at: what statistics have in common. Memory: a batch of
// rows a thread.
#include "core/base/job.h"
#include "core/quantize/source.h"

#include <functional>
#include <span>
#include <vector>

namespace corral::quantize {

struct SweptTensor {
    std::size_t tensor = 0;   // index into Source::tensors()
    std::uint64_t sample = 0; // rows, evenly spread; 0 or more than there are: all
};

// A batch of a tensor's rows, for one thread at a time.
struct SweptRows {
    std::size_t index = 0;                 // into the list of swept tensors
    std::uint64_t first = 0, count = 0;    // neighbours in the tensor
    std::span<const float> values;         // [count, row length]
};

// Calls visit(thread, rows) from several threads. progress: bytes of input; the steps are the tensors, in their order. `visit` returns
// errors to stop; they are told with the tensor's name. Cancelled when asked. Tensors whose rows are longer than RowEncoder::kMaxRowLength are refused.
class RowSweep {
public:
    RowSweep(const Source& source, std::vector<SweptTensor> tensors, int threads);
    int threads() const { return m_threads; }
    using Visit = std::function<Result<void>(int thread, const SweptRows& rows)>;
    Result<void> run(Job& job, const ProgressFn& progress, const Visit& visit) const;

private:
    struct Batch {
        std::size_t index = 0;
        std::uint64_t begin = 0, end = 0; // of the sample
    };
    std::uint64_t sampleOf(std::size_t index) const;
    void prefetch(std::size_t batch) const;
    Result<void> visitBatch(int thread, const Batch& batch, std::vector<float>& values, const Visit& visit) const;

    const Source& m_source;
    std::vector<SweptTensor> m_tensors;
    std::vector<Batch> m_batches;
    std::vector<std::uint64_t> m_bytesBefore; // of the input, before each batch's end
    int m_threads = 1;
};

} // namespace corral::quantize
