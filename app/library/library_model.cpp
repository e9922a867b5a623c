#include "app/library/library_model.h"

#include "app/library/file_checker.h"
#include "app/library/folder_list_model.h"
#include "app/models/free_memory.h"
#include "app/shelf/names.h"
#include "app/shelf/rename.h"
#include "app/text/sentences.h"

#include <QCollator>
#include <QDesktopServices>
#include <QFileInfo>

#include <algorithm>

namespace corral::app {

using shelf::Model;

static QString text(const std::string& string) { return QString::fromStdString(string); }
static QString pathOf(const Model& model) { return text(model.path().string()); }

LibraryModel::LibraryModel(LibraryIndex& index, QObject* parent)
    : QAbstractListModel(parent), m_index(index), m_folders(std::make_unique<FolderListModel>(index)),
      m_checker(std::make_unique<FileChecker>(index.options().sumsFile))
{
    m_hands.setMaxThreadCount(1);
    connect(&index, &LibraryIndex::modelsChanged, this, &LibraryModel::show);
    connect(&index, &LibraryIndex::readingChanged, this, [this] {
        m_freeMemory = freeMemory();
        emit readingChanged();
        emit countChanged();
        emit diskChanged();
    });
    connect(m_checker.get(), &FileChecker::progressed, this, [this](const QString& path, double share) {
        constexpr double kHundred = 100;
        setCheck(path, Checking, tr("Checking… %1 %").arg(int(share * kHundred)));
    });
    connect(m_checker.get(), &FileChecker::passed, this, [this](const QString& path, shelf::Verdict::Basis basis, bool kept) {
        switch (basis) {
        case shelf::Verdict::Basis::Sums: return setCheck(path, Right, tr("Every byte is as it was published."));
        case shelf::Verdict::Basis::Noted: return setCheck(path, Right, tr("Every byte is as it was when it was first checked."));
        case shelf::Verdict::Basis::Structure:
            return setCheck(path, Right, kept ? tr("It is sound. What it should be exactly is not known; its checksum was noted for the next time.")
                                              : tr("It is sound. What it should be exactly is not known, and its checksum could not be noted."));
        }
    });
    connect(m_checker.get(), &FileChecker::failed, this, [this](const QString& path, const Error& error) {
        if (error.code == ErrorCode::Cancelled) return setCheck(path, Unchecked, {});
        setCheck(path, Wrong, (error.code == ErrorCode::NotFound ? tr("It is not complete: %1") : tr("It is damaged: %1")).arg(detailOf(error)));
    });
    show();
}

LibraryModel::~LibraryModel() { m_hands.waitForDone(); }

int LibraryModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }

QString LibraryModel::originOf(const Model& model) const { return folderTitle(model.folder, m_index.options().ownFolder); }

QString LibraryModel::problemOf(const Model& model) const
{
    if (model.files.front().identity == 0 && !model.missing.empty()) return tr("Its file is gone.");
    if (!model.missing.empty()) return tr("%n of its files are missing.", nullptr, int(model.missing.size()));
    if (model.error) return sentenceFor(*model.error, text(model.fileName()));
    if (model.facts && !model.supported()) return tr("Corral cannot run the architecture “%1” yet.").arg(text(model.facts->architecture));
    return {};
}

QVariant LibraryModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Model& model = *m_rows[index.row()];
    static const shelf::Facts unread;
    const shelf::Facts& facts = model.facts ? *model.facts : unread;
    const auto check = m_checks.constFind(pathOf(model));
    switch (role) {
    case UrlRole: return QUrl::fromLocalFile(pathOf(model));
    case PathRole: return pathOf(model);
    case Qt::DisplayRole:
    case NameRole: return text(model.title());
    case FileNameRole: return text(model.folder.origin == shelf::Origin::Ollama ? model.label : model.fileName());
    case QuantizationRole: return text(model.quantization());
    case ArchitectureRole: return text(facts.architecture);
    case ParametersRole: return parametersText(facts.parameters);
    case ParameterCountRole: return double(facts.parameters);
    case SizeRole: return double(model.bytes());
    case SizeTextRole: return sizeText(qint64(model.bytes()));
    case SizeDetailRole: return sizeDetail(qint64(model.bytes()));
    case ContextRole: return facts.trainingContext;
    case LicenseRole: return text(facts.license);
    case FilesRole: return int(model.files.size());
    case OriginRole: return originOf(model);
    case OwnRole: return model.own;
    case FitsRole: return m_freeMemory == 0 || model.bytes() < m_freeMemory;
    case UsableRole: return problemOf(model).isEmpty();
    case ProblemRole: return problemOf(model);
    case MissingRole: {
        QStringList names;
        for (const std::string& name : model.missing) names.append(text(name));
        return names;
    }
    case CheckRole: return check == m_checks.cend() ? Unchecked : check->state;
    case CheckTextRole: return check == m_checks.cend() ? QString() : check->text;
    case SelectedRole: return pathOf(model) == m_selected;
    default: return {};
    }
}

