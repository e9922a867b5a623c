#pragma once
// All keys of a model's header, searchable.
#include "core/gguf/writer.h"

#include <QAbstractListModel>
#include <QQmlEngine>

#include <memory>

namespace corral::app {

class MetadataListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("ModelDetails::metadata")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(QString search READ search WRITE setSearch NOTIFY searchChanged)

public:
    enum Role {
        KeyRole = Qt::UserRole + 1, // key: string. "llama.context_length"
        TypeRole,                   // type: string. "u32", "string[49,152]"
        ValueRole,                  // value: string, cut short
        FullRole,                   // full: string. The value as far as a tooltip goes
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    // The whole value of a row, for the clipboard.
    Q_INVOKABLE QString wholeValue(int row) const;

    // `owner` keeps the keys alive; null keys: none.
    void setKeys(std::shared_ptr<const void> owner, const gguf::Keys* keys);
    int count() const { return int(m_rows.size()); }
    QString search() const { return m_search; }
    void setSearch(const QString& text);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void searchChanged();

private:
    void show();

    std::shared_ptr<const void> m_owner;
    const gguf::Keys* m_keys = nullptr;
    std::vector<std::size_t> m_rows; // of the keys
    QString m_search;
};

} // namespace corral::app
