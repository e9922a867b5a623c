#include "app/discovering/hub_source.h"

#include "core/hub/remote_header.h"

namespace corral::app {

HubSource HubSource::real(hub::HubClient& client)
{
    HubSource source;
    source.search = [&client](const hub::SearchQuery& query) { return client.search(query); };
    source.repository = [&client](const hub::RepositoryId& id) { return client.repository(id); };
    source.header = [&client](const hub::RepositoryId& id, const hub::FileSet& set) {
        QList<hub::RemoteShard> shards;
        for (const hub::RemoteFile& file : set.files) shards.append({client.fileRequest(id, file.path), file.size});
        return hub::readRemoteHeader(client.network(), std::move(shards));
    };
    return source;
}

} // namespace corral::app
