#include "app/main/header_on_terminal.h"

#include "app/estimating/hub_models.h"
#include "app/main/network_on_terminal.h"

#include <QEventLoop>
#include <QFutureWatcher>

namespace corral::app {

Result<std::shared_ptr<const gguf::File>> readHeaderOnTerminal(const std::string& source)
{
    NetworkOnTerminal terminal;
    terminal.openTokensFor(source);
    QEventLoop loop;
    QFutureWatcher<Result<RemoteModel>> watcher;
    QObject::connect(&watcher, &QFutureWatcher<Result<RemoteModel>>::finished, &loop, &QEventLoop::quit, Qt::QueuedConnection);
    watcher.setFuture(readHubModel(terminal.hubs(), terminal.network(), QString::fromStdString(source)));
    loop.exec();
    const auto model = watcher.result();
    if (!model) return std::unexpected(model.error());
    return model->file;
}

} // namespace corral::app
