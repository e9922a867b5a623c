#include "app/main/starter_on_terminal.h"

#include "app/main/network_on_terminal.h"
#include "app/starter/starter_fetcher.h"

#include <QEventLoop>

namespace corral::app {

Result<void> fetchStarterOnTerminal(const std::filesystem::path& file, const std::function<void(std::uint64_t done, std::uint64_t total)>& progress)
{
    const NetworkOnTerminal terminal;
    const StarterManifest manifest = StarterManifest::load();
    auto options = StarterFetcher::defaultOptions();
    options.folder = QString::fromStdString(file.parent_path().string());
    StarterFetcher fetcher(manifest, options);
    QEventLoop loop;
    QObject::connect(&fetcher, &StarterFetcher::progressChanged, &loop, [&] {
        const auto total = std::uint64_t(manifest.size);
        if (progress && fetcher.running()) progress(std::uint64_t(fetcher.progress() * double(total)), total);
    });
    // Queued: start() may end at once, before the loop runs.
    QObject::connect(&fetcher, &StarterFetcher::ready, &loop, &QEventLoop::quit, Qt::QueuedConnection);
    QObject::connect(&fetcher, &StarterFetcher::failed, &loop, &QEventLoop::quit, Qt::QueuedConnection);
    fetcher.start();
    if (fetcher.state() != StarterFetcher::Ready) loop.exec();
    if (fetcher.state() != StarterFetcher::Ready) return fail(ErrorCode::Network, "{}", fetcher.errorText().toStdString());
    return {};
}

} // namespace corral::app
