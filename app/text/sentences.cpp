#include "app/text/sentences.h"

#include <QCoreApplication>
#include <QLocale>

namespace corral::app {

namespace {
class Sentences {
    Q_DECLARE_TR_FUNCTIONS(Sentences)
};
} // namespace

QString detailOf(const Error& error) { return QString::fromStdString(error.message); }

QString sentenceFor(const Error& error, const QString& subject)
{
    const bool named = !subject.isEmpty();
    switch (error.code) {
    case ErrorCode::InvalidArgument: return Sentences::tr("The request cannot be carried out: %1").arg(detailOf(error));
    case ErrorCode::NotFound: return named ? Sentences::tr("“%1” was not found.").arg(subject) : Sentences::tr("A file was not found.");
    case ErrorCode::Io: return named ? Sentences::tr("“%1” cannot be read: %2").arg(subject, detailOf(error)) : Sentences::tr("Reading failed: %1").arg(detailOf(error));
    case ErrorCode::Format:
        return named ? Sentences::tr("“%1” is damaged or is not a model in GGUF format.").arg(subject) : Sentences::tr("The file is damaged or is not a model in GGUF format.");
    case ErrorCode::Unsupported:
        return named ? Sentences::tr("Corral cannot run “%1” yet: %2").arg(subject, detailOf(error)) : Sentences::tr("Corral cannot run this yet: %1").arg(detailOf(error));
    case ErrorCode::OutOfMemory:
        return Sentences::tr("There is not enough memory. A shorter context, an 8-bit cache or a smaller model needs less.");
    case ErrorCode::ContextFull:
        return Sentences::tr("The conversation is longer than the model's context: %1. Nothing was cut off.").arg(detailOf(error));
    case ErrorCode::Template: return Sentences::tr("The model's chat template failed: %1").arg(detailOf(error));
    case ErrorCode::Cancelled: return Sentences::tr("Cancelled.");
    case ErrorCode::Network: return Sentences::tr("The network failed: %1").arg(detailOf(error));
    case ErrorCode::Device: return Sentences::tr("The graphics card failed, and what it was computing is lost.");
    }
    return detailOf(error);
}

QString sizeText(qint64 bytes) { return QLocale().formattedDataSize(bytes, bytes < 1'000'000 ? 0 : 1, QLocale::DataSizeSIFormat); }

QString sizeDetail(qint64 bytes) { return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeIecFormat); }

QString parametersText(quint64 count)
{
    if (count == 0) return {};
    constexpr double kMillion = 1e6, kBillion = 1e9;
    if (double(count) >= kBillion) return Sentences::tr("%L1 billion").arg(double(count) / kBillion, 0, 'f', 1);
    return Sentences::tr("%L1 million").arg(double(count) / kMillion, 0, 'f', 0);
}

} // namespace corral::app
