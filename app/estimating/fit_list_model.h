#pragma once
// What else the model could be, and whether that fits: its quantizations (of inference and deployment) or the ways to train it. Rows stay while only
// their numbers change.
#include <QAbstractListModel>
#include <QList>
#include <QQmlEngine>

#include <cstdint>

namespace corral::app {

struct FitRow {
    QString id, name;
    QString group;             // heading: "4 bits"; may be empty
    QString detail;            // "4.85 bits", "16 bytes a parameter"
    std::uint64_t weights = 0; // bytes; 0: not told
    std::uint64_t need = 0;    // bytes in memory
    QString problem;           // it cannot be made; then the numbers say nothing
    bool current = false;      // what the bars show
    bool operator==(const FitRow&) const = default;
};

class FitListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("EstimateController::table")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(bool hasWeights READ hasWeights NOTIFY countChanged) // there is something in the column of sizes
    Q_PROPERTY(double limit READ limit NOTIFY limitChanged) // where in a row's bar the memory that is free ends, 0 … 1; 0: not known
    Q_PROPERTY(int current READ current NOTIFY currentChanged) // a row; −1: none

public:
    enum Role {
        RowIdRole = Qt::UserRole + 1, // rowId: string
        NameRole,                     // name: string
        GroupRole,                    // group: string
        FirstOfGroupRole,             // firstOfGroup: bool
        DetailRole,                   // detail: string
        WeightsTextRole,              // weightsText: string. "986 MB"
        NeedTextRole,                 // needText: string. "1.4 GB"
        ShareRole,                    // share: real, 0 … 1 of a row's bar
        FitsRole,                     // fits: bool
        VerdictRole,                  // verdict: string. "fits", "1.2 GB too much"
        UsableRole,                   // usable: bool
        CurrentRole,                  // current: bool
        HelpRole,                     // help: string, for tooltip and screen reader
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    int count() const { return int(m_rows.size()); }
    bool hasWeights() const;
    double limit() const;
    int current() const;
    const QList<FitRow>& rows() const { return m_rows; }
    void show(QList<FitRow> rows, std::uint64_t available); // available: bytes that the model can have; 0: not known

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void limitChanged();
    void currentChanged();

private:
    bool fits(const FitRow& row) const { return m_available == 0 || row.need <= m_available; }
    double scale() const;

    QList<FitRow> m_rows;
    std::uint64_t m_available = 0;
};

} // namespace corral::app
