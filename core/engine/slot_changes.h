#pragma once
// Saving, restoring and erasing what the slots of a Scheduler remember, beside its steps: on its thread only memory is copied, another one waits for the disk.
// Changes of one slot follow one another, so that there is one copy of it at most; changes of different slots wait for each other at the disk only.
#include "core/generate/scheduler.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace corral::engine {

enum class SlotAction { Save, Restore, Erase };
struct SlotChange {
    int tokens = 0;          // saved, restored or forgotten
    std::uint64_t bytes = 0; // of the file
    double seconds = 0;      // of work: the waiting for the slot and for other changes left out
};

class SlotChanges {
public:
    using OnEnd = std::function<void(Result<SlotChange>)>;

    // post: a way to the scheduler's thread, from any thread. Everything below is called on that thread, as is every onEnd.
    SlotChanges(generate::Scheduler& scheduler, std::function<void(std::function<void()>)> post);

    void add(int slot, SlotAction action, std::filesystem::path file, OnEnd onEnd); // onEnd: once
    void cancel(); // what is at the disk is waited for, nothing else begins: the ends are posted, or come with those of the slots' tasks

private:
    struct Change {
        int slot = 0;
        SlotAction action = SlotAction::Erase;
        std::filesystem::path file;
        OnEnd onEnd;
        std::optional<generate::SlotContents> contents = {};
        SlotChange done = {};
    };
    using Held = std::shared_ptr<Change>;

    void begin(const Held& change);
    void atSlot(const Held& change);
    void atDisk(const Held& change);
    Result<void> useDisk(Change& change) const; // on the disk's thread
    void end(const Held& change, Result<void> how);
    void work(const std::stop_token& ending);

    generate::Scheduler& m_scheduler;
    const std::function<void(std::function<void()>)> m_post;
    std::vector<std::deque<Held>> m_changes; // by slot; the first one is being worked on
    std::atomic<bool> m_cancelled = false;

    std::mutex m_mutex; // guards what follows
    std::condition_variable_any m_wake;
    std::deque<Held> m_atDisk;

    std::jthread m_disk; // last: it uses everything above
};

} // namespace corral::engine
