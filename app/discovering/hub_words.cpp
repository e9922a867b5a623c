#include "app/discovering/hub_words.h"

#include "app/text/sentences.h"

#include <QCoreApplication>
#include <QLocale>

namespace corral::app {

namespace {
class HubWords {
    Q_DECLARE_TR_FUNCTIONS(HubWords)
};
} // namespace

QString serviceName(hub::Service service) { return service == hub::Service::HuggingFace ? QStringLiteral("Hugging Face") : QStringLiteral("ModelScope"); }

QString countText(qint64 count)
{
    constexpr qint64 kPlain = 10'000, kThousand = 1000, kMillion = 1'000'000;
    if (count < 0) return {};
    const QLocale locale;
    if (count < kPlain) return locale.toString(count);
    if (count < kMillion) return HubWords::tr("%1 k", "thousands").arg(locale.toString(count / kThousand));
    return HubWords::tr("%1 M", "millions").arg(locale.toString(double(count) / double(kMillion), 'f', 1));
}

QString tokenText(hub::TokenStore::Place place)
{
    using Place = hub::TokenStore::Place;
    switch (place) {
    case Place::None: return HubWords::tr("No token. Public models need none.");
    case Place::Environment: return HubWords::tr("From the environment of this program.");
    case Place::SecretService: return HubWords::tr("Kept in the desktop's password store.");
    case Place::File: return HubWords::tr("Kept in a file that only you can read: this system has no password store.");
    case Place::ServiceFile: return HubWords::tr("From Hugging Face's own token file.");
    }
    return {};
}

QString hubFailure(const Error& error, const QString& subject)
{
    switch (error.code) {
    case ErrorCode::InvalidArgument: return HubWords::tr("%1 is shown only to people whom its owner has let in. Ask for access on its page, then enter your access token here.").arg(subject);
    case ErrorCode::NotFound: return HubWords::tr("%1 was not found. It may have another name, or be private.").arg(subject);
    case ErrorCode::Format: return HubWords::tr("The answer could not be understood. The service may have changed; a newer Corral may know it.");
    case ErrorCode::Network: return HubWords::tr("The service cannot be reached: %1. Your own models are not affected.").arg(detailOf(error));
    default: return sentenceFor(error, subject);
    }
}

} // namespace corral::app
