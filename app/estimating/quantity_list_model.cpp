#include "app/estimating/quantity_list_model.h"

#include "app/estimating/quantity_words.h"
#include "app/text/sentences.h"

#include <algorithm>

namespace corral::app {

QuantityRow rowOf(const memory::Quantity& quantity, int kind)
{
    return {.id = QString::fromStdString(quantity.id),
            .name = nameOf(quantity),
            .bytes = quantity.bytes,
            .kind = kind,
            .estimated = quantity.estimated,
            .formula = textOf(quantity.formula),
            .assumptions = assumptionsOf(quantity)};
}

int QuantityListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : count(); }

double QuantityListModel::start(int row) const
{
    double bytes = 0;
    for (int i = 0; i < row; ++i) bytes += double(m_rows[i].bytes);
    return bytes / double(m_scale);
}

QVariant QuantityListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const QuantityRow& row = m_rows[index.row()];
    switch (role) {
    case PartRole: return row.id;
    case Qt::DisplayRole:
    case NameRole: return row.name;
    case KindRole: return row.kind;
    case SizeTextRole: return sizeText(qint64(row.bytes));
    case SizeDetailRole: return sizeDetail(qint64(row.bytes));
    case FormulaRole: return row.formula;
    case AssumptionsRole: return row.assumptions;
    case EstimatedRole: return row.estimated;
    case StartRole: return start(index.row());
    case ShareRole: return double(row.bytes) / double(m_scale);
    case HelpRole: return tr("%1: %2 (%3)", "name, GB, GiB").arg(row.name, sizeText(qint64(row.bytes)), sizeDetail(qint64(row.bytes)));
    default: return {};
    }
}

QHash<int, QByteArray> QuantityListModel::roleNames() const
{
    return {{PartRole, "part"},         {NameRole, "name"},       {KindRole, "kind"},   {SizeTextRole, "sizeText"}, {SizeDetailRole, "sizeDetail"},
            {FormulaRole, "formula"},   {AssumptionsRole, "assumptions"}, {EstimatedRole, "estimated"}, {StartRole, "start"}, {ShareRole, "share"},
            {HelpRole, "help"}};
}

void QuantityListModel::show(QList<QuantityRow> rows, std::uint64_t scale)
{
    scale = std::max<std::uint64_t>(scale, 1);
    if (rows == m_rows && scale == m_scale) return;
    const bool same = std::ranges::equal(rows, m_rows, {}, &QuantityRow::id, &QuantityRow::id);
    if (!same) beginResetModel();
    m_rows = std::move(rows);
    m_scale = scale;
    if (!same) {
        endResetModel();
        emit countChanged();
    } else if (!m_rows.isEmpty()) {
        emit dataChanged(index(0), index(count() - 1));
    }
}

} // namespace corral::app
