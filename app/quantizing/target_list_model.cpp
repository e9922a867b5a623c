#include "app/quantizing/target_list_model.h"

#include "app/quantizing/job_words.h"
#include "app/text/sentences.h"

#include <QLocale>

#include <algorithm>

namespace corral::app {

int TargetListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }

QVariant TargetListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const int number = index.row();
    const TargetRow& row = m_rows[number];
    const bool usable = row.problem.isEmpty() && !row.needsMatrix;
    const auto loss = m_losses.constFind(row.name);
    const QString quality = loss != m_losses.cend() ? changeText(*loss) : row.problem.isEmpty() ? expectationOf(row) : tr("Not possible");
    switch (role) {
    case Qt::DisplayRole:
    case NameRole: return targetName(row.name);
    case TargetRole: return row.name;
    case GroupRole: return groupTitle(row.bits);
    case FirstOfGroupRole: return number == 0 || m_rows[number - 1].bits != row.bits;
    case BitsTextRole: return row.problem.isEmpty() ? QLocale().toString(row.bitsPerWeight, 'f', 2) : QString();
    case SizeTextRole: return row.problem.isEmpty() ? sizeText(qint64(row.bytes)) : QString();
    case SizeDetailRole: return row.problem.isEmpty() ? sizeDetail(qint64(row.bytes)) : QString();
    case ShareRole: return double(row.bytes) / double(m_largest);
    case FitsRole: return row.fits;
    case RecommendedRole: return number == m_recommendation.row;
    case SelectedRole: return number == m_selected;
    case NeedsMatrixRole: return row.needsMatrix;
    case UsableRole: return usable;
    case QualityRole: return quality;
    case MeasuredRole: return loss != m_losses.cend();
    case HelpRole: {
        if (!row.problem.isEmpty()) return row.problem;
        QStringList words{tr("%1 (%2), %3 bits per weight").arg(sizeText(qint64(row.bytes)), sizeDetail(qint64(row.bytes)), QLocale().toString(row.bitsPerWeight, 'f', 2)),
                          loss != m_losses.cend() ? tr("Perplexity %1 against the original, as measured").arg(changeText(*loss)) : quality,
                          row.fits ? tr("Fits in the memory that is free now") : tr("Larger than the memory that is free now")};
        if (row.needsMatrix) words.append(tr("Needs an importance matrix"));
        if (number == m_recommendation.row) words.append(tr("Recommended"));
        return words.join(u'\n');
    }
    default: return {};
    }
}

QHash<int, QByteArray> TargetListModel::roleNames() const
{
    return {{NameRole, "name"},       {TargetRole, "target"},           {GroupRole, "group"},       {FirstOfGroupRole, "firstOfGroup"},
            {BitsTextRole, "bitsText"}, {SizeTextRole, "sizeText"},     {SizeDetailRole, "sizeDetail"}, {ShareRole, "share"},
            {FitsRole, "fits"},       {RecommendedRole, "recommended"}, {SelectedRole, "selected"}, {NeedsMatrixRole, "needsMatrix"},
            {UsableRole, "usable"},   {QualityRole, "quality"},         {MeasuredRole, "measured"}, {HelpRole, "help"}};
}

void TargetListModel::select(int row)
{
    if (row < 0 || row >= m_rows.size() || row == m_selected) return;
    const int before = m_selected;
    m_selected = row;
    for (const int changed : {before, row}) {
        if (changed >= 0) emit dataChanged(index(changed), index(changed), {SelectedRole});
    }
    emit selectedChanged();
}

void TargetListModel::step(int by) { select(std::clamp(m_selected + by, 0, int(m_rows.size()) - 1)); }

void TargetListModel::show(const QList<TargetRow>& rows, Recommendation recommendation, std::uint64_t sourceBytes)
{
    const QString before = current() ? current()->name : QString();
    const bool sameTargets = std::ranges::equal(rows, m_rows, {}, &TargetRow::name, &TargetRow::name);
    if (!sameTargets) beginResetModel();
    m_rows = rows;
    m_recommendation = recommendation;
    m_largest = std::max<std::uint64_t>(sourceBytes, 1);
    for (const TargetRow& row : rows) m_largest = std::max(m_largest, row.bytes);
    const auto same = std::ranges::find(m_rows, before, &TargetRow::name);
    m_selected = before.isEmpty() || same == m_rows.end() ? recommendation.row : int(same - m_rows.begin());
    if (!sameTargets) endResetModel();
    else if (!m_rows.isEmpty()) emit dataChanged(index(0), index(count() - 1));
    if (!sameTargets) emit countChanged();
    emit selectedChanged();
}

void TargetListModel::clear()
{
    beginResetModel();
    m_rows.clear();
    m_recommendation = {};
    m_selected = -1;
    endResetModel();
    emit countChanged();
    emit selectedChanged();
}

void TargetListModel::setLosses(const QHash<QString, double>& losses)
{
    m_losses = losses;
    if (!m_rows.isEmpty()) emit dataChanged(index(0), index(count() - 1), {QualityRole, MeasuredRole, HelpRole});
    emit measuredChanged();
}

} // namespace corral::app
