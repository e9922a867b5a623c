#include "app/main/pull_on_terminal.h"

#include "app/downloads/download_queue.h"
#include "app/main/network_on_terminal.h"
#include "app/starter/starter_manifest.h"

#include <QEventLoop>
#include <QFileInfo>
#include <QTimer>

namespace corral::app {

Result<std::vector<std::filesystem::path>> pullOnTerminal(const cli::PullOrder& order, const std::function<void(const cli::PullProgress&)>& progress,
                                                          const std::function<bool()>& stopped)
{
    const QString source = QString::fromStdString(order.source);
    if (const auto parsed = hub::parseSource(source); !parsed) return std::unexpected(parsed.error());
    QString folder = order.folder.empty() ? StarterManifest::modelsFolder() : QString::fromStdU16String(order.folder.u16string());
    folder = QFileInfo(folder).absoluteFilePath();
    NetworkOnTerminal terminal;
    terminal.openTokensFor(order.source);
    DownloadQueue queue(DownloadSource::real(terminal.hubs(), terminal.network(), {.connections = order.connections}), {.file = {}, .folder = folder, .sumsFile = {}});
    QEventLoop loop;
    const int id = queue.add(source);
    if (id == 0) return fail(ErrorCode::InvalidArgument, "the address {} does not end with a file's name", order.source);
    const auto look = [&] {
        const DownloadItem& item = *queue.find(id);
        if (item.state == DownloadState::Done || item.state == DownloadState::Failed) return loop.quit();
        cli::PullProgress at{.name = item.title.toStdString(), .done = std::uint64_t(item.arrived()), .total = std::uint64_t(std::max<qint64>(0, item.total()))};
        at.bytesPerSecond = item.pace.bytesPerSecond().value_or(0);
        if (item.state == DownloadState::Retrying) at.trouble = item.technical.toStdString();
        if (progress && item.state != DownloadState::Asking) progress(at);
    };
    QObject::connect(&queue, &DownloadQueue::dataChanged, &loop, look, Qt::QueuedConnection);
    QTimer watch;
    constexpr int kLookEvery = 50; // ms
    QObject::connect(&watch, &QTimer::timeout, &loop, [&] {
        if (stopped && stopped()) loop.quit();
        else look(); // also when it ended before the loop ran
    });
    watch.start(kLookEvery);
    loop.exec();

    const DownloadItem& item = *queue.find(id);
    if (item.state == DownloadState::Failed) return fail(ErrorCode::Network, "{}", (item.technical.isEmpty() ? item.failureText : item.technical).toStdString());
    if (item.state != DownloadState::Done) return fail(ErrorCode::Cancelled, "stopped");
    std::vector<std::filesystem::path> files;
    for (const DownloadFile& file : item.files) files.emplace_back(file.target.toStdU16String());
    return files;
}

} // namespace corral::app
