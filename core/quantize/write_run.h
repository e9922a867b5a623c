#pragma once
// The threads of write(): each takes the next piece, reads and encodes it into a slot of a ring, and whoever finds the ring's oldest slot
// filled appends it, and what follows it, to the output, whose own thread writes it out. So reading, encoding and writing overlap, and
// memory is that of the slots.
#include "core/gguf/writer.h"
#include "core/quantize/work_list.h"
#include "core/quantize/write.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

namespace corral::quantize {

using Writers = std::vector<std::unique_ptr<gguf::Writer>>;

class WriteRun {
public:
    WriteRun(const Source& source, const WorkList& work, Writers& writers, const WriteOptions& options, Job& job);

    // between() is called on the caller's thread, between pieces of its work. Errors name the tensor.
    Result<void> go(const std::function<void()>& between);

    std::uint64_t bytesDone() const { return m_bytesDone; }  // of the input
    std::size_t tensorsDone() const { return m_tensorsDone.load(std::memory_order_acquire); }
    const std::optional<ErrorSums>& errorOf(std::size_t tensor) const { return m_errors[tensor]; } // of one that is done

private:
    struct Slot {
        std::vector<std::byte> bytes;
        std::size_t size = 0;
        std::optional<ErrorSums> errors;
        bool ready = false;
    };
    struct Buffers { // of one thread
        std::vector<float> values, decoded;
    };

    void chooseSizes(const WriteOptions& options);
    Result<void> work(Buffers& buffers, const std::function<void()>& between);
    Result<void> read(const Piece& piece, Slot& slot) const;
    Result<void> encode(const Piece& piece, Buffers& buffers, Slot& slot, const std::function<void()>& between);
    void prefetch(std::size_t piece) const;
    Slot* waitForSlot(std::size_t piece); // nullptr: the run ends
    Result<void> deliver(std::size_t piece);
    Result<void> append(std::size_t piece, const Slot& slot);
    Result<void> endTensorsBefore(std::size_t tensor);
    bool proceed() { return !m_stop && m_job.proceed(); }
    void stopWith(Error error);
    Error inTensor(std::size_t tensor, Error error) const;

    const Source& m_source;
    const WorkList& m_work;
    Writers& m_writers;
    Job& m_job;
    const bool m_measureError;
    int m_threads = 1;
    std::vector<Slot> m_slots;

    std::atomic<std::size_t> m_next{0}; // piece to take
    std::atomic<std::uint64_t> m_bytesDone{0};
    std::atomic<std::size_t> m_tensorsDone{0};
    std::atomic<bool> m_stop{false};

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::size_t m_appended = 0;  // pieces
    bool m_appending = false;    // somebody is
    std::optional<Error> m_error;
    std::vector<std::optional<ErrorSums>> m_errors; // of each tensor; whoever appends adds
};

} // namespace corral::quantize
