#pragma once
// The graphics cards of this machine, best first. They are looked for on a worker thread, and only when somebody wants to see them.
//
//   Unknown —look→ Looking → Known | NoVulkan | Failed        look once more: the old list stays in sight while `looking`
#include "app/devices/device_probe.h"
#include "app/devices/device_words.h"
#include "core/base/memory_status.h"

#include <QAbstractListModel>
#include <QQmlEngine>
#include <QThreadPool>

#include <functional>
#include <vector>

namespace corral::app {

class DeviceListModel : public QAbstractListModel {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `devices`")

public:
    enum State { Unknown, Looking, Known, NoVulkan, Failed };
    Q_ENUM(State)
    enum Role {
        NameRole = Qt::UserRole + 1, // name: string
        UsableRole,                  // usable: bool. It can be computed on
        ChosenRole,                  // chosen: bool. The one that is computed on
        ReasonRole,                  // reason: string. A sentence why it is not used; "": it can be
        FactsRole,                   // facts: list of {label, value}
        DetailsRole,                 // details: list of {label, value}: limits
        UsedShareRole,               // usedShare: real, 0 … 1 of its memory that is in use; -1: not known
    };
    Q_ENUM(Role)

private:
    Q_PROPERTY(State state READ state NOTIFY stateChanged)
    Q_PROPERTY(bool looking READ looking NOTIFY stateChanged)
    Q_PROPERTY(int count READ count NOTIFY stateChanged)
    Q_PROPERTY(int usableCount READ usableCount NOTIFY stateChanged)
    Q_PROPERTY(QString reason READ reason NOTIFY stateChanged)             // why there is no list: a sentence
    Q_PROPERTY(QString reasonDetail READ reasonDetail NOTIFY stateChanged) // in the engine's words
    Q_PROPERTY(QString processorName READ processorName NOTIFY stateChanged)
    Q_PROPERTY(QString processorFacts READ processorFacts NOTIFY stateChanged) // "2 cores, AVX-512"
    Q_PROPERTY(QString processorMemory READ processorMemory NOTIFY stateChanged)

public:
    explicit DeviceListModel(DeviceProbe probe, std::function<MemoryStatus()> machine, QObject* parent = nullptr);
    ~DeviceListModel() override;

    Q_INVOKABLE void look();
    Q_INVOKABLE QString report() const; // everything as text, for the clipboard

    State state() const { return m_state; }
    bool looking() const { return m_looking; }
    int count() const { return int(m_devices.size()); }
    int usableCount() const;
    QString reason() const;
    QString reasonDetail() const { return m_detail; }
    QString processorName() const;
    QString processorFacts() const;
    QString processorMemory() const;

    const std::vector<vulkan::DeviceInfo>& devices() const { return m_devices; }
    // The one that layers go to if nobody chooses; nullptr: none can be computed on, or it is not known yet.
    const vulkan::DeviceInfo* best() const;

    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : count(); }
    QVariant data(const QModelIndex& index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

signals:
    void stateChanged();

private:
    void take(Result<std::vector<vulkan::DeviceInfo>> found);

    const DeviceProbe m_probe;
    const std::function<MemoryStatus()> m_machine;
    State m_state = Unknown;
    bool m_looking = false;
    std::vector<vulkan::DeviceInfo> m_devices;
    QString m_detail;
    QThreadPool m_worker;
};

} // namespace corral::app
