#include "core/hub/token_store.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QPromise>
#include <QStandardPaths>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace corral::hub {

namespace {

constexpr qint64 kMostFile = 64 << 10; // bytes
constexpr qsizetype kMostToken = 4096; // characters
constexpr Service kServices[] = {Service::HuggingFace, Service::ModelScope};

QString keyOf(Service service) { return service == Service::HuggingFace ? QStringLiteral("huggingface") : QStringLiteral("modelscope"); }

QString environmentToken(Service service)
{
    const auto value = [](const char* name) {
        const QString text = qEnvironmentVariable(name).trimmed();
        return TokenStore::isToken(text) ? text : QString();
    };
    if (service == Service::ModelScope) return value("MODELSCOPE_API_TOKEN");
    const QString token = value("HF_TOKEN");
    return token.isEmpty() ? value("HUGGING_FACE_HUB_TOKEN") : token; // the older name
}

QByteArray beginningOf(const QString& file)
{
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? in.read(kMostFile) : QByteArray();
}

QString huggingFaceFile()
{
    if (const QString file = qEnvironmentVariable("HF_TOKEN_PATH"); !file.isEmpty()) return file;
    if (const QString home = qEnvironmentVariable("HF_HOME"); !home.isEmpty()) return home + QStringLiteral("/token");
    return QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + QStringLiteral("/huggingface/token");
}

// Nobody else may read it, not even for a moment; whole or not at all.
Result<void> writePrivately(const QString& file, const QByteArray& content)
{
    if (!QDir().mkpath(QFileInfo(file).absolutePath())) return fail(ErrorCode::Io, "{} cannot be made", QFileInfo(file).absolutePath().toStdString());
    const QString beside = file + QStringLiteral(".new");
    QFile::remove(beside);
    QFile out(beside);
    if (!out.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFileDevice::ReadOwner | QFileDevice::WriteOwner) || out.write(content) != content.size() || !out.flush())
        return fail(ErrorCode::Io, "{} cannot be written: {}", beside.toStdString(), out.errorString().toStdString());
    out.close();
    std::error_code error;
    std::filesystem::rename(QFileInfo(beside).filesystemAbsoluteFilePath(), QFileInfo(file).filesystemAbsoluteFilePath(), error);
    if (error) return fail(ErrorCode::Io, "{} cannot be written: {}", file.toStdString(), error.message());
    return {};
}

} // namespace

TokenStore::TokenStore(QString file, std::unique_ptr<SecretService> secrets, QObject* parent) : QObject(parent), m_file(std::move(file)), m_secrets(std::move(secrets))
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatience);
    connect(&m_patience, &QTimer::timeout, this, &TokenStore::opened);
    for (const Service service : kServices) readFiles(service);
}

QString TokenStore::defaultFile() { return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QStringLiteral("/corral/tokens.json"); }

bool TokenStore::isToken(const QString& text)
{
    return !text.isEmpty() && text.size() <= kMostToken && std::ranges::all_of(text, [](QChar c) { return c.unicode() > 0x20 && c.unicode() < 0x7f; });
}

QString TokenStore::token(Service service) const { return m_entries.value(int(service)).token; }

TokenStore::Place TokenStore::place(Service service) const { return m_entries.value(int(service)).place; }

QJsonObject TokenStore::stored() const { return QJsonDocument::fromJson(beginningOf(m_file)).object(); }

bool TokenStore::isSecret(Service service) const { return m_secrets && stored()[keyOf(service)].toBool(); }

Result<void> TokenStore::store(Service service, const QJsonValue& value) const
{
    QJsonObject all = stored();
    const QJsonValue before = all.value(keyOf(service)); // operator[] would put a null there
    if (before == value) return {};
    if (value.isUndefined()) all.remove(keyOf(service));
    else all[keyOf(service)] = value;
    if (!all.isEmpty()) return writePrivately(m_file, QJsonDocument(all).toJson());
    if (!QFile::remove(m_file)) return fail(ErrorCode::Io, "{} cannot be deleted", m_file.toStdString());
    return {};
}

void TokenStore::readFiles(Service service)
{
    Entry entry{environmentToken(service), Place::Environment};
    if (entry.token.isEmpty()) {
        const QString token = stored()[keyOf(service)].toString();
        if (isToken(token)) entry = {token, Place::File};
    }
    if (entry.token.isEmpty() && service == Service::HuggingFace) {
        const QString own = QString::fromUtf8(beginningOf(huggingFaceFile())).trimmed();
        if (isToken(own)) entry = {own, Place::ServiceFile};
    }
    if (entry.token.isEmpty()) entry.place = Place::None;
    m_entries[int(service)] = entry;
}

void TokenStore::take(Service service, Entry entry)
{
    Entry& present = m_entries[int(service)];
    if (present.place == Place::Environment || (present.token == entry.token && present.place == entry.place)) return;
    present = std::move(entry);
    emit changed(service);
}

void TokenStore::open()
{
    m_patience.start();
    for (const Service service : kServices) {
        if (place(service) == Place::Environment || !isSecret(service)) continue;
        ++m_asked;
        m_secrets->read(keyOf(service), [this, service](const Result<QString>& token) {
            if (token && isToken(*token)) take(service, {*token, Place::SecretService});
            if (--m_asked == 0 && m_patience.isActive()) m_patience.start(0);
        });
    }
    if (m_asked == 0) m_patience.start(0);
}

QFuture<Result<TokenStore::Place>> TokenStore::setToken(Service service, const QString& typed)
{
    const auto promise = std::make_shared<QPromise<Result<Place>>>();
    promise->start();
    const QString token = typed.trimmed();
    const auto finish = [this, service, token, promise](Result<Place> place) {
        if (place) {
            readFiles(service); // what stands behind it, when it was taken out
            Entry& present = m_entries[int(service)];
            if (*place != Place::None && present.place != Place::Environment) present = {token, *place};
            emit changed(service);
        }
        promise->addResult(std::move(place));
        promise->finish();
    };
    if (!token.isEmpty() && !isToken(token)) {
        finish(fail(ErrorCode::InvalidArgument, "an access token consists of letters, digits and signs without blanks"));
        return promise->future();
    }
    // In the secret service, or else in the file, and never in both.
    const auto keep = [this, service, finish](const QJsonValue& value, Place place) {
        const auto written = store(service, value);
        finish(written ? Result<Place>(place) : std::unexpected(written.error()));
    };
    if (token.isEmpty() && isSecret(service)) {
        m_secrets->remove(keyOf(service), [keep, finish](const Result<QString>& removed) {
            if (removed) keep(QJsonValue::Undefined, Place::None);
            else finish(std::unexpected(removed.error()));
        });
    } else if (token.isEmpty()) {
        keep(QJsonValue::Undefined, Place::None);
    } else if (m_secrets) {
        m_secrets->write(keyOf(service), token, [keep, token](const Result<QString>& kept) { kept ? keep(true, Place::SecretService) : keep(token, Place::File); });
    } else {
        keep(token, Place::File);
    }
    return promise->future();
}

} // namespace corral::hub
