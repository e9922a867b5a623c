#include "app/serving/log_list_model.h"

#include <algorithm>

namespace corral::app {

LogListModel::LogListModel(QObject* parent) : QAbstractListModel(parent) {}

void LogListModel::add(QList<Line> lines)
{
    if (lines.isEmpty()) return;
    if (lines.size() > kMostLines) lines.remove(0, lines.size() - kMostLines);
    if (const int surplus = int(m_lines.size() + lines.size()) - kMostLines; surplus > 0) {
        beginRemoveRows({}, 0, surplus - 1);
        m_lines.remove(0, surplus);
        endRemoveRows();
    }
    beginInsertRows({}, count(), count() + int(lines.size()) - 1);
    m_lines += lines;
    endInsertRows();
    emit countChanged();
}

void LogListModel::clear()
{
    beginResetModel();
    m_lines.clear();
    endResetModel();
    emit countChanged();
}

static QString timeOf(const LogListModel::Line& line) { return line.time.toString(QStringLiteral("HH:mm:ss")); }

QString LogListModel::asText() const
{
    QString text;
    for (const Line& line : m_lines) text += timeOf(line) + QStringLiteral("  ") + line.text + u'\n';
    return text;
}

QVariant LogListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Line& line = m_lines[index.row()];
    switch (role) {
    case TimeTextRole: return timeOf(line);
    case LevelRole: return line.level;
    case Qt::DisplayRole:
    case TextRole: return line.text;
    default: return {};
    }
}

QHash<int, QByteArray> LogListModel::roleNames() const { return {{TimeTextRole, "timeText"}, {LevelRole, "level"}, {TextRole, "text"}}; }

} // namespace corral::app
