#pragma once
// The folders of the library: Corral's own, those the user added, and other programs' that are only read.
#include "app/library/library_index.h"

#include <QAbstractListModel>
#include <QQmlEngine>

namespace corral::app {

class FolderListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("LibraryModel::folders")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Role {
        PathRole = Qt::UserRole + 1, // path: string
        NameRole,                    // name: string, translated: "Models folder", "Ollama", "On disk2"
        DetailRole,                  // detail: string. "12 models · 34.5 GB", or why it cannot be read
        OwnRole,                     // own: bool. false: only read
        RemovableRole,               // removable: bool. The user added it
    };
    Q_ENUM(Role)

    explicit FolderListModel(LibraryIndex& index, QObject* parent = nullptr);

    int count() const { return rowCount(); }
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();

private:
    LibraryIndex& m_index;
    std::vector<shelf::Folder> m_rows;
};

// Where a model is, as a heading: "Models folder", "Ollama", the path of an added folder.
QString folderTitle(const shelf::Folder& folder, const QString& ownFolder);

} // namespace corral::app
