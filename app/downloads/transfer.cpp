#include "app/downloads/transfer.h"

#include <QFileInfo>
#include <QTimer>

namespace corral::app {

namespace {

class HubTransfer : public Transfer {
public:
    HubTransfer(QNetworkAccessManager& network, const hub::DownloadOrder& order, hub::DownloadOptions options) : m_download(network, order, options)
    {
        connect(&m_download, &hub::Download::stateChanged, this, &Transfer::stateChanged);
        connect(&m_download, &hub::Download::progressChanged, this, &Transfer::progressChanged);
    }
    void start() override { m_download.start(); }
    void pause() override { m_download.pause(); }
    void cancel() override { m_download.cancel(); }
    State state() const override { return m_download.state(); }
    qint64 received() const override { return m_download.received(); }
    qint64 total() const override { return m_download.total(); }
    hub::DownloadFailure failure() const override { return m_download.failure(); }
    QByteArray sha256() const override { return m_download.sha256(); }

private:
    hub::Download m_download;
};

class ScriptedTransfer : public Transfer {
public:
    ScriptedTransfer(const hub::DownloadOrder& order, double bytesPerSecond) : m_order(order), m_speed(bytesPerSecond)
    {
        connect(&m_tick, &QTimer::timeout, this, &ScriptedTransfer::step);
    }
    void start() override
    {
        set(State::Running);
        m_tick.start(kTick);
    }
    void pause() override
    {
        m_tick.stop();
        set(State::Paused);
    }
    void cancel() override
    {
        m_tick.stop();
        m_received = 0;
        set(State::Idle);
    }
    State state() const override { return m_state; }
    qint64 received() const override { return m_received; }
    qint64 total() const override { return m_order.size; }
    hub::DownloadFailure failure() const override { return m_failure; }
    QByteArray sha256() const override { return m_order.sha256; }

private:
    static constexpr int kTick = 50; // ms

    void set(State state)
    {
        m_state = state;
        emit stateChanged();
        emit progressChanged();
    }
    void fail(State state, const hub::DownloadFailure& failure)
    {
        m_tick.stop();
        m_failure = failure;
        set(state);
    }
    void step()
    {
        const QString name = QFileInfo(m_order.path).fileName();
        const QString host = m_order.request.url().host();
        if (name.contains(QLatin1String("gated"))) return fail(State::Failed, {.fault = hub::DownloadFault::Forbidden, .status = 403, .host = host});
        if (name.contains(QLatin1String("full"))) return fail(State::Failed, {.fault = hub::DownloadFault::NoSpace, .needed = 42'500'000'000, .free = 12'300'000'000});
        const qint64 end = std::max<qint64>(0, m_order.size);
        m_received = std::min(end, m_received + qint64(m_speed * kTick / 1000));
        if (name.contains(QLatin1String("offline")) && m_received > end / 3) return fail(State::Waiting, {.fault = hub::DownloadFault::Unreachable, .host = host});
        if (name.contains(QLatin1String("broken")) && m_received > end / 2) return fail(State::Failed, {.fault = hub::DownloadFault::WrongSum, .host = host});
        if (m_received < end) return emit progressChanged();
        m_tick.stop();
        set(State::Done);
    }

    const hub::DownloadOrder m_order;
    const double m_speed;
    QTimer m_tick;
    State m_state = State::Idle;
    hub::DownloadFailure m_failure;
    qint64 m_received = 0;
};

} // namespace

TransferFactory realTransfers(QNetworkAccessManager& network, hub::DownloadOptions options)
{
    return [&network, options](const hub::DownloadOrder& order) { return std::make_unique<HubTransfer>(network, order, options); };
}

TransferFactory scriptedTransfers(double bytesPerSecond)
{
    return [bytesPerSecond](const hub::DownloadOrder& order) { return std::make_unique<ScriptedTransfer>(order, bytesPerSecond); };
}

} // namespace corral::app
