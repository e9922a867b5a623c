#include "app/settings/settings_list_model.h"

#include "app/settings/chat_settings.h"
#include "app/settings/setting_definitions.h"

namespace corral::app {

SettingsListModel::SettingsListModel(ChatSettings* settings) : QAbstractListModel(settings), m_settings(settings)
{
    connect(settings, &ChatSettings::changed, this, [this] {
        emit dataChanged(index(0), index(rowCount() - 1), {ValueRole, DefaultRole, ChangedRole});
    });
}

int SettingsListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_settings->definitions().size()); }

int SettingsListModel::rowOf(const QString& key) const
{
    const auto& all = m_settings->definitions();
    for (int row = 0; row < int(all.size()); ++row) {
        if (all[row].key == key) return row;
    }
    return -1;
}

static QString kindName(SettingDefinition::Kind kind)
{
    switch (kind) {
    case SettingDefinition::Kind::Text: return QStringLiteral("text");
    case SettingDefinition::Kind::Line: return QStringLiteral("line");
    case SettingDefinition::Kind::Real: return QStringLiteral("real");
    case SettingDefinition::Kind::Integer: return QStringLiteral("integer");
    case SettingDefinition::Kind::Choice: return QStringLiteral("choice");
    case SettingDefinition::Kind::Switch: return QStringLiteral("switch");
    case SettingDefinition::Kind::Layers: return QStringLiteral("layers");
    }
    return {};
}

QVariant SettingsListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const SettingDefinition& row = m_settings->definitions()[index.row()];
    switch (role) {
    case Qt::DisplayRole:
    case LabelRole: return row.label;
    case KeyRole: return row.key;
    case KindRole: return kindName(row.kind);
    case HelpRole: return row.help;
    case FlagRole: return row.flag;
    case GroupRole: return row.group;
    case Qt::EditRole:
    case ValueRole: return m_settings->value(row.key);
    case DefaultRole: return m_settings->inherited(row.key);
    case ChangedRole: return m_settings->isSet(row.key);
    case MinimumRole: return row.minimum;
    case MaximumRole: return row.maximum;
    case StepRole: return row.step;
    case ChoicesRole: return row.choices;
    case ValuesRole: return row.values;
    case ReloadsRole: return row.reloads;
    default: return {};
    }
}

bool SettingsListModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || (role != ValueRole && role != Qt::EditRole)) return false;
    m_settings->set(m_settings->definitions()[index.row()].key, value);
    return true;
}

Qt::ItemFlags SettingsListModel::flags(const QModelIndex& index) const 
{
    return index.isValid() ? QAbstractListModel::flags(index) | Qt::ItemIsEditable : QAbstractListModel::flags(index);
}

QHash<int, QByteArray> SettingsListModel::roleNames() const
{
    return {{KeyRole, "key"},         {KindRole, "kind"},       {LabelRole, "label"},     {HelpRole, "help"},       {FlagRole, "flag"},
            {GroupRole, "group"},     {ValueRole, "value"},     {DefaultRole, "defaultValue"}, {ChangedRole, "changed"}, {MinimumRole, "minimum"},
            {MaximumRole, "maximum"}, {StepRole, "step"},       {ChoicesRole, "choices"}, {ValuesRole, "values"},   {ReloadsRole, "reloads"}};
}

} // namespace corral::app
