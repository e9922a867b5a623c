#include "app/models/model_picker_model.h"

#include "app/models/free_memory.h"
#include "app/settings/settings_file.h"
#include "app/text/sentences.h"
#include "core/engine/engine.h"

#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

namespace corral::app {

// By its name, or, as other programs name their files as they like, by its first bytes.
static bool isModelFile(const QString& path)
{
    if (path.endsWith(QLatin1String(".gguf"), Qt::CaseInsensitive)) return true;
    QFile file(path);
    return QFileInfo(path).isFile() && file.open(QIODevice::ReadOnly) && file.read(4) == "GGUF";
}

// "name-00002-of-00005.gguf": the first one stands for all.
static bool isLaterShard(const QString& name)
{
    static const QRegularExpression shard(QStringLiteral("-(\\d{5})-of-\\d{5}\\.gguf$"));
    const auto match = shard.match(name);
    return match.hasMatch() && match.captured(1).toInt() != 1;
}

ModelPickerModel::ModelPickerModel(SettingsFile& settings, QString folder, StarterManifest starter, Inspect inspect, QObject* parent)
    : QAbstractListModel(parent), m_settings(settings), m_folder(std::move(folder)), m_starter(std::move(starter)), m_inspect(std::move(inspect))
{
    m_worker.setMaxThreadCount(1);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &ModelPickerModel::refresh);
    refresh();
}

ModelPickerModel::~ModelPickerModel()
{
    m_worker.clear();
    m_worker.waitForDone();
}

int ModelPickerModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }

const ModelPickerModel::Facts& ModelPickerModel::factsOf(const QString& path) const
{
    static const Facts nothing;
    const auto it = m_facts.constFind(path);
    return it == m_facts.cend() ? nothing : *it;
}

QString ModelPickerModel::nameOf(const QString& path) const
{
    if (m_starter.isAt(path)) return m_starter.name;
    const Facts& facts = factsOf(path);
    if (facts.info && !facts.info->name.empty()) return QString::fromStdString(facts.info->name);
    return QFileInfo(path).completeBaseName();
}

QVariant ModelPickerModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const File& row = m_rows[index.row()];
    const Facts& facts = factsOf(row.path);
    static const engine::ModelInfo unknown;
    const engine::ModelInfo& info = facts.info ? *facts.info : unknown;
    const qint64 bytes = info.fileBytes > 0 ? qint64(info.fileBytes) : facts.size;
    switch (role) {
    case UrlRole: return QUrl::fromLocalFile(row.path);
    case Qt::DisplayRole:
    case NameRole: return nameOf(row.path);
    case FileNameRole: return QFileInfo(row.path).fileName();
    case QuantizationRole: return QString::fromStdString(info.quantization);
    case ArchitectureRole: return QString::fromStdString(info.architecture);
    case SizeTextRole: return sizeText(bytes);
    case SizeDetailRole: return sizeDetail(bytes);
    case ParametersRole: return parametersText(info.parameters);
    case ContextRole: return info.trainingContext;
    case LicenseRole: return QString::fromStdString(info.license);
    case SectionRole: return row.recent ? tr("Recent") : tr("Models folder");
    case StarterRole: return m_starter.isAt(row.path);
    case FitsRole: return m_freeMemory == 0 || quint64(bytes) < m_freeMemory;
    case UsableRole: return facts.problem.isEmpty();
    case ProblemRole: return facts.problem;
    case CurrentRole: return row.path == m_current;
    default: return {};
    }
}

QHash<int, QByteArray> ModelPickerModel::roleNames() const
{
    return {{UrlRole, "url"},           {NameRole, "name"},         {FileNameRole, "fileName"},       {QuantizationRole, "quantization"},
            {ArchitectureRole, "architecture"}, {SizeTextRole, "sizeText"}, {SizeDetailRole, "sizeDetail"}, {ParametersRole, "parametersText"},
            {ContextRole, "trainingContext"},   {LicenseRole, "license"},   {SectionRole, "section"},       {StarterRole, "starter"},
            {FitsRole, "fits"},         {UsableRole, "usable"},     {ProblemRole, "problem"},         {CurrentRole, "current"}};
}

