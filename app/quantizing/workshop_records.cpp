#include "app/quantizing/workshop_records.h"

#include "core/base/output_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>
#include <QStandardPaths>

#include <algorithm>

namespace corral::app {

static const QString kWriting = QStringLiteral("writing");
static const QString kMeasured = QStringLiteral("measured");

static QStringList strings(const QJsonValue& array)
{
    QStringList list;
    for (const auto& value : array.toArray()) list.append(value.toString());
    return list;
}

static MeasuredLoss lossFrom(const QJsonObject& json)
{
    const auto number = [&](const char* key) { return json[QLatin1String(key)].toDouble(); };
    return {.original = json[QLatin1String("original")].toString(),
            .originalBytes = json[QLatin1String("originalBytes")].toInteger(),
            .target = json[QLatin1String("target")].toString(),
            .text = json[QLatin1String("text")].toString(),
            .bytes = json[QLatin1String("bytes")].toInteger(),
            .ppl = number("ppl"),
            .basePpl = number("basePpl"),
            .kld = number("kld"),
            .sameTop = number("sameTop"),
            .deltaRms = number("deltaRms"),
            .tokens = json[QLatin1String("tokens")].toInteger()};
}

static QJsonObject toJson(const MeasuredLoss& loss)
{
    return {{"original", loss.original}, {"originalBytes", loss.originalBytes}, {"target", loss.target},   {"text", loss.text},
            {"bytes", loss.bytes},       {"ppl", loss.ppl},                     {"basePpl", loss.basePpl}, {"kld", loss.kld},
            {"sameTop", loss.sameTop},   {"deltaRms", loss.deltaRms},           {"tokens", loss.tokens}};
}

QString WorkshopRecords::defaultFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/corral/workshop.json");
}

WorkshopRecords::WorkshopRecords(const QString& file) : m_file(file)
{
    QFile in(file);
    if (in.open(QIODevice::ReadOnly)) m_root = QJsonDocument::fromJson(in.readAll()).object(); // unreadable: nothing is known
    m_old = strings(m_root[kWriting]);
    m_old.removeIf([](const QString& part) { return !QFileInfo(part).isFile(); });
}

static QString partOf(const std::filesystem::path& file) { return QString::fromStdString(OutputFile::partName(file).string()); }

void WorkshopRecords::beginOutputs(const std::vector<std::filesystem::path>& files)
{
    QStringList writing = strings(m_root[kWriting]);
    for (const auto& file : files) {
        m_old.removeAll(partOf(file)); // written anew
        if (!writing.contains(partOf(file))) writing.append(partOf(file));
    }
    m_root[kWriting] = QJsonArray::fromStringList(writing);
    write();
}

void WorkshopRecords::endOutputs(const std::vector<std::filesystem::path>& files)
{
    if (files.empty()) return;
    QStringList writing = strings(m_root[kWriting]);
    for (const auto& file : files) writing.removeAll(partOf(file));
    m_root[kWriting] = QJsonArray::fromStringList(writing);
    write();
}

QStringList WorkshopRecords::leftovers() const
{
    QStringList there = m_old;
    there.removeIf([](const QString& part) { return !QFileInfo(part).isFile(); });
    return there;
}

void WorkshopRecords::deleteLeftovers()
{
    for (const QString& part : leftovers()) {
        const auto name = std::filesystem::path(part.toStdString()).replace_extension(); // without .part
        const auto file = OutputFile::create(name, 0); // refused if another Corral is writing it; goes without a trace
    }
    forgetLeftovers();
}

void WorkshopRecords::forgetLeftovers()
{
    QStringList writing = strings(m_root[kWriting]);
    for (const QString& part : std::exchange(m_old, {})) writing.removeAll(part);
    m_root[kWriting] = QJsonArray::fromStringList(writing);
    write();
}

QList<MeasuredLoss> WorkshopRecords::measured(const QString& original, qint64 originalBytes) const
{
    QList<MeasuredLoss> losses;
    for (const auto& value : m_root[kMeasured].toArray()) {
        const MeasuredLoss loss = lossFrom(value.toObject());
        if (loss.original == original && loss.originalBytes == originalBytes) losses.append(loss);
    }
    std::ranges::stable_sort(losses, {}, &MeasuredLoss::bytes);
    return losses;
}

void WorkshopRecords::addMeasured(const MeasuredLoss& loss)
{
    QJsonArray all;
    for (const auto& value : m_root[kMeasured].toArray()) {
        const MeasuredLoss other = lossFrom(value.toObject());
        const bool same = other.original == loss.original && other.target == loss.target;
        const bool outdated = other.original == loss.original && other.originalBytes != loss.originalBytes;
        if (!same && !outdated) all.append(value);
    }
    all.append(toJson(loss));
    m_root[kMeasured] = all;
    write();
}

void WorkshopRecords::write() const
{
    QDir().mkpath(QFileInfo(m_file).absolutePath());
    QSaveFile out(m_file);
    if (!out.open(QIODevice::WriteOnly)) return;
    out.write(QJsonDocument(m_root).toJson());
    out.commit();
}

} // namespace corral::app
