#pragma once
// The header of a GGUF that lies on a server, by range requests: the first piece, then more as the parser asks for it, at most 32 MiB a shard. Enough for
// core/memory and for "is it supported" before anything is downloaded.
#include "core/base/error.h"
#include "core/gguf/file.h"

#include <QFuture>
#include <QList>
#include <QNetworkAccessManager>
#include <QNetworkRequest>

#include <memory>

namespace corral::hub {

inline constexpr qint64 kFirstPiece = 1 << 20, kMostHeader = 32 << 20; // bytes

struct RemoteShard {
    QNetworkRequest request; // HubClient::fileRequest()
    qint64 size = -1;        // of the file; −1: from the answer
};
// One file, or all shards of a set in their order: headers joined (gguf::joinHeaders). A server without ranges is read until the header is complete and
// then left. Cancelling aborts.
QFuture<Result<std::shared_ptr<const gguf::File>>> readRemoteHeader(QNetworkAccessManager& network, QList<RemoteShard> shards);

} // namespace corral::hub
