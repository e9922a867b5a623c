#include "app/quantizing/job_words.h"

#include "app/text/sentences.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QHash>
#include <QRegularExpression>

#include <cmath>

namespace corral::app {

namespace {
class JobWords {
    Q_DECLARE_TR_FUNCTIONS(JobWords)
};

const QString kDot = QStringLiteral(" · ");
} // namespace

QString targetName(const QString& target) { return target == kUnchanged ? JobWords::tr("Unchanged") : target; }

QString titleOf(const JobOrder& order)
{
    switch (order.kind) {
    case JobOrder::Kind::Quantize:
        if (order.choices.hasGoal()) return JobWords::tr("%1 → mixed types").arg(order.title);
        return JobWords::tr("%1 → %2", "model → target").arg(order.title, targetName(order.target));
    case JobOrder::Kind::Split: return JobWords::tr("Split %1").arg(order.title);
    case JobOrder::Kind::Merge: return JobWords::tr("Merge %1").arg(order.title);
    case JobOrder::Kind::Measure: return JobWords::tr("Measure %1").arg(order.title);
    }
    return {};
}

QString changeText(double change)
{
    constexpr double kHundred = 100, kTenth = 0.05; // what rounds to 0.0 %
    const double percent = change * kHundred;
    const QString sign = std::abs(percent) < kTenth ? QStringLiteral("±") : percent > 0 ? QStringLiteral("+") : QStringLiteral("−");
    return sign + percentText(std::abs(change), std::abs(percent) < kHundred ? 1 : 0);
}

QString progressText(const QueuedJob& job)
{
    const QString name = QString::fromStdString(job.progress.name);
    QStringList parts;
    if (!name.isEmpty()) {
        parts.append(job.progress.steps > 0 ? JobWords::tr("%1, %L2 of %L3", "tensor").arg(name).arg(job.progress.step + 1).arg(job.progress.steps) : name);
    }
    if (job.order.kind != JobOrder::Kind::Measure) {
        if (const auto speed = job.pace.bytesPerSecond()) parts.append(speedText(*speed));
    }
    if (const auto left = job.pace.secondsLeft()) parts.append(timeLeftText(*left));
    return parts.isEmpty() ? JobWords::tr("Starting…") : parts.join(kDot);
}

QString resultText(const QueuedJob& job)
{
    const JobOutcome& outcome = job.outcome;
    QStringList parts;
    if (outcome.measurement) {
        const auto& measured = *outcome.measurement;
        if (measured.divergence && measured.divergence->basePpl > 0) {
            parts.append(JobWords::tr("Perplexity %1").arg(changeText(measured.perplexity.ppl / measured.divergence->basePpl - 1)));
        }
    } else if (job.order.kind == JobOrder::Kind::Quantize && outcome.sourceBytes > 0) {
        parts.append(JobWords::tr("%1 → %2 (%3)", "size before → after (share)")
                         .arg(sizeText(qint64(outcome.sourceBytes)), sizeText(qint64(outcome.bytes)), percentText(double(outcome.bytes) / double(outcome.sourceBytes))));
    } else {
        parts.append(JobWords::tr("%n file(s)", nullptr, int(outcome.files.size())));
        parts.append(sizeText(qint64(outcome.bytes)));
    }
    parts.append(durationText(outcome.seconds));
    return parts.join(kDot);
}

Failure failureOf(const Error& error, const JobOrder& order)
{
    const QString detail = detailOf(error);
    switch (error.code) {
    case ErrorCode::NotFound: return {JobWords::tr("A file is gone: %1").arg(detail), detail};
    case ErrorCode::Io: return {JobWords::tr("Reading or writing failed: %1 Nothing was left behind.").arg(detail + u'.'), detail};
    case ErrorCode::Format: return {JobWords::tr("The model is damaged: %1 Nothing was left behind.").arg(detail + u'.'), detail};
    case ErrorCode::Unsupported:
        if (order.kind == JobOrder::Kind::Measure) return {JobWords::tr("Corral cannot run this model, so its loss cannot be measured: %1").arg(detail), detail};
        return {JobWords::tr("This cannot be made: %1").arg(detail), detail};
    case ErrorCode::OutOfMemory: return {JobWords::tr("There is not enough memory: %1").arg(detail), detail};
    default: return {sentenceFor(error, {}), detail};
    }
}

Failure openFailureOf(const Error& error, const QString& fileName)
{
    const QString detail = detailOf(error);
    switch (error.code) {
    case ErrorCode::Unsupported: return {JobWords::tr("“%1” cannot be converted: %2").arg(fileName, detail), detail};
    case ErrorCode::NotFound: return {JobWords::tr("“%1” is not complete: %2").arg(fileName, detail), detail};
    default: return {sentenceFor(error, fileName), detail};
    }
}

TensorPlace placeOf(const QString& tensor)
{
    static const QRegularExpression block(QStringLiteral("^blk\\.(\\d{1,6})\\.(.+)$"));
    QString rest = tensor;
    TensorPlace place;
    if (const auto match = block.match(tensor); match.hasMatch()) {
        place.layer = match.captured(1).toInt();
        rest = match.captured(2);
    }
    for (const QString& ending : {QStringLiteral(".weight"), QStringLiteral("_exps"), QStringLiteral("_shexp")}) {
        if (rest.endsWith(ending)) rest.chop(ending.size());
    }
    place.kind = rest;
    return place;
}

QString kindTitle(const QString& kind)
{
    static const QHash<QString, const char*> titles{
        {QStringLiteral("token_embd"), QT_TRANSLATE_NOOP("JobWords", "Token embedding")},
        {QStringLiteral("output"), QT_TRANSLATE_NOOP("JobWords", "Output")},
        {QStringLiteral("attn_q"), QT_TRANSLATE_NOOP("JobWords", "Attention query")},
        {QStringLiteral("attn_k"), QT_TRANSLATE_NOOP("JobWords", "Attention key")},
        {QStringLiteral("attn_v"), QT_TRANSLATE_NOOP("JobWords", "Attention value")},
        {QStringLiteral("attn_qkv"), QT_TRANSLATE_NOOP("JobWords", "Attention, all three")},
        {QStringLiteral("attn_output"), QT_TRANSLATE_NOOP("JobWords", "Attention output")},
        {QStringLiteral("ffn_gate"), QT_TRANSLATE_NOOP("JobWords", "Feed-forward gate")},
        {QStringLiteral("ffn_up"), QT_TRANSLATE_NOOP("JobWords", "Feed-forward up")},
        {QStringLiteral("ffn_down"), QT_TRANSLATE_NOOP("JobWords", "Feed-forward down")},
    };
    const auto title = titles.constFind(kind);
    return title == titles.cend() ? kind : QCoreApplication::translate("JobWords", *title);
}

} // namespace corral::app
