#pragma once
// How fast, how far and how long, in the reader's language: of jobs and of downloads.
#include <QString>

namespace corral::app {

QString speedText(double bytesPerSecond);            // "512 MB/s"
QString timeLeftText(double seconds);                // "12 s left", "3 min left", "1 h 20 min left"
QString durationText(double seconds);                // "12 s", "3 min 5 s"
QString percentText(double share, int decimals = 0); // 0.31 → "31 %"

} // namespace corral::app
