#include "app/starter/package_index.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QUrlQuery>

namespace corral::app {

QString packageIndex()
{
    QString index = qEnvironmentVariable("CORRAL_PYPI");
    if (index.isEmpty()) index = qEnvironmentVariable("PIP_INDEX_URL");
    if (index.isEmpty()) index = QStringLiteral("https://pypi.org/simple");
    while (index.endsWith(u'/')) index.chop(1);
    return index;
}

QUrl packagePage(const QString& index, const QString& package) { return QUrl(index + u'/' + package + u'/'); }

Result<WheelLocation> findWheel(const QByteArray& answer, const QByteArray& contentType, const QUrl& page, const QString& package, const QString& version)
{
    QString stem = package;
    stem.replace(u'-', u'_');
    const QString prefix = stem + u'-' + version + u'-';
    const auto isWanted = [&](const QString& name) { return name.startsWith(prefix) && name.endsWith(QLatin1String(".whl")); };

    WheelLocation wheel;
    if (contentType.contains("json")) {
        for (const auto& value : QJsonDocument::fromJson(answer).object()[QStringLiteral("files")].toArray()) {
            const QJsonObject file = value.toObject();
            if (!isWanted(file[QStringLiteral("filename")].toString())) continue;
            wheel.url = page.resolved(QUrl(file[QStringLiteral("url")].toString()));
            wheel.sha256 = file[QStringLiteral("hashes")].toObject()[QStringLiteral("sha256")].toString().toLatin1().toLower();
            wheel.size = file[QStringLiteral("size")].toInteger();
            return wheel;
        }
    } else {
        static const QRegularExpression link(QStringLiteral("<a\\b[^>]*\\bhref\\s*=\\s*[\"']([^\"']+)[\"']"), QRegularExpression::CaseInsensitiveOption);
        for (auto match = link.globalMatch(QString::fromUtf8(answer)); match.hasNext();) {
            QUrl url = page.resolved(QUrl(match.next().captured(1).replace(QLatin1String("&amp;"), QLatin1String("&"))));
            if (!isWanted(url.fileName())) continue;
            wheel.sha256 = QUrlQuery(url.fragment()).queryItemValue(QStringLiteral("sha256")).toLatin1().toLower();
            url.setFragment({});
            wheel.url = url;
            return wheel;
        }
    }
    return fail(ErrorCode::NotFound, "{} has no wheel of {} {}", page.toDisplayString().toStdString(), package.toStdString(), version.toStdString());
}

} // namespace corral::app
