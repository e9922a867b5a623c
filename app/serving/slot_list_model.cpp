#include "app/serving/slot_list_model.h"

#include <algorithm>

namespace corral::app {

SlotListModel::SlotListModel(QObject* parent) : QAbstractListModel(parent) {}

void SlotListModel::show(const std::vector<generate::SlotState>& states, int contextLength)
{
    m_contextLength = contextLength;
    if (states.size() == m_states.size()) {
        m_states = states;
        if (!m_states.empty()) emit dataChanged(index(0), index(count() - 1));
        return;
    }
    beginResetModel();
    m_states = states;
    endResetModel();
    emit countChanged();
}

QVariant SlotListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const generate::SlotState& state = m_states[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case NumberRole: return index.row() + 1;
    case BusyRole: return state.task != 0;
    case ShareRole: return m_contextLength > 0 ? std::min(1.0, double(state.cachedTokens) / m_contextLength) : 0.0;
    case DetailRole:
        return (state.task != 0 ? tr("Slot %1, at work: %L2 of %L3 tokens") : tr("Slot %1, free: remembers %L2 of %L3 tokens"))
            .arg(index.row() + 1)
            .arg(state.cachedTokens)
            .arg(m_contextLength);
    default: return {};
    }
}

QHash<int, QByteArray> SlotListModel::roleNames() const
{
    return {{NumberRole, "number"}, {BusyRole, "busy"}, {ShareRole, "share"}, {DetailRole, "detail"}};
}

} // namespace corral::app
