#pragma once
// An application object, a network and a hub on this machine; futures are waited for with the event loop turning.
#include "core/hub/client.h"
#include "tests/support/hub_server.h"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QFuture>

#include <memory>

namespace corral::test {

class HubFixture : public ::testing::Test {
protected:
    HubFixture()
    {
        if (!QCoreApplication::instance()) m_application = std::make_unique<QCoreApplication>(m_argc, m_argv);
        network = std::make_unique<QNetworkAccessManager>();
        settings.huggingFace = {server.url()};
        settings.modelScope = {server.url()};
        settings.patience = 1500;
    }

    template <class T> Result<T> wait(QFuture<Result<T>> future, int ms = 20'000)
    {
        spin([&] { return future.isFinished(); }, ms);
        if (!future.isFinished() || future.resultCount() == 0) return fail(ErrorCode::Cancelled, "no answer");
        return future.result();
    }
    template <class Condition> bool spin(Condition condition, int ms = 20'000)
    {
        const QDeadlineTimer deadline(ms);
        while (!condition() && !deadline.hasExpired()) QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
        return condition();
    }

    int m_argc = 1;
    char m_name[5] = "test";
    char* m_argv[2] = {m_name, nullptr};
    std::unique_ptr<QCoreApplication> m_application;
    HubServer server;
    std::unique_ptr<QNetworkAccessManager> network;
    hub::HubSettings settings;
};

} // namespace corral::test
