#pragma once
// A network and a hub on this machine; futures are waited for with the event loop turning.
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

    HubServer server;
    std::unique_ptr<QNetworkAccessManager> network;
    hub::HubSettings settings;
};

} // namespace corral::test