QHash<int, QByteArray> LibraryModel::roleNames() const
{
    return {{UrlRole, "url"},           {PathRole, "path"},         {NameRole, "name"},         {FileNameRole, "fileName"},
            {QuantizationRole, "quantization"}, {ArchitectureRole, "architecture"}, {ParametersRole, "parametersText"}, {ParameterCountRole, "parameters"},
            {SizeRole, "size"},         {SizeTextRole, "sizeText"}, {SizeDetailRole, "sizeDetail"}, {ContextRole, "trainingContext"},
            {LicenseRole, "license"},   {FilesRole, "files"},       {OriginRole, "origin"},     {OwnRole, "own"},
            {FitsRole, "fits"},         {UsableRole, "usable"},     {ProblemRole, "problem"},   {MissingRole, "missing"},
            {CheckRole, "check"},       {CheckTextRole, "checkText"}, {SelectedRole, "selected"}};
}

QList<LibraryIndex::ModelPointer> LibraryModel::wanted() const
{
    const QStringList words = m_search.split(u' ', Qt::SkipEmptyParts);
    struct Keyed {
        std::size_t folder;
        QCollatorSortKey title;
        LibraryIndex::ModelPointer model;
    };
    QCollator collator;
    collator.setNumericMode(true); // 7B before 13B
    collator.setCaseSensitivity(Qt::CaseInsensitive);
    std::vector<Keyed> found;
    for (const auto& model : m_index.models()) {
        const auto holds = [&, subject = QStringList{text(model->title()), text(model->fileName()), text(model->label), text(model->quantization()), originOf(*model),
                                                     model->facts ? text(model->facts->architecture) : QString()}](const QString& word) {
            return std::ranges::any_of(subject, [&](const QString& part) { return part.contains(word, Qt::CaseInsensitive); });
        };
        if (!std::ranges::all_of(words, holds)) continue;
        const auto& folders = m_index.folders();
        const auto at = std::ranges::find_if(folders, [&](const shelf::Folder& folder) { return folder.path == model->folder.path && folder.origin == model->folder.origin; });
        found.push_back({std::size_t(at - folders.begin()), collator.sortKey(text(model->title())), model});
    }
    std::ranges::stable_sort(found, [](const Keyed& a, const Keyed& b) { // by path before: the index's order
        if (a.folder != b.folder) return a.folder < b.folder;
        return a.title.compare(b.title) < 0;
    });
    QList<LibraryIndex::ModelPointer> rows;
    for (Keyed& keyed : found) rows.append(std::move(keyed.model));
    return rows;
}

static bool sameFiles(const std::vector<shelf::File>& a, const std::vector<shelf::File>& b) // by whatever name
{
    return std::ranges::equal(a, b, [](const shelf::File& x, const shelf::File& y) {
        return x.bytes == y.bytes && x.changed == y.changed && x.device == y.device && x.identity == y.identity;
    });
}

// Rows that stay keep their place on the screen: only what differs is removed, put in or told anew.
void LibraryModel::show()
{
    dropStaleChecks();
    constexpr qsizetype kMostSteps = 100; // more are quicker as a whole
    const auto next = wanted();
    QSet<QString> stays;
    for (const auto& model : next) stays.insert(pathOf(*model));
    const auto known = QSet<QString>([&] {
        QSet<QString> paths;
        for (const auto& model : m_rows) paths.insert(pathOf(*model));
        return paths;
    }());
    const qsizetype steps = (stays - known).size() + (known - stays).size();
    if (steps > kMostSteps) {
        beginResetModel();
        m_rows = next;
        endResetModel();
    } else {
        for (qsizetype row = m_rows.size(); row-- > 0;) {
            if (stays.contains(pathOf(*m_rows[row]))) continue;
            beginRemoveRows({}, int(row), int(row));
            m_rows.removeAt(row);
            endRemoveRows();
        }
        for (qsizetype row = 0; row < next.size(); ++row) {
            const auto same = [&](const auto& model) { return model->path() == next[row]->path(); };
            const auto at = std::find_if(m_rows.begin() + row, m_rows.end(), same);
            if (at != m_rows.end() && at != m_rows.begin() + row) { // another name, another place
                const auto from = qsizetype(at - m_rows.begin());
                beginRemoveRows({}, int(from), int(from));
                m_rows.removeAt(from);
                endRemoveRows();
            }
            if (row < m_rows.size() && same(m_rows[row])) {
                const bool told = *m_rows[row] == *next[row];
                m_rows[row] = next[row];
                if (!told) emit dataChanged(index(int(row)), index(int(row)));
                continue;
            }
            beginInsertRows({}, int(row), int(row));
            m_rows.insert(row, next[row]);
            endInsertRows();
        }
    }
    if (!m_selected.isEmpty() && m_index.listed() && !m_index.find(m_selected)) select({});
    emit countChanged();
    emit diskChanged();
}

