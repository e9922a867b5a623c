#pragma once
// Estimated beside measured: what the loaded model was estimated to take, and what this process has really grown by since there was no model. The
// process grows by its window too (pages that were opened, text that was painted): the measurement holds that, and says so.
#include "app/estimating/estimate_reader.h"

#include <QObject>
#include <QQmlEngine>
#include <QThreadPool>
#include <QTimer>

#include <optional>

namespace corral::app {

class ChatController;
class ChatSettings;

class LoadedMemory : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("handed to Main as `loadedMemory`")
    Q_PROPERTY(bool known READ known NOTIFY changed)                  // a model is loaded, and both numbers are there
    Q_PROPERTY(QString modelName READ modelName NOTIFY changed)
    Q_PROPERTY(QString estimatedText READ estimatedText NOTIFY changed)       // when its context is full: "1.4 GB"
    Q_PROPERTY(QString estimatedDetail READ estimatedDetail NOTIFY changed)
    Q_PROPERTY(QString estimatedNowText READ estimatedNowText NOTIFY changed) // with the part of the context that is filled
    Q_PROPERTY(QString estimatedNowDetail READ estimatedNowDetail NOTIFY changed)
    Q_PROPERTY(QString measuredText READ measuredText NOTIFY changed)
    Q_PROPERTY(QString measuredDetail READ measuredDetail NOTIFY changed)
    Q_PROPERTY(double estimatedShare READ estimatedShare NOTIFY changed)       // bars: 0 … 1 of the largest of the three
    Q_PROPERTY(double estimatedNowShare READ estimatedNowShare NOTIFY changed)
    Q_PROPERTY(double measuredShare READ measuredShare NOTIFY changed)
    Q_PROPERTY(QString contextText READ contextText NOTIFY changed) // "312 of 8,192 tokens"
    Q_PROPERTY(bool watching READ watching WRITE setWatching NOTIFY watchingChanged) // somebody looks: measured every two seconds

public:
    LoadedMemory(ChatController& chat, const ChatSettings& settings, EstimateReader reader, QObject* parent = nullptr);
    ~LoadedMemory() override;

    bool known() const { return m_estimate.has_value() && m_measured > 0; }
    QString modelName() const;
    QString estimatedText() const;
    QString estimatedDetail() const;
    QString estimatedNowText() const;
    QString estimatedNowDetail() const;
    QString measuredText() const;
    QString measuredDetail() const;
    double estimatedShare() const;
    double estimatedNowShare() const;
    double measuredShare() const;
    QString contextText() const;
    bool watching() const { return m_watch.isActive(); }
    void setWatching(bool on);

    std::uint64_t estimatedBytes() const { return m_estimate ? m_estimate->rest + m_estimate->cache : 0; }
    std::uint64_t estimatedNowBytes() const;
    std::uint64_t measuredBytes() const { return m_measured; }
    void measure();

signals:
    void changed();
    void watchingChanged();

private:
    struct Estimate {
        std::uint64_t cache = 0, rest = 0; // bytes
    };
    void look(); // the chat's state changed
    void forget();
    void estimate();
    double shareOf(std::uint64_t bytes) const;

    ChatController& m_chat;
    const ChatSettings& m_settings;
    const EstimateReader m_reader;
    std::uint64_t m_before = 0; // resident without a model
    std::uint64_t m_measured = 0;
    QString m_path; // of the model that the estimate is of
    std::optional<Estimate> m_estimate;
    quint64 m_generation = 0;
    QTimer m_watch;
    QThreadPool m_worker;
};

} // namespace corral::app
