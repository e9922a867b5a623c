#pragma once
// One request and its answer, whole and bounded: redirects followed by hand (at most ten, none from https to http, credentials dropped as soon as the address
// is another one), a limit on bytes and on time. Any HTTP status is an answer; an Error (Network) is that there was none.
//
//   startFetch(network, {.request = …, .most = 1 << 20}, owner, [](Result<Fetched> answer) { … });   // not called once `owner` is gone
#include "core/base/error.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QObject>

#include <functional>

namespace corral::hub {

struct FetchOrder {
    QNetworkRequest request;
    QByteArray method = "GET";
    QByteArray body = {};
    qint64 most = 1 << 20;    // bytes of the answer
    bool cutAtMost = false;   // true: more is no error, the answer is what came until then
    int patience = 20'000;    // ms without a byte
    int longest = 120'000;    // ms in all: an answer that trickles is none
};

struct Fetched {
    int status = 0;
    QByteArray body;
    QList<QNetworkReply::RawHeaderPair> headers;
    QUrl url; // after redirects
    bool credentials = true; // still those of the order: the address did not change
    QByteArray header(const QByteArray& name) const;
};

// The object that is at work: a child of owner, gone when it is done. Deleting it aborts.
QObject* startFetch(QNetworkAccessManager& network, FetchOrder order, QObject* owner, std::function<void(Result<Fetched>)> then);

bool sameOrigin(const QUrl& a, const QUrl& b); // scheme, host and port

// Before a request leaves for an address that nobody asked for: what it may carry there. Error (Network): it may not go there at all.
Result<QNetworkRequest> redirected(const QNetworkRequest& request, const QUrl& from, const QUrl& to);

} // namespace corral::hub
