#pragma once
// Sizes as rows: the segments of a stacked bar, or the parts behind one of them with their formulas. Rows stay while only their numbers change.
#include <QAbstractListModel>
#include <QList>
#include <QQmlEngine>

#include <cstdint>
#include <string>

namespace corral::memory {
struct Quantity;
}

namespace corral::app {

struct QuantityRow {
    QString id, name;
    std::uint64_t bytes = 0;
    int kind = 0; // of EstimateBar::Kind: its colour
    bool estimated = false;
    QString formula;
    QStringList assumptions;
    bool operator==(const QuantityRow&) const = default;
};
QuantityRow rowOf(const memory::Quantity& quantity, int kind);

class QuantityListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("EstimateBar::segments")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Role {
        PartRole = Qt::UserRole + 1, // part: string. "cache.full"
        NameRole,                    // name: string. "Cache of full attention"
        KindRole,                    // kind: int, of EstimateBar::Kind
        SizeTextRole,                // sizeText: string. "1.1 GB"
        SizeDetailRole,              // sizeDetail: string. "1.0 GiB"
        FormulaRole,                 // formula: string
        AssumptionsRole,             // assumptions: list<string>
        EstimatedRole,               // estimated: bool. Not to the byte
        StartRole,                   // start: real, 0 … 1 of the bar
        ShareRole,                   // share: real, 0 … 1 of the bar
        HelpRole,                    // help: string. Name and size, for tooltip and screen reader
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    int count() const { return int(m_rows.size()); }
    const QList<QuantityRow>& rows() const { return m_rows; }
    // scale: the bytes of the whole bar; rows lie one after the other.
    void show(QList<QuantityRow> rows, std::uint64_t scale);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();

private:
    double start(int row) const;

    QList<QuantityRow> m_rows;
    std::uint64_t m_scale = 1;
};

} // namespace corral::app
