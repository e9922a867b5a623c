#include "app/estimating/hub_models.h"

#include <QUrl>

namespace corral::app {

namespace {

using Answer = Result<RemoteModel>;

QFuture<Answer> at(Answer answer) { return QtFuture::makeReadyValueFuture(std::move(answer)); }

QFuture<Answer> readHeader(QNetworkAccessManager& network, QList<hub::RemoteShard> shards, const QString& name, const QString& place)
{
    return hub::readRemoteHeader(network, std::move(shards)).then([name, place](const Result<std::shared_ptr<const gguf::File>>& file) -> Answer {
        if (!file) return std::unexpected(file.error());
        return RemoteModel{name, place, *file};
    });
}

} // namespace

QFuture<Answer> readHubModel(hub::HubClient& client, QNetworkAccessManager& network, const QString& text)
{
    const auto parsed = hub::parseSource(text);
    if (!parsed) return at(std::unexpected(parsed.error()));
    if (!parsed->repository) {
        return readHeader(network, {{.request = QNetworkRequest(parsed->url), .size = -1}}, parsed->url.fileName(), parsed->url.host());
    }
    return client.repository(*parsed->repository)
        .then(&client,
              [&client, &network, source = *parsed](const Result<hub::Repository>& repository) -> QFuture<Answer> {
                  if (!repository) return at(std::unexpected(repository.error()));
                  const auto set = hub::chooseSet(hub::fileSets(*repository), source);
                  if (!set) return at(std::unexpected(set.error()));
                  QList<hub::RemoteShard> shards;
                  for (const hub::RemoteFile& file : set->files) shards.append({client.fileRequest(repository->id, file.path), file.size});
                  return readHeader(network, std::move(shards), set->name, hub::toString(*source.repository));
              })
        .unwrap();
}

} // namespace corral::app
