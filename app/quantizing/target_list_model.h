#pragma once
// The table of targets: what each makes of the model, largest first, one of them selected. Rows stay while they are planned anew.
#include "app/quantizing/target_table.h"

#include <QAbstractListModel>
#include <QHash>
#include <QQmlEngine>

namespace corral::app {

class TargetListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("QuantizeController::targets")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(int selected READ selected NOTIFY selectedChanged) // a row; -1: none
    Q_PROPERTY(bool anyMeasured READ anyMeasured NOTIFY measuredChanged)

public:
    enum Role {
        NameRole = Qt::UserRole + 1, // name: string. "Q4_K_M"; the unchanged copy has a word
        TargetRole,                  // target: string. What orders are made with
        GroupRole,                   // group: string, translated: "4 bits"; the heading of the rows that follow
        FirstOfGroupRole,            // firstOfGroup: bool
        BitsTextRole,                // bitsText: string. "4.85"
        SizeTextRole,                // sizeText: string. "986 MB"
        SizeDetailRole,              // sizeDetail: string. "940 MiB"
        ShareRole,                   // share: real, 0 … 1. Of the largest size there is (the source's among them)
        FitsRole,                    // fits: bool
        RecommendedRole,             // recommended: bool
        SelectedRole,                // selected: bool
        NeedsMatrixRole,             // needsMatrix: bool
        UsableRole,                  // usable: bool. It can be made now
        QualityRole,                 // quality: string. "Little loss"; once measured: "+1.2 %"
        MeasuredRole,                // measured: bool. quality is a measurement of this model
        HelpRole,                    // help: string. For the tooltip and the screen reader: everything in words
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    Q_INVOKABLE void select(int row); // rows that are not usable may be selected too: the page says what is missing
    Q_INVOKABLE void step(int by);

    int count() const { return rowCount(); }
    int selected() const { return m_selected; }
    bool anyMeasured() const { return !m_losses.isEmpty(); }
    const TargetRow* current() const { return m_selected >= 0 ? &m_rows[m_selected] : nullptr; }
    const TargetRow* recommended() const { return m_recommendation.row >= 0 ? &m_rows[m_recommendation.row] : nullptr; }
    Recommendation::Reason reason() const { return m_recommendation.reason; }

    // The selection stays on its target; else it goes to the recommended one.
    void show(const QList<TargetRow>& rows, Recommendation recommendation, std::uint64_t sourceBytes);
    void clear();
    // Measured increase of the perplexity by target (0.012: 1.2 %).
    void setLosses(const QHash<QString, double>& losses);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void selectedChanged();
    void measuredChanged();

private:
    QList<TargetRow> m_rows;
    Recommendation m_recommendation;
    QHash<QString, double> m_losses;
    std::uint64_t m_largest = 1;
    int m_selected = -1;
};

} // namespace corral::app
