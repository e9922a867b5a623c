#include "app/estimating/fit_list_model.h"

#include "app/text/sentences.h"

#include <algorithm>

namespace corral::app {

namespace {

// What is free ends at two thirds of a row's bar; what needs more than the bar fills it.
constexpr double kLimit = 2.0 / 3;

} // namespace

int FitListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : count(); }

bool FitListModel::hasWeights() const { return std::ranges::any_of(m_rows, [](const FitRow& row) { return row.weights > 0; }); }

double FitListModel::limit() const { return m_available > 0 && double(m_available) < scale() ? double(m_available) / scale() : 0; }

double FitListModel::scale() const
{
    std::uint64_t largest = 1;
    for (const FitRow& row : m_rows) largest = std::max(largest, row.need);
    // Where everything fits easily the largest row fills its bar: bars that differ by a hair say nothing.
    return m_available == 0 || double(largest) < kLimit * double(m_available) ? double(largest) : double(m_available) / kLimit;
}

int FitListModel::current() const
{
    const auto found = std::ranges::find_if(m_rows, &FitRow::current);
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

QVariant FitListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const FitRow& row = m_rows[index.row()];
    const bool usable = row.problem.isEmpty();
    const auto verdict = [&] {
        return !usable ? tr("Not possible") : m_available == 0 ? QString() : fits(row) ? tr("fits") : tr("%1 too much").arg(sizeText(qint64(row.need - m_available)));
    };
    switch (role) {
    case RowIdRole: return row.id;
    case Qt::DisplayRole:
    case NameRole: return row.name;
    case GroupRole: return row.group;
    case FirstOfGroupRole: return !row.group.isEmpty() && (index.row() == 0 || m_rows[index.row() - 1].group != row.group);
    case DetailRole: return usable ? row.detail : QString();
    case WeightsTextRole: return usable && row.weights > 0 ? sizeText(qint64(row.weights)) : QString();
    case NeedTextRole: return usable ? sizeText(qint64(row.need)) : QString();
    case ShareRole: return usable ? std::min(1.0, double(row.need) / scale()) : 0;
    case FitsRole: return fits(row);
    case VerdictRole: return verdict();
    case UsableRole: return usable;
    case CurrentRole: return row.current;
    case HelpRole: {
        if (!usable) return row.problem;
        QStringList words{tr("Needs %1 (%2)", "GB, GiB").arg(sizeText(qint64(row.need)), sizeDetail(qint64(row.need)))};
        if (row.weights > 0) words.append(tr("Of them weights: %1 (%2)", "GB, GiB").arg(sizeText(qint64(row.weights)), sizeDetail(qint64(row.weights))));
        if (!row.detail.isEmpty()) words.append(row.detail);
        if (m_available > 0) words.append(fits(row) ? tr("Fits in the memory that is free now") : tr("More than the memory that is free now"));
        return words.join(u'\n');
    }
    default: return {};
    }
}

QHash<int, QByteArray> FitListModel::roleNames() const
{
    return {{RowIdRole, "rowId"},       {NameRole, "name"},   {GroupRole, "group"}, {FirstOfGroupRole, "firstOfGroup"}, {DetailRole, "detail"},
            {WeightsTextRole, "weightsText"}, {NeedTextRole, "needText"}, {ShareRole, "share"}, {FitsRole, "fits"}, {VerdictRole, "verdict"},
            {UsableRole, "usable"},     {CurrentRole, "current"}, {HelpRole, "help"}};
}

void FitListModel::show(QList<FitRow> rows, std::uint64_t available)
{
    if (rows == m_rows && available == m_available) return;
    const bool same = std::ranges::equal(rows, m_rows, {}, &FitRow::id, &FitRow::id);
    const double limitBefore = limit();
    const int currentBefore = current();
    if (!same) beginResetModel();
    m_rows = std::move(rows);
    m_available = available;
    if (!same) {
        endResetModel();
        emit countChanged();
    } else if (!m_rows.isEmpty()) {
        emit dataChanged(index(0), index(count() - 1));
    }
    if (limit() != limitBefore) emit limitChanged();
    if (current() != currentBefore || !same) emit currentChanged();
}

} // namespace corral::app
