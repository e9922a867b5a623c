#include "app/conversations/conversation_list_model.h"

#include "app/store/store.h"

#include <QLocale>

namespace corral::app {

ConversationListModel::ConversationListModel(Store& store, QObject* parent) : QAbstractListModel(parent), m_store(store), m_today(QDate::currentDate())
{
    connect(&store, &Store::conversationAdded, this, &ConversationListModel::place);
    connect(&store, &Store::conversationChanged, this, &ConversationListModel::place);
    connect(&store, &Store::conversationRemoved, this, &ConversationListModel::takeOut);
    connect(&m_midnight, &QTimer::timeout, this, &ConversationListModel::regroup);
    m_midnight.setInterval(std::chrono::minutes(1));
    m_midnight.start();
    m_rows = store.conversations();
}

int ConversationListModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_rows.size()); }

QVariant ConversationListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const ConversationRecord& row = m_rows[index.row()];
    switch (role) {
    case ConversationIdRole: return row.id;
    case Qt::DisplayRole:
    case TitleRole: return row.title.isEmpty() ? tr("New conversation") : row.title;
    case GroupRole: return groupOf(row.updated);
    case UpdatedRole: return row.updated.toLocalTime();
    case SnippetRole: return row.snippet;
    case ModelNameRole: return row.modelName;
    default: return {};
    }
}

QHash<int, QByteArray> ConversationListModel::roleNames() const
{
    return {{ConversationIdRole, "conversationId"}, {TitleRole, "title"},     {GroupRole, "group"},
            {UpdatedRole, "updated"},               {SnippetRole, "snippet"}, {ModelNameRole, "modelName"}};
}

QString ConversationListModel::groupOf(const QDateTime& time) const
{
    const QDate day = time.toLocalTime().date();
    const qint64 age = day.daysTo(m_today);
    constexpr int kWeek = 7, kMonth = 30;
    if (age <= 0) return tr("Today");
    if (age == 1) return tr("Yesterday");
    if (age < kWeek) return tr("Last 7 days");
    if (age < kMonth) return tr("Last 30 days");
    return QLocale().toString(day, tr("MMMM yyyy", "date format of a month in the conversation list"));
}

void ConversationListModel::rename(int conversationId, const QString& title)
{
    if (!title.trimmed().isEmpty()) m_store.rename(conversationId, title.simplified());
}

void ConversationListModel::remove(int conversationId)
{
    const auto record = m_store.conversation(conversationId);
    if (!record) return;
    m_store.purgeRemoved();
    m_removedId = conversationId;
    m_removedTitle = record->title;
    m_store.remove(conversationId);
    emit undoChanged();
    emit removed(conversationId, m_removedTitle);
}

void ConversationListModel::undoRemove()
{
    if (!canUndo()) return;
    const int id = std::exchange(m_removedId, 0);
    m_removedTitle.clear();
    m_store.restore(id);
    emit undoChanged();
}

int ConversationListModel::rowOf(int conversationId) const
{
    for (qsizetype row = 0; row < m_rows.size(); ++row) {
        if (m_rows[row].id == conversationId) return int(row);
    }
    return -1;
}

int ConversationListModel::neighbour(int conversationId, int delta) const
{
    const int row = rowOf(conversationId);
    const int wanted = row < 0 ? 0 : row + delta;
    return wanted >= 0 && wanted < m_rows.size() ? m_rows[wanted].id : 0;
}

void ConversationListModel::setSearch(const QString& text)
{
    if (text == m_search) return;
    m_search = text;
    runSearch();
    emit searchChanged();
}

void ConversationListModel::runSearch()
{
    beginResetModel();
    m_rows = m_store.search(m_search);
    endResetModel();
    emit countChanged();
}

// A conversation that is new or was written to goes where its time puts it, usually to the top. While searching, the rows found stay
// as they are: only their titles change.
void ConversationListModel::place(int conversationId)
{
    auto record = m_store.conversation(conversationId);
    if (!record) return takeOut(conversationId);
    const int from = rowOf(conversationId);
    const bool searching = !m_search.trimmed().isEmpty();
    if (searching) {
        if (from < 0) return runSearch(); // taken back from deletion, perhaps
        record->snippet = m_rows[from].snippet;
        m_rows[from] = *record;
        emit dataChanged(index(from), index(from));
        return;
    }
    int to = 0;
    while (to < m_rows.size() && (m_rows[to].id == conversationId || m_rows[to].updated > record->updated)) ++to;
    if (from < 0) {
        beginInsertRows({}, to, to);
        m_rows.insert(to, *record);
        endInsertRows();
        emit countChanged();
        return;
    }
    if (to != from && to != from + 1) {
        beginMoveRows({}, from, from, {}, to);
        m_rows.move(from, to > from ? to - 1 : to);
        endMoveRows();
    }
    const int row = rowOf(conversationId);
    m_rows[row] = *record;
    emit dataChanged(index(row), index(row));
}

void ConversationListModel::takeOut(int conversationId)
{
    const int row = rowOf(conversationId);
    if (row < 0) return;
    beginRemoveRows({}, row, row);
    m_rows.removeAt(row);
    endRemoveRows();
    emit countChanged();
}

void ConversationListModel::regroup()
{
    const QDate today = QDate::currentDate();
    if (std::exchange(m_today, today) == today || m_rows.isEmpty()) return;
    emit dataChanged(index(0), index(rowCount() - 1), {GroupRole});
}

} // namespace corral::app
