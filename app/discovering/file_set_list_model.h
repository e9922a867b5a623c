#pragma once
// The model files of a repository as a table: what each takes on the disk and in memory, one of them recommended. Shards are one row.
#include "app/discovering/file_rating.h"

#include <QAbstractListModel>
#include <QQmlEngine>
#include <QSet>

namespace corral::app {

class FileSetListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("DiscoverController::files")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(int recommended READ recommended NOTIFY ratedChanged) // a row; -1: none
    Q_PROPERTY(QString advice READ advice NOTIFY ratedChanged)       // why that one
    Q_PROPERTY(double freeShare READ freeShare NOTIFY ratedChanged)  // 0 … 1: of the machine's memory, what is free; the bars' mark

public:
    enum FitKind { Unknown = int(Fit::Unknown), Fits = int(Fit::Fits), Tight = int(Fit::Tight), TooLarge = int(Fit::TooLarge) };
    Q_ENUM(FitKind)
    enum Role {
        NameRole = Qt::UserRole + 1, // name: string. "Q4_K_M", else the file's name
        FileNameRole,                // fileName: string. "Qwen3-4B-Q4_K_M", without ending and shard number
        FilesTextRole,               // filesText: string. "3 files"; "" for one
        SizeTextRole,                // sizeText: string
        SizeDetailRole,              // sizeDetail: string. In GiB
        NeededTextRole,              // neededText: string. Memory
        NeededDetailRole,            // neededDetail: string. For the tooltip: in words
        ShareRole,                   // share: real, 0 … 1 of the machine's memory
        FitRole,                     // fit: int, of FitKind
        FitTextRole,                 // fitText: string. "fits", "tight", "too large"
        RecommendedRole,             // recommended: bool
        UsableRole,                  // usable: bool. Nothing of it is missing
        ProblemRole,                 // problem: string. What is missing
        OrderedRole,                 // ordered: bool. It was handed to the downloads
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    void show(const QList<hub::FileSet>& sets, const MemoryStatus& machine);
    void setFootprint(const Footprint& footprint);
    void setOrdered(int row);
    void clear() { show({}, {}); }

    int count() const { return int(m_sets.size()); }
    int recommended() const { return m_advice.row; }
    QString advice() const { return m_advice.row < 0 ? QString() : adviceText(m_advice, m_sets[m_advice.row]); }
    double freeShare() const { return m_machine.total > 0 ? double(m_machine.available) / double(m_machine.total) : 0; }
    const hub::FileSet& at(int row) const { return m_sets[row]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();
    void ratedChanged();

private:
    void rateAll();

    QList<hub::FileSet> m_sets;
    QList<FileRating> m_ratings;
    QSet<QString> m_ordered; // by the first file's path
    std::optional<Footprint> m_footprint;
    MemoryStatus m_machine;
    FileAdvice m_advice;
};

} // namespace corral::app
