#include "app/discovering/hit_list_model.h"

#include "app/discovering/hub_words.h"
#include "app/text/sentences.h"

#include <QLocale>

#include <algorithm>

namespace corral::app {

int HitListModel::current() const
{
    const auto found = std::ranges::find_if(m_hits, [&](const hub::SearchHit& hit) { return hit.repository.name == m_current; });
    return found == m_hits.end() ? -1 : int(found - m_hits.begin());
}

void HitListModel::clear()
{
    beginResetModel();
    m_hits.clear();
    endResetModel();
    emit countChanged();
    emit currentChanged();
}

void HitListModel::append(const QList<hub::SearchHit>& hits)
{
    QList<hub::SearchHit> fresh;
    for (const hub::SearchHit& hit : hits) {
        const auto same = [&](const hub::SearchHit& other) { return other.repository == hit.repository; };
        if (!std::ranges::any_of(m_hits, same) && !std::ranges::any_of(fresh, same)) fresh << hit;
    }
    if (fresh.isEmpty()) return;
    beginInsertRows({}, count(), count() + int(fresh.size()) - 1);
    m_hits += fresh;
    endInsertRows();
    emit countChanged();
    emit currentChanged();
}

void HitListModel::setCurrent(const QString& repository)
{
    if (m_current == repository) return;
    const int before = current();
    m_current = repository;
    for (const int row : {before, current()})
        if (row >= 0) emit dataChanged(index(row), index(row), {CurrentRole});
    emit currentChanged();
}

int HitListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_hits.size()); }

QVariant HitListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const hub::SearchHit& hit = m_hits[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case RepositoryRole: return hit.repository.name;
    case TitleRole: return hit.repository.name.section(u'/', 1);
    case OwnerRole: return hit.repository.name.section(u'/', 0, 0);
    case FactsRole: {
        QStringList parts{hit.architecture, parametersText(quint64(hit.parameters))};
        parts.removeAll(QString());
        return parts.join(QStringLiteral(" · "));
    }
    case DownloadsRole: return countText(hit.downloads);
    case DownloadsDetailRole: return hit.downloads < 0 ? QString() : tr("%L1 downloads").arg(hit.downloads);
    case LikesRole: return countText(hit.likes);
    case LicenseRole: return hit.license;
    case ChangedRole: return hit.changed.isValid() ? QLocale().toString(hit.changed.toLocalTime().date(), QLocale::ShortFormat) : QString();
    case GatedRole: return hit.gated;
    case CurrentRole: return hit.repository.name == m_current;
    default: return {};
    }
}

QHash<int, QByteArray> HitListModel::roleNames() const
{
    return {{RepositoryRole, "repository"}, {TitleRole, "title"}, {OwnerRole, "owner"}, {FactsRole, "facts"}, {DownloadsRole, "downloads"}, {DownloadsDetailRole, "downloadsDetail"},
            {LikesRole, "likes"}, {LicenseRole, "license"}, {ChangedRole, "changed"}, {GatedRole, "gated"}, {CurrentRole, "current"}};
}

} // namespace corral::app
