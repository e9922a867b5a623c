#include "app/quantizing/pace_words.h"

#include "app/text/sentences.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

namespace corral::app {

namespace {
class JobWords { // the translators know one context for everything said of jobs
    Q_DECLARE_TR_FUNCTIONS(JobWords)
};

constexpr double kMinute = 60, kHour = 3600;
} // namespace

QString speedText(double bytesPerSecond) { return JobWords::tr("%1/s", "size per second").arg(sizeText(qint64(bytesPerSecond))); }

QString timeLeftText(double seconds)
{
    if (seconds < 1) return JobWords::tr("almost done");
    return JobWords::tr("%1 left", "duration").arg(durationText(seconds >= 2 * kMinute ? std::ceil(seconds / kMinute) * kMinute : std::ceil(seconds)));
}

QString durationText(double seconds)
{
    const QLocale locale;
    if (seconds < 10) return JobWords::tr("%1 s").arg(locale.toString(seconds, 'f', seconds < 1 || std::floor(seconds) != seconds ? 1 : 0));
    const auto whole = qint64(std::llround(seconds));
    const auto minute = qint64(kMinute), hour = qint64(kHour);
    if (whole < minute) return JobWords::tr("%1 s").arg(whole);
    if (whole < hour) {
        if (whole % minute == 0 || whole >= 10 * minute) return JobWords::tr("%1 min").arg(whole / minute);
        return JobWords::tr("%1 min %2 s").arg(whole / minute).arg(whole % minute);
    }
    return JobWords::tr("%1 h %2 min").arg(whole / hour).arg(whole % hour / minute);
}

QString percentText(double share, int decimals)
{
    constexpr double kHundred = 100;
    return JobWords::tr("%1 %", "percent").arg(QLocale().toString(share * kHundred, 'f', decimals));
}

} // namespace corral::app
