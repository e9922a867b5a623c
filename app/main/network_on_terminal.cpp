#include "app/main/network_on_terminal.h"

#include <QEventLoop>
#include <QNetworkProxyFactory>

namespace corral::app {

static std::unique_ptr<QCoreApplication> applicationIfNone()
{
    static int argc = 1; // Qt keeps references to them
    static char name[] = "corral";
    static char* argv[] = {name, nullptr};
    auto application = QCoreApplication::instance() ? nullptr : std::make_unique<QCoreApplication>(argc, argv);
    QNetworkProxyFactory::setUseSystemConfiguration(true);
    return application;
}

NetworkOnTerminal::NetworkOnTerminal()
    : m_application(applicationIfNone()), m_tokens(hub::TokenStore::defaultFile()), m_hubs(m_network, hub::HubSettings::fromEnvironment(), &m_tokens)
{
}
NetworkOnTerminal::~NetworkOnTerminal() = default;

void NetworkOnTerminal::openTokensFor(const std::string& source)
{
    const auto parsed = hub::parseSource(QString::fromStdString(source));
    if (!parsed || !parsed->repository) return;
    QEventLoop opening;
    QObject::connect(&m_tokens, &hub::TokenStore::opened, &opening, &QEventLoop::quit);
    m_tokens.open();
    opening.exec();
}

} // namespace corral::app
