#pragma once
// The stored conversations, newest first, grouped by day; with a search text only those whose title or messages hold it.
#include "app/store/records.h"

#include <QAbstractListModel>
#include <QDate>
#include <QQmlEngine>
#include <QTimer>

namespace corral::app {

class Store;

class ConversationListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `conversations`")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY searchChanged) // applied at once; "" shows all
    Q_PROPERTY(bool canUndo READ canUndo NOTIFY undoChanged)                    // the last deletion can be taken back
    Q_PROPERTY(QString undoTitle READ undoTitle NOTIFY undoChanged)             // of the conversation deleted last

public:
    enum Role {
        ConversationIdRole = Qt::UserRole + 1, // conversationId: int → chat.open(conversationId); current where chat.conversationId equals it
        TitleRole,                             // title: string
        GroupRole,                             // group: string, translated: "Today", "Yesterday", "Last 7 days", "March 2026" (section.property)
        UpdatedRole,                           // updated: date
        SnippetRole,                           // snippet: string. Where the search text was found; "" without search
        ModelNameRole,                         // modelName: string
    };
    Q_ENUM(Role)

    explicit ConversationListModel(Store& store, QObject* parent = nullptr);

    // Verbs (ids as above)
    Q_INVOKABLE void rename(int conversationId, const QString& title);
    Q_INVOKABLE void remove(int conversationId); // then canUndo; purged at the next start, or when another one is removed
    Q_INVOKABLE void undoRemove();
    // The row of a conversation, -1 if not shown.
    Q_INVOKABLE int rowOf(int conversationId) const;
    // The conversation `delta` rows from another (Ctrl+Tab style); 0 if there is none.
    Q_INVOKABLE int neighbour(int conversationId, int delta) const;

    int count() const { return rowCount(); }
    QString search() const { return m_search; }
    void setSearch(const QString& text);
    bool canUndo() const { return m_removedId != 0; }
    QString undoTitle() const { return m_removedTitle; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void searchChanged();
    void undoChanged();
    // So that the window can offer "Undo" in a passive notification.
    void removed(int conversationId, const QString& title);

private:
    QString groupOf(const QDateTime& time) const;
    void place(int conversationId);
    void takeOut(int conversationId);
    void regroup();
    void runSearch();

    Store& m_store;
    QList<ConversationRecord> m_rows;
    QString m_search, m_removedTitle;
    int m_removedId = 0;
    QDate m_today; // what the groups were made for
    QTimer m_midnight;
};

} // namespace corral::app
