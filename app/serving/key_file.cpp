#include "app/serving/key_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QSaveFile>

namespace corral::app {

constexpr qint64 kMostBytes = 4096;

KeyFile::KeyFile(QString path) : m_path(std::move(path))
{
    QFile file(m_path);
    if (file.open(QIODevice::ReadOnly)) m_key = QString::fromLatin1(file.read(kMostBytes)).section(u'\n', 0, 0).trimmed();
}

Result<void> KeyFile::set(const QString& key)
{
    const auto failed = [&](const QString& why) { return fail(ErrorCode::Io, "{}: {}", m_path.toStdString(), why.toStdString()); };
    if (key.isEmpty()) {
        QFile file(m_path);
        if (file.exists() && !file.remove()) return failed(file.errorString());
    } else {
        QDir().mkpath(QFileInfo(m_path).absolutePath());
        QSaveFile file(m_path);
        if (!file.open(QIODevice::WriteOnly)) return failed(file.errorString());
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner); // before anything is in it
        file.write(key.toLatin1() + '\n');
        if (!file.commit()) return failed(file.errorString());
    }
    m_key = key;
    return {};
}

QString KeyFile::generate()
{
    static constexpr QStringView kLetters = u"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    constexpr int kLength = 32; // 190 bits
    QString key = QStringLiteral("sk-");
    for (int i = 0; i < kLength; ++i) key += kLetters[QRandomGenerator::system()->bounded(int(kLetters.size()))];
    return key;
}

} // namespace corral::app
