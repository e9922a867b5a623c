#pragma once
// The file of a download on the disk: NAME.part, locked, as long as the whole from the beginning, and beside it NAME.part.json:
//   {"url": "https://…", "size": 123, "etag": "…", "sha256": "…", "ranges": [[0, 100], [120, 123]]}
// `ranges` names only bytes that were synced to the disk before it was written. Not for the thread of a window: everything here waits for the disk.
#include "core/base/sha256.h"
#include "core/hub/byte_ranges.h"
#include "core/hub/download_failure.h"

#include <QByteArray>
#include <QCryptographicHash>
#include <QString>

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace corral::hub {

struct PartOrder {
    QString path;      // the final name
    QString url;       // what is fetched: without a sum, only parts of the same address are gone on with
    qint64 size = -1;  // −1: not known yet
    QByteArray sha256, gitSha1; // lower-case hex or empty
    std::chrono::milliseconds lockPatience{}; // how long another one that holds the part is waited for
    bool hasSum() const { return !sha256.isEmpty() || !gitSha1.isEmpty(); }
};

// What the server told. −1 and empty: nothing new.
struct PartFacts {
    qint64 size = -1;
    QByteArray etag, sha256;
};

class PartFile {
public:
    // Takes up what an earlier run left, if it belongs to the same file. Stopped: neither a part nor a failure means anything.
    static Outcome<std::unique_ptr<PartFile>> open(PartOrder order, std::stop_token stop);
    ~PartFile(); // saves

    bool whole() const { return m_whole; } // NAME is there already, verified; nothing is to be fetched
    const ByteRanges& there() const { return m_there; }
    qint64 size() const { return m_order.size; }
    QByteArray etag() const { return m_etag; }
    QByteArray sha256() const { return m_order.sha256; } // ordered, or told by the server in an earlier run
    qint64 hashed() const { return m_hashed; } // bytes from the file's beginning that the sum has seen

    Outcome<void> setFacts(const PartFacts& facts); // makes room on the disk for a new size
    Outcome<void> write(qint64 offset, const QByteArray& bytes);
    Outcome<bool> hashSome(); // false: of what is there, nothing is left to add to the sum
    bool dirty() const { return m_dirty; }
    Outcome<void> save();
    Outcome<bool> finish(); // all is there and hashed: renames; false: the sum is wrong
    Outcome<void> restart(); // forgets all bytes
    void remove();           // part and state go; nothing more can be done with this object
    static void discard(const PartOrder& order); // what an earlier run left of it, once that run has let go of it

private:
    PartFile() = default;
    Outcome<void> lookForWhole(std::stop_token stop);
    int lock(std::stop_token stop) const; // a descriptor, or -1 with errno
    Outcome<void> makeRoom();
    bool takeUp();
    std::optional<bool> rightSum(); // none: no sum was announced
    QString partName() const;
    QString stateName() const;
    DownloadFailure diskFailure() const; // of errno

    PartOrder m_order;
    QByteArray m_etag;
    ByteRanges m_there;
    int m_descriptor = -1;
    bool m_whole = false, m_dirty = false, m_roomMade = false;
    qint64 m_hashed = 0;
    std::optional<Sha256> m_sha256;
    std::optional<QCryptographicHash> m_gitSha1;
    std::vector<std::byte> m_buffer;
};

} // namespace corral::hub
