#pragma once
// The stored conversations, newest first, grouped by day; with a search text only those whose title or messages hold it.
#include <QAbstractListModel>
#include <QQmlEngine>

namespace corral::app {

class ConversationListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `conversations`")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY searchChanged) // applied at once; "" shows all
    Q_PROPERTY(bool canUndo READ canUndo NOTIFY undoChanged)                    // a deletion can be taken back
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

    // Verbs (ids as above)
    Q_INVOKABLE void rename(int conversationId, const QString& title);
    Q_INVOKABLE void remove(int conversationId); // then canUndo; purged when the program ends or the next one is removed
    Q_INVOKABLE void undoRemove();
    // The row of a conversation, -1 if not shown.
    Q_INVOKABLE int rowOf(int conversationId) const;
    // The conversation `delta` rows from another (Ctrl+Tab style); 0 if there is none.
    Q_INVOKABLE int neighbour(int conversationId, int delta) const;

    int count() const { return rowCount(); }
    QString search() const;
    void setSearch(const QString& text);
    bool canUndo() const;
    QString undoTitle() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void searchChanged();
    void undoChanged();
    // So that the window can offer "Undo" in a passive notification.
    void removed(int conversationId, const QString& title);
};

} // namespace corral::app
