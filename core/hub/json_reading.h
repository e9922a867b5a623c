#pragma once
// JSON of strangers: short, typed look-ups that cannot fail.
#include "core/base/error.h"
#include "core/hub/names.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace corral::hub {

inline Result<QJsonDocument> parseJson(const QByteArray& bytes)
{
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(bytes, &error);
    if (error.error != QJsonParseError::NoError) return fail(ErrorCode::Format, "the answer is not JSON: {} at byte {}", error.errorString().toStdString(), error.offset);
    return document;
}

inline constexpr qsizetype kMostWord = 100; // characters of a name that is shown

inline QString word(const QJsonValue& value) { return plainLine(value.toString(), kMostWord); }

// Counts that are none become `missing`.
inline qint64 count(const QJsonValue& value, qint64 missing)
{
    const qint64 number = value.toInteger(missing);
    return number < 0 ? missing : number;
}

inline QStringList words(const QJsonValue& value)
{
    constexpr qsizetype kMost = 200;
    QStringList list;
    for (const auto& entry : value.toArray())
        if (const QString text = word(entry); !text.isEmpty() && list.size() < kMost) list << text;
    return list;
}

// Lower-case hex of `digits` digits, else nothing.
inline QByteArray hexDigits(const QJsonValue& value, qsizetype digits)
{
    const QByteArray text = value.toString().toLatin1().toLower();
    const bool hex = text.size() == digits && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    return hex ? text : QByteArray();
}

inline constexpr qsizetype kSha256Digits = 64, kSha1Digits = 40;

} // namespace corral::hub
