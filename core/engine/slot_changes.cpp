#include "core/engine/slot_changes.h"

#include <chrono>
#include <utility>

namespace corral::engine {

namespace {

Result<void> cancelled() { return fail(ErrorCode::Cancelled, "the service is ending"); }

// Adds the time until its end.
class Stopwatch {
public:
    explicit Stopwatch(double& seconds) : m_seconds(seconds) {}
    ~Stopwatch() { m_seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - m_begin).count(); }
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;

private:
    double& m_seconds;
    const std::chrono::steady_clock::time_point m_begin = std::chrono::steady_clock::now();
};

} // namespace

SlotChanges::SlotChanges(generate::Scheduler& scheduler, std::function<void(std::function<void()>)> post)
    : m_scheduler(scheduler), m_post(std::move(post)), m_changes(static_cast<std::size_t>(scheduler.sequences().count())),
      m_disk([this](const std::stop_token& ending) { work(ending); })
{
}

void SlotChanges::add(int slot, SlotAction action, std::filesystem::path file, OnEnd onEnd)
{
    auto& changes = m_changes[static_cast<std::size_t>(slot)];
    changes.push_back(std::make_shared<Change>(Change{.slot = slot, .action = action, .file = std::move(file), .onEnd = std::move(onEnd)}));
    if (changes.size() == 1) begin(changes.front());
}

void SlotChanges::cancel()
{
    m_cancelled = true;
    m_disk.request_stop();
    m_disk.join();
}

void SlotChanges::begin(const Held& change)
{
    if (change->action == SlotAction::Restore) atDisk(change);
    else atSlot(change);
}

void SlotChanges::atSlot(const Held& change)
{
    m_scheduler.whenFree(change->slot, [this, change] {
        if (m_cancelled) return end(change, cancelled());
        Result<void> done;
        {
            const Stopwatch watch(change->done.seconds);
            if (change->action == SlotAction::Erase) {
                change->done.tokens = m_scheduler.erase(change->slot);
            } else if (change->action == SlotAction::Restore) {
                done = m_scheduler.give(change->slot, *change->contents);
            } else if (auto taken = m_scheduler.take(change->slot)) {
                change->contents = std::move(*taken);
            } else {
                done = std::unexpected(taken.error());
            }
        }
        if (done && change->action == SlotAction::Save) atDisk(change);
        else end(change, std::move(done));
    });
}

void SlotChanges::atDisk(const Held& change)
{
    if (m_cancelled) return end(change, cancelled()); // nobody works there any more
    const std::lock_guard lock(m_mutex);
    m_atDisk.push_back(change);
    m_wake.notify_one();
}

Result<void> SlotChanges::useDisk(Change& change) const
{
    if (m_cancelled) return cancelled();
    const Stopwatch watch(change.done.seconds);
    if (change.action == SlotAction::Save) return change.contents->write(change.file, m_scheduler.sequences());
    auto contents = generate::SlotContents::read(change.file, m_scheduler.sequences());
    if (!contents) return std::unexpected(contents.error());
    change.contents = std::move(*contents);
    return {};
}

void SlotChanges::work(const std::stop_token& ending)
{
    std::unique_lock lock(m_mutex);
    while (m_wake.wait(lock, ending, [this] { return !m_atDisk.empty(); })) {
        const Held change = std::move(m_atDisk.front());
        m_atDisk.pop_front();
        lock.unlock();
        m_post([this, change, done = useDisk(*change)] {
            if (done && change->action == SlotAction::Restore) atSlot(change);
            else end(change, done);
        });
        lock.lock();
    }
}

void SlotChanges::end(const Held& change, Result<void> how)
{
    if (how && change->contents) {
        change->done.tokens = static_cast<int>(change->contents->tokens().size());
        change->done.bytes = change->contents->fileBytes();
    }
    change->contents.reset();
    change->onEnd(how ? Result<SlotChange>(change->done) : std::unexpected(how.error()));
    auto& changes = m_changes[static_cast<std::size_t>(change->slot)];
    changes.pop_front();
    // Not from here: a long row of them would be as deep a stack.
    if (!changes.empty()) m_post([this, next = changes.front()] { begin(next); });
}

} // namespace corral::engine
