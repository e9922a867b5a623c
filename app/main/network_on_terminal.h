#pragma once
// What a command that reaches the network needs and a window has anyway: an application object (made if there is none), the system's proxies, tokens, hubs.
#include "core/hub/client.h"
#include "core/hub/token_store.h"

#include <QCoreApplication>
#include <QNetworkAccessManager>

#include <memory>
#include <string>

namespace corral::app {

class NetworkOnTerminal {
public:
    NetworkOnTerminal();
    ~NetworkOnTerminal();
    // Waits for the tokens, if `source` is a model's name on a hub: an address of somebody else's has no use for them.
    void openTokensFor(const std::string& source);
    QNetworkAccessManager& network() { return m_network; }
    hub::HubClient& hubs() { return m_hubs; }

private:
    const std::unique_ptr<QCoreApplication> m_application; // first: at its end it waits for what is still on its way to the disk
    QNetworkAccessManager m_network;
    hub::TokenStore m_tokens;
    hub::HubClient m_hubs;
};

} // namespace corral::app
