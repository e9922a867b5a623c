#pragma once
// What the head of an answer says about a file: its range, its length, its ETag, its sum, where it went.
#include "core/hub/byte_ranges.h"
#include "core/hub/download_failure.h"

#include <QByteArray>
#include <QUrl>

#include <optional>

class QNetworkReply;

namespace corral::hub {

struct HttpAnswer {
    int status = 0;                 // 0: no answer
    QUrl location;                  // of a redirect, complete
    std::optional<ByteRange> range; // of 206, and well-formed
    qint64 total = -1;              // the file's length, as the Content-Range or (200) the Content-Length says
    QByteArray etag;                // without W/ and quotes
    QByteArray linkedSha256;        // Hugging Face's X-Linked-Etag, where it is a SHA-256
    qint64 linkedSize = -1;         // X-Linked-Size
    int retryAfter = 0;             // seconds
    bool packed = false;            // Content-Encoding: the bytes are not the file's
    bool redirect() const { return status >= 300 && status < 400 && status != 304; }
};

HttpAnswer answerOf(const QNetworkReply& reply);
// Why an answer that is neither the file nor a redirect is none; of a connection that broke, why.
DownloadFailure failureOf(const QNetworkReply& reply, const HttpAnswer& answer);
// Whether asking again may help.
bool passes(const DownloadFailure& failure);

} // namespace corral::hub
