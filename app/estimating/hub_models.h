#pragma once
// The header of a model on a hub: its repository is listed, the file that is meant chosen, its beginning read.
#include "app/estimating/estimate_reader.h"
#include "core/hub/client.h"
#include "core/hub/remote_header.h"

namespace corral::app {

// source: "hf:USER/REPO[:QUANT|/FILE]", "ms:…", a page's address, or the address of a file. Errors are sentences.
QFuture<Result<RemoteModel>> readHubModel(hub::HubClient& client, QNetworkAccessManager& network, const QString& source);

} // namespace corral::app
