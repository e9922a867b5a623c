#pragma once
// Why a download does not go on, for programs (to say it in the reader's language) and, by sentence(), for people.
#include <QString>

#include <expected>

namespace corral::hub {

enum class DownloadFault {
    None,
    Unreachable,      // nobody there
    Interrupted,      // the connection broke; detail: how
    Stalled,          // it lives and brings (almost) nothing
    Busy,             // 408, 429, 5xx
    TokenNeeded,      // 401
    Forbidden,        // 403: a gated repository whose terms were not accepted, mostly
    Missing,          // 404, 410
    Refused,          // any other status
    WrongAnswer,      // sizes, ranges or coding that cannot be; detail: what
    Changed,          // again and again another file under the same address
    Insecure,         // led from https to http
    TooManyRedirects,
    NoSpace,          // needed, free
    Disk,             // detail: the system's reason
    Locked,           // another program fetches the same file
    Occupied,         // another file has the name
    WrongSum,         // twice
};

struct DownloadFailure {
    DownloadFault fault = DownloadFault::None;
    int status = 0;           // of HTTP, where there was one
    QString host;             // who answered, or did not
    QString detail;           // technical, or a file's name
    qint64 needed = 0, free = 0; // bytes
    QString sentence() const;
};

template <class T> using Outcome = std::expected<T, DownloadFailure>;

} // namespace corral::hub
