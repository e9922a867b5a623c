#include "app/library/folder_list_model.h"

#include "app/shelf/other_programs.h"
#include "app/text/sentences.h"

#include <QDir>

namespace corral::app {

static QString pathText(const std::filesystem::path& path) { return QString::fromStdString(path.string()); }

QString folderTitle(const shelf::Folder& folder, const QString& ownFolder)
{
    const QString path = pathText(folder.path);
    if (folder.origin != shelf::Origin::Own) return QString::fromUtf8(shelf::programName(folder.origin));
    if (path == ownFolder) return FolderListModel::tr("Models folder");
    const QString home = QDir::homePath();
    return path.startsWith(home + u'/') ? u'~' + path.sliced(home.size()) : path;
}

FolderListModel::FolderListModel(LibraryIndex& index, QObject* parent) : QAbstractListModel(parent), m_index(index), m_rows(index.folders())
{
    connect(&index, &LibraryIndex::foldersChanged, this, [this] {
        const auto same = [](const shelf::Folder& a, const shelf::Folder& b) { return a.path == b.path && a.origin == b.origin; };
        if (std::ranges::equal(m_rows, m_index.folders(), same)) {
            if (count() > 0) emit dataChanged(this->index(0), this->index(count() - 1));
            return;
        }
        beginResetModel();
        m_rows = m_index.folders();
        endResetModel();
        emit countChanged();
    });
    connect(&index, &LibraryIndex::modelsChanged, this, [this] {
        if (count() > 0) emit dataChanged(this->index(0), this->index(count() - 1), {DetailRole});
    });
}

int FolderListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }

QVariant FolderListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const shelf::Folder& folder = m_rows[std::size_t(index.row())];
    const QString path = pathText(folder.path);
    switch (role) {
    case PathRole: return path;
    case Qt::DisplayRole:
    case NameRole: return folderTitle(folder, m_index.options().ownFolder);
    case DetailRole: {
        if (const QString problem = m_index.problemOf(path); !problem.isEmpty()) return tr("It cannot be read: %1").arg(problem);
        int models = 0;
        qint64 bytes = 0;
        for (const auto& model : m_index.models()) {
            if (model->folder.path != folder.path || model->folder.origin != folder.origin) continue;
            ++models;
            bytes += qint64(model->bytes());
        }
        return models == 0 ? tr("No models") : tr("%1 · %2", "12 models · size").arg(tr("%n model(s)", nullptr, models), sizeText(bytes));
    }
    case OwnRole: return folder.origin == shelf::Origin::Own;
    case RemovableRole: return folder.origin == shelf::Origin::Own && path != m_index.options().ownFolder;
    default: return {};
    }
}

QHash<int, QByteArray> FolderListModel::roleNames() const
{
    return {{PathRole, "path"}, {NameRole, "name"}, {DetailRole, "detail"}, {OwnRole, "own"}, {RemovableRole, "removable"}};
}

} // namespace corral::app