// The most recent ones that are still there, then what else lies in the folder.
QList<ModelPickerModel::File> ModelPickerModel::list() const
{
    QList<File> files;
    const QStringList recent = m_settings.recentModels();
    for (const QString& path : recent) {
        if (QFileInfo::exists(path)) files.append({path, true});
    }
    for (const QFileInfo& info : QDir(m_folder).entryInfoList({QStringLiteral("*.gguf")}, QDir::Files, QDir::Name | QDir::IgnoreCase)) {
        const QString path = info.absoluteFilePath();
        if (!recent.contains(path) && !isLaterShard(info.fileName())) files.append({path, false});
    }
    const QString wanted = m_search.trimmed();
    if (!wanted.isEmpty()) {
        files.removeIf([&](const File& file) {
            return !nameOf(file.path).contains(wanted, Qt::CaseInsensitive) && !QFileInfo(file.path).fileName().contains(wanted, Qt::CaseInsensitive);
        });
    }
    return files;
}

void ModelPickerModel::show(const QList<File>& files)
{
    beginResetModel();
    m_rows = files;
    endResetModel();
    emit countChanged();
}

void ModelPickerModel::refresh()
{
    if (QFileInfo::exists(m_folder) && !m_watcher.directories().contains(m_folder)) m_watcher.addPath(m_folder);
    m_freeMemory = freeMemory();
    const QList<File> files = list();
    for (const File& file : files) {
        const QFileInfo info(file.path);
        const Facts& known = factsOf(file.path);
        if (known.size != info.size() || known.changed != info.lastModified()) read(file.path);
    }
    show(files);
}

void ModelPickerModel::read(const QString& path)
{
    const QFileInfo info(path);
    m_facts[path] = {.size = info.size(), .changed = info.lastModified(), .info = {}, .problem = {}};
    if (m_reading++ == 0) emit readingChanged();
    m_worker.start([this, path, facts = m_facts[path]]() mutable {
        auto inspected = m_inspect(path.toStdString());
        QMetaObject::invokeMethod(this, [this, path, facts, inspected = std::move(inspected)]() mutable {
            if (!inspected) {
                facts.problem = sentenceFor(inspected.error(), QFileInfo(path).fileName());
            } else {
                facts.info = std::make_shared<const engine::ModelInfo>(std::move(*inspected));
                if (!facts.info->supported) {
                    facts.problem = tr("Corral cannot run the architecture “%1” yet.").arg(QString::fromStdString(facts.info->architecture));
                }
            }
            take(path, facts);
        });
    });
}

void ModelPickerModel::take(const QString& path, const Facts& facts)
{
    m_facts[path] = facts;
    if (--m_reading == 0) emit readingChanged();
    for (qsizetype row = 0; row < m_rows.size(); ++row) {
        if (m_rows[row].path == path) emit dataChanged(index(int(row)), index(int(row)));
    }
}

void ModelPickerModel::setSearch(const QString& text)
{
    if (text == m_search) return;
    m_search = text;
    show(list());
    emit searchChanged();
}

void ModelPickerModel::setCurrent(const QString& path)
{
    if (path == m_current) return;
    m_current = path;
    if (!path.isEmpty()) m_settings.addRecentModel(path);
    refresh();
}

QString ModelPickerModel::preferred() const
{
    for (const QString& path : m_settings.recentModels()) {
        if (QFileInfo::exists(path)) return path;
    }
    const QString starter = m_folder + u'/' + m_starter.file;
    return QFileInfo::exists(starter) ? starter : QString();
}

void ModelPickerModel::choose(int row)
{
    if (row < 0 || row >= m_rows.size()) return;
    const QString path = m_rows[row].path;
    if (const QString problem = factsOf(path).problem; !problem.isEmpty()) emit refused(problem);
    else emit chosen(QUrl::fromLocalFile(path));
}

void ModelPickerModel::openFile(const QUrl& file)
{
    const QString path = file.isLocalFile() ? file.toLocalFile() : file.scheme().isEmpty() ? file.path() : QString();
    const QString name = path.isEmpty() ? file.toDisplayString() : QFileInfo(path).fileName();
    if (!isModelFile(path)) emit refused(tr("“%1” is not a model: Corral opens files in GGUF format, whose names end in .gguf.").arg(name));
    else if (!QFileInfo(path).isFile()) emit refused(tr("“%1” was not found.").arg(name));
    else emit chosen(QUrl::fromLocalFile(QFileInfo(path).absoluteFilePath()));
}

void ModelPickerModel::forget(int row)
{
    if (row < 0 || row >= m_rows.size()) return;
    m_settings.forgetRecentModel(m_rows[row].path);
    show(list());
}

void ModelPickerModel::openFolder()
{
    QDir().mkpath(m_folder);
    QDesktopServices::openUrl(QUrl::fromLocalFile(m_folder));
}

} // namespace corral::app
