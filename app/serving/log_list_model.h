#pragma once
// What the server did, a line each, oldest first; the oldest of too many are forgotten.
#include <QAbstractListModel>
#include <QDateTime>
#include <QList>
#include <QQmlEngine>

namespace corral::app {

class LogListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("ServeController::log")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Level { Information, Warning, Error };
    Q_ENUM(Level)
    enum Role {
        TimeTextRole = Qt::UserRole + 1, // timeText: string. "17:04:12"
        LevelRole,                       // level: Level
        TextRole,                        // text: string
    };
    Q_ENUM(Role)
    struct Line {
        QDateTime time;
        Level level = Information;
        QString text;
    };
    static constexpr int kMostLines = 1000;

    explicit LogListModel(QObject* parent = nullptr);
    void add(QList<Line> lines);
    Q_INVOKABLE void clear();
    Q_INVOKABLE QString asText() const; // for the clipboard

    int count() const { return int(m_lines.size()); }
    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : count(); }
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void countChanged();

private:
    QList<Line> m_lines;
};

} // namespace corral::app
