#pragma once
// The requests that are being answered, oldest first.
#include "app/serving/server_host.h"
#include "app/serving/token_rate.h"

#include <QAbstractListModel>
#include <QQmlEngine>

namespace corral::app {

class RequestListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("ServeController::requests")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Stage { Working, Waiting, Reading, Writing }; // Working: without a task, as tokenizing
    Q_ENUM(Stage)
    enum Role {
        EndpointRole = Qt::UserRole + 1, // endpoint: string. "/v1/chat/completions"
        StageRole,                       // stage: Stage
        StageTextRole,                   // stageText: string. "Reading the prompt, 45 %"
        ProgressRole,                    // progress: real. Of the prompt, 0 … 1
        TokensRole,                      // tokens: int. Written so far
        FiguresRole,                     // figures: string. "128 tokens · 42.1 tokens/s"
        SlotRole,                        // slotText: string. "2", "1, 3" of several answers; "" without one
        PeerRole,                        // peer: string. "192.168.1.7"
        TimeTextRole,                    // timeText: string. "12 s": since it came
    };
    Q_ENUM(Role)

    explicit RequestListModel(QObject* parent = nullptr);
    void show(const ServerHost::Glance& glance);
    void clear();

    int count() const { return int(m_rows.size()); }
    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : count(); }
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();

private:
    struct Row {
        server::RequestNow request;
        Stage stage = Working;
        int promptTokens = 0, promptDone = 0, tokens = 0;
        QList<int> places; // slots it has, from 1
        double seconds = 0;
        TokenRate rate;
    };
    static void fill(Row& row, const server::RequestNow& request, const ServerHost::Glance& glance);

    QList<Row> m_rows;
};

} // namespace corral::app
