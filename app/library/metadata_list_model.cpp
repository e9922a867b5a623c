#include "app/library/metadata_list_model.h"

#include "app/library/value_text.h"

namespace corral::app {

namespace {
constexpr int kShort = 120, kTooltip = 1'500, kWhole = 4'000'000; // characters
}

void MetadataListModel::setKeys(std::shared_ptr<const void> owner, const gguf::Keys* keys)
{
    m_owner = std::move(owner);
    m_keys = keys;
    show();
}

void MetadataListModel::setSearch(const QString& text)
{
    if (text == m_search) return;
    m_search = text;
    emit searchChanged();
    show();
}

void MetadataListModel::show()
{
    beginResetModel();
    m_rows.clear();
    for (std::size_t i = 0; m_keys && i < m_keys->size(); ++i) {
        const auto& [key, value] = (*m_keys)[i];
        const bool found = m_search.isEmpty() || QString::fromStdString(key).contains(m_search, Qt::CaseInsensitive) ||
                           valueText(value, kShort).contains(m_search, Qt::CaseInsensitive);
        if (found) m_rows.push_back(i);
    }
    endResetModel();
    emit countChanged();
}

int MetadataListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }

QVariant MetadataListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const auto& [key, value] = (*m_keys)[m_rows[std::size_t(index.row())]];
    switch (role) {
    case Qt::DisplayRole:
    case KeyRole: return QString::fromStdString(key);
    case TypeRole: return valueTypeText(value);
    case ValueRole: return valueText(value, kShort).simplified();
    case FullRole: return valueText(value, kTooltip);
    default: return {};
    }
}

QString MetadataListModel::wholeValue(int row) const
{
    if (row < 0 || row >= count()) return {};
    return valueText((*m_keys)[m_rows[std::size_t(row)]].second, kWhole);
}

QHash<int, QByteArray> MetadataListModel::roleNames() const { return {{KeyRole, "key"}, {TypeRole, "type"}, {ValueRole, "value"}, {FullRole, "full"}}; }

} // namespace corral::app