void LibraryModel::changed(const QString& path, const QList<int>& roles)
{
    if (const int row = rowOf(path); row >= 0) emit dataChanged(index(row), index(row), roles);
}

int LibraryModel::rowOf(const QString& path) const
{
    for (qsizetype row = 0; row < m_rows.size(); ++row) {
        if (pathOf(*m_rows[row]) == path) return int(row);
    }
    return -1;
}

void LibraryModel::refresh() { m_index.refresh(); }

void LibraryModel::setSearch(const QString& words)
{
    if (words == m_search) return;
    m_search = words;
    emit searchChanged();
    show();
}

void LibraryModel::select(const QString& path)
{
    if (path == m_selected) return;
    const QString before = std::exchange(m_selected, path);
    changed(before, {SelectedRole});
    changed(path, {SelectedRole});
    emit selectedChanged();
}

int LibraryModel::total() const { return int(m_index.models().size()); }
bool LibraryModel::reading() const { return m_index.reading(); }
bool LibraryModel::listed() const { return m_index.listed(); }
QUrl LibraryModel::ownFolder() const { return QUrl::fromLocalFile(m_index.options().ownFolder); }

QString LibraryModel::readingText() const
{
    if (m_index.toRead() > 0) return tr("Reading model %L1 of %L2…").arg(m_index.read() + 1).arg(m_index.toRead());
    return m_index.reading() ? tr("Looking for models…") : QString();
}

// Renaming, deleting

LibraryIndex::ModelPointer LibraryModel::own(const QString& path)
{
    auto model = m_index.find(path);
    if (!model) emit failed(tr("The model is not there any more."));
    else if (!model->own) emit failed(tr("This model belongs to %1. Corral only reads it there.").arg(originOf(*model)));
    if (!model || !model->own) return nullptr;
    for (const shelf::File& file : model->files) {
        if (std::filesystem::path(text(file.path.string()).toStdString()) == file.path) continue;
        emit failed(tr("The name of “%1” is not valid text. Corral does not rename or delete it.").arg(text(file.path.filename().string())));
        return nullptr;
    }
    return model;
}

QString LibraryModel::nameToEdit(const QString& path) const
{
    const auto model = m_index.find(path);
    return model ? text(shelf::stem(model->fileName())) : QString();
}

void LibraryModel::rename(const QString& path, const QString& name)
{
    const auto model = own(path);
    if (!model) return;
    m_checker->stop(path);
    if (m_checks.value(path).state == Checking) dropCheck(path); // it would look for the old name
    m_hands.start([this, model, path, name = name.trimmed().toStdString(), sums = m_index.options().sumsFile.toStdString()] {
        auto moves = shelf::planRename(*model, name);
        if (moves && !shelf::stillThere(*model)) {
            QMetaObject::invokeMethod(this, [this, model] { refuseChanged(*model); });
            return;
        }
        Result<void> done = moves ? shelf::carryOut(*moves) : std::unexpected(moves.error());
        Result<void> known;
        if (done && !moves->empty()) known = shelf::KnownSums::moved(sums, *moves);
        QMetaObject::invokeMethod(this, [this, path, done, known, moves = moves.value_or(shelf::Moves())] {
            if (!done) return emit failed(tr("It was not renamed: %1").arg(detailOf(done.error())));
            if (moves.empty()) return;
            const QString to = text(moves.front().second.string());
            m_checker->stop(path);
            const CheckState check = m_checks.take(path);
            emit renamed(path, to);
            const bool wasSelected = m_selected == path;
            m_index.moved(moves);
            if (check.state == Right || check.state == Wrong) putCheck(to, check);
            if (wasSelected) select(to);
            m_index.refresh();
            if (!known) emit failed(tr("It was renamed, but its checksum was not kept: %1").arg(detailOf(known.error())));
        });
    });
}

