#pragma once
// The server's slots: how full the cache of each is, and whether it works.
#include "core/generate/scheduler.h"

#include <QAbstractListModel>
#include <QQmlEngine>

#include <vector>

namespace corral::app {

class SlotListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("ServeController::slotList")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Role {
        NumberRole = Qt::UserRole + 1, // number: int, from 1
        BusyRole,                      // busy: bool
        ShareRole,                     // share: real. Of its context that is filled, 0 … 1
        DetailRole,                    // detail: string. "Slot 2, at work: 1,204 of 8,192 tokens"
    };
    Q_ENUM(Role)

    explicit SlotListModel(QObject* parent = nullptr);
    void show(const std::vector<generate::SlotState>& states, int contextLength);

    int count() const { return int(m_states.size()); }
    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : count(); }
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();

private:
    std::vector<generate::SlotState> m_states;
    int m_contextLength = 0;
};

} // namespace corral::app
