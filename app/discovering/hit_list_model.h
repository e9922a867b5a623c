#pragma once
// What a search found, page by page.
#include "core/hub/client.h"

#include <QAbstractListModel>
#include <QQmlEngine>

namespace corral::app {

class HitListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("DiscoverController::hits")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(int current READ current NOTIFY currentChanged) // the row whose files are shown; -1: none

public:
    enum Role {
        RepositoryRole = Qt::UserRole + 1, // repository: string. "owner/name": what open() takes
        TitleRole,                         // title: string. "Qwen3-4B-GGUF"
        OwnerRole,                         // owner: string. "Qwen"
        FactsRole,                         // facts: string. "qwen3 · 4.0 billion"
        DownloadsRole,                     // downloads: string. "1.8 M", "" if not said
        DownloadsDetailRole,               // downloadsDetail: string. "1,843,220 downloads"
        LikesRole,                         // likes: string
        LicenseRole,                       // license: string
        ChangedRole,                       // changed: string. A date
        GatedRole,                         // gated: bool
        CurrentRole,                       // current: bool
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    int count() const { return int(m_hits.size()); }
    int current() const;
    QString nameAt(int row) const { return m_hits.value(row).repository.name; }
    void clear();
    void append(const QList<hub::SearchHit>& hits); // those that are there already are left out
    void setCurrent(const QString& repository);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void currentChanged();

private:
    QList<hub::SearchHit> m_hits;
    QString m_current;
};

} // namespace corral::app