void LibraryModel::moveToTrash(const QString& path)
{
    const auto model = own(path);
    if (!model) return;
    m_checker->stop(path);
    m_hands.start([this, model] {
        std::vector<std::filesystem::path> files;
        for (const shelf::File& file : model->files) files.push_back(file.path);
        if (!shelf::stillThere(*model)) {
            QMetaObject::invokeMethod(this, [this, model] { refuseChanged(*model); });
            return;
        }
        auto result = app::moveToTrash(files);
        QMetaObject::invokeMethod(this, [this, model, result = std::move(result)] {
            m_index.refresh();
            if (!result) return emit failed(tr("“%1” was not deleted: %2").arg(text(model->title()), detailOf(result.error())));
            m_trashed = *result;
            emit canUndoChanged();
            emit trashed(text(model->title()));
        });
    });
}

void LibraryModel::refuseChanged(const Model& model)
{
    m_index.refresh();
    emit failed(tr("The files of “%1” changed a moment ago. Nothing was done.").arg(text(model.title())));
}

void LibraryModel::undoTrash()
{
    if (m_trashed.empty()) return;
    m_hands.start([this, files = std::exchange(m_trashed, {})] {
        const auto back = takeBack(files);
        QMetaObject::invokeMethod(this, [this, back] {
            m_index.refresh();
            if (!back) emit failed(tr("It could not be taken back: %1").arg(detailOf(back.error())));
        });
    });
    emit canUndoChanged();
}

// Verifying

void LibraryModel::setCheck(const QString& path, Check state, const QString& words)
{
    const auto begun = m_checks.constFind(path);
    if (begun == m_checks.cend() || begun->state != Checking) return; // of files that are not there any more
    if (state == Unchecked) return dropCheck(path);
    putCheck(path, {state, words, begun->files});
}

void LibraryModel::putCheck(const QString& path, const CheckState& check)
{
    m_checks.insert(path, check);
    changed(path, {CheckRole, CheckTextRole});
    if (path == m_selected) emit checkChanged();
}

void LibraryModel::dropCheck(const QString& path)
{
    m_checks.remove(path);
    changed(path, {CheckRole, CheckTextRole});
    if (path == m_selected) emit checkChanged();
}

void LibraryModel::dropStaleChecks()
{
    QStringList stale;
    for (auto it = m_checks.cbegin(); it != m_checks.cend(); ++it) {
        const auto model = m_index.find(it.key());
        if (!model || !sameFiles(model->files, it->files)) stale.append(it.key());
    }
    for (const QString& path : stale) {
        m_checker->stop(path);
        dropCheck(path);
    }
}

void LibraryModel::verify(const QString& path)
{
    const auto model = m_index.find(path);
    if (!model || m_checker->running(path)) return;
    putCheck(path, {Checking, tr("Waiting…"), model->files});
    m_checker->start(model);
}

void LibraryModel::stopVerifying(const QString& path) { m_checker->stop(path); }

LibraryModel::Check LibraryModel::check() const
{
    const auto check = m_checks.constFind(m_selected);
    return check == m_checks.cend() ? Unchecked : check->state;
}

QString LibraryModel::checkText() const { return m_checks.value(m_selected).text; }

// Folders and the disk

void LibraryModel::showInFolder(const QString& path) const { QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path).absolutePath())); }

void LibraryModel::addFolder(const QUrl& folder)
{
    const QString path = folder.toLocalFile();
    if (!QFileInfo(path).isDir()) return emit failed(tr("“%1” is not a folder.").arg(folder.toDisplayString(QUrl::PreferLocalFile)));
    m_index.addFolder(path);
}

void LibraryModel::removeFolder(const QString& folder) { m_index.removeFolder(folder); }

double LibraryModel::diskModels() const
{
    const LibraryIndex::Disk d = m_index.disk();
    return d.total > 0 ? std::min(1.0, d.models / d.total) : 0;
}

double LibraryModel::diskOther() const
{
    const LibraryIndex::Disk d = m_index.disk();
    return d.total > 0 ? std::clamp((d.total - d.free - d.models) / d.total, 0.0, 1.0) : 0;
}

QString LibraryModel::diskText() const
{
    const LibraryIndex::Disk d = m_index.disk();
    return tr("%1 · %2 free of %3", "models and their size · size free of size")
        .arg(tr("%n model(s), %1", nullptr, total()).arg(sizeText(qint64(d.models))), sizeText(qint64(d.free)), sizeText(qint64(d.total)));
}

QString LibraryModel::diskDetail() const
{
    const LibraryIndex::Disk d = m_index.disk();
    return tr("Models %1 · free %2 · in all %3").arg(sizeDetail(qint64(d.models)), sizeDetail(qint64(d.free)), sizeDetail(qint64(d.total)));
}

} // namespace corral::app
