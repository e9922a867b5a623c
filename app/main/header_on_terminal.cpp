#include "app/main/header_on_terminal.h"

#include "app/estimating/hub_models.h"
#include "core/hub/token_store.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QFutureWatcher>
#include <QNetworkProxyFactory>

#include <memory>

namespace corral::app {

Result<std::shared_ptr<const gguf::File>> readHeaderOnTerminal(const std::string& source)
{
    static int argc = 1; // Qt keeps references to them
    static char name[] = "corral";
    static char* argv[] = {name, nullptr};
    std::unique_ptr<QCoreApplication> application;
    if (!QCoreApplication::instance()) application = std::make_unique<QCoreApplication>(argc, argv);
    QNetworkProxyFactory::setUseSystemConfiguration(true);

    QNetworkAccessManager network;
    hub::TokenStore tokens(hub::TokenStore::defaultFile());
    QEventLoop opening;
    QObject::connect(&tokens, &hub::TokenStore::opened, &opening, &QEventLoop::quit);
    tokens.open();
    opening.exec();
    hub::HubClient client(network, hub::HubSettings::fromEnvironment(), &tokens);
    QEventLoop loop;
    QFutureWatcher<Result<RemoteModel>> watcher;
    QObject::connect(&watcher, &QFutureWatcher<Result<RemoteModel>>::finished, &loop, &QEventLoop::quit, Qt::QueuedConnection);
    watcher.setFuture(readHubModel(client, network, QString::fromStdString(source)));
    loop.exec();
    const auto model = watcher.result();
    if (!model) return std::unexpected(model.error());
    return model->file;
}

} // namespace corral::app
