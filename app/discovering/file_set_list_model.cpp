#include "app/discovering/file_set_list_model.h"

#include "app/text/sentences.h"

#include <algorithm>

namespace corral::app {

void FileSetListModel::show(const QList<hub::FileSet>& sets, const MemoryStatus& machine)
{
    beginResetModel();
    m_sets = sets;
    std::ranges::stable_sort(m_sets, [](const hub::FileSet& a, const hub::FileSet& b) { return a.bytes() < b.bytes(); });
    m_machine = machine;
    m_footprint.reset();
    m_ordered.clear();
    rateAll();
    endResetModel();
    emit countChanged();
    emit ratedChanged();
}

void FileSetListModel::setFootprint(const Footprint& footprint)
{
    m_footprint = footprint;
    rateAll();
    if (count() > 0) emit dataChanged(index(0), index(count() - 1));
    emit ratedChanged();
}

void FileSetListModel::setOrdered(int row)
{
    m_ordered.insert(m_sets[row].files.first().path);
    emit dataChanged(index(row), index(row), {OrderedRole});
}

void FileSetListModel::rateAll()
{
    m_ratings.clear();
    for (const hub::FileSet& set : m_sets) m_ratings << rate(set, m_footprint, m_machine);
    m_advice = advise(m_sets, m_ratings, m_footprint ? m_footprint->parameters : 0);
}

int FileSetListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_sets.size()); }

QVariant FileSetListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const hub::FileSet& set = m_sets[index.row()];
    const FileRating& rating = m_ratings[index.row()];
    const qint64 bytes = set.bytes();
    switch (role) {
    case Qt::DisplayRole:
    case NameRole: return set.quantization.isEmpty() ? set.name : set.quantization;
    case FileNameRole: return set.name;
    case FilesTextRole: return set.files.size() > 1 ? tr("%L1 files").arg(set.files.size()) : QString();
    case SizeTextRole: return bytes < 0 ? QString() : sizeText(bytes);
    case SizeDetailRole: return bytes < 0 ? QString() : sizeDetail(bytes);
    case NeededTextRole: return rating.needed == 0 ? QString() : sizeText(qint64(rating.needed));
    case NeededDetailRole: {
        if (rating.needed == 0) return {};
        const QString needed = sizeText(qint64(rating.needed)), total = sizeText(qint64(m_machine.total)), available = sizeText(qint64(m_machine.available));
        if (m_machine.total == 0) return tr("Needs about %1 of memory.").arg(needed);
        return m_footprint ? tr("Needs %1 of memory for a conversation of 4,096 tokens. This machine has %2, of which %3 are free.").arg(needed, total, available)
                           : tr("Needs about %1 of memory. This machine has %2, of which %3 are free.").arg(needed, total, available);
    }
    case ShareRole: return m_machine.total > 0 ? std::min(1.0, double(rating.needed) / double(m_machine.total)) : 0.0;
    case FitRole: return int(rating.fit);
    case FitTextRole:
        switch (rating.fit) {
        case Fit::Unknown: return QString();
        case Fit::Fits: return tr("fits");
        case Fit::Tight: return tr("tight");
        case Fit::TooLarge: return tr("too large");
        }
        return {};
    case RecommendedRole: return index.row() == m_advice.row && m_advice.reason != FileAdvice::Reason::TooLarge;
    case UsableRole: return set.missing.isEmpty();
    case ProblemRole: return set.missing.isEmpty() ? QString() : tr("The repository lacks %1.").arg(set.missing.first());
    case OrderedRole: return m_ordered.contains(set.files.first().path);
    default: return {};
    }
}

QHash<int, QByteArray> FileSetListModel::roleNames() const
{
    return {{NameRole, "name"}, {FileNameRole, "fileName"}, {FilesTextRole, "filesText"}, {SizeTextRole, "sizeText"}, {SizeDetailRole, "sizeDetail"}, {NeededTextRole, "neededText"},
            {NeededDetailRole, "neededDetail"}, {ShareRole, "share"}, {FitRole, "fit"}, {FitTextRole, "fitText"}, {RecommendedRole, "recommended"}, {UsableRole, "usable"},
            {ProblemRole, "problem"}, {OrderedRole, "ordered"}};
}

} // namespace corral::app
