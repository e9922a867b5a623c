#pragma once
// The thread that a download's disk work is done on: opening, writing, hashing, syncing, renaming, in the order it was told.
#include "core/hub/part_file.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace corral::hub {

class PartWriter {
public:
    // What has happened since the last take().
    struct News {
        struct Opened {
            bool whole = false; // nothing is to be fetched
            ByteRanges there;
            qint64 size = -1;
            QByteArray etag, sha256;
        };
        std::optional<Opened> opened;
        std::optional<DownloadFailure> failure; // the part is closed
        qint64 written = 0;                     // bytes
        bool finished = false, wrongSum = false; // wrongSum: all bytes are forgotten
    };

    // `notify` is called on the thread when there is news, and not again before take().
    explicit PartWriter(std::function<void()> notify);
    ~PartWriter(); // does what it was told but for opening, saves and ends: waits for the disk
    // The same on a thread of the global pool, for which QCoreApplication waits at its end; without news.
    static void letGo(std::unique_ptr<PartWriter> writer);

    void open(PartOrder order);
    void setFacts(PartFacts facts);
    void write(qint64 offset, const QByteArray& bytes);
    void restart();
    void finish(); // all bytes are written: the sum, the rename
    void close();  // saved, for the next time
    void remove(PartOrder order); // part and state, open or not
    News take();

private:
    using Step = std::function<Outcome<void>()>;
    void add(Step step);
    void run(std::stop_token stop);
    bool idle();                       // does what is to be done when nothing was told; false: nothing
    void conclude();
    void saveIfDue();
    void tell(const std::function<void(News&)>& change);
    void failed(const DownloadFailure& failure);
    qint64 now() const; // ms

    std::stop_source m_opening; // of the latest open(): what it waits for and reads is not wanted any more
    std::mutex m_mutex;
    std::function<void()> m_notify; // guarded by m_mutex; must not call back
    std::condition_variable_any m_wake;
    std::deque<Step> m_steps; // guarded by m_mutex
    News m_news;              // guarded by m_mutex
    bool m_notified = false;  // guarded by m_mutex

    // of the thread
    std::unique_ptr<PartFile> m_part;
    bool m_finishing = false;
    qint64 m_nextSave = 0; // ms
    std::jthread m_thread; // last: the rest is there when it starts and when it ends
};

} // namespace corral::hub
