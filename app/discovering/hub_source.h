#pragma once
// What the Discover tab asks, as functions: a hub on the network, a scripted one for `--fake-engine`, or a test's.
#include "core/base/memory_status.h"
#include "core/gguf/file.h"
#include "core/hub/client.h"

#include <QFuture>

#include <functional>
#include <memory>

namespace corral::app {

using HeaderPointer = std::shared_ptr<const gguf::File>;

struct HubSource {
    std::function<QFuture<Result<hub::SearchPage>>(const hub::SearchQuery&)> search;
    std::function<QFuture<Result<hub::Repository>>(const hub::RepositoryId&)> repository;
    std::function<QFuture<Result<HeaderPointer>>(const hub::RepositoryId&, const hub::FileSet&)> header;
    std::function<MemoryStatus()> machine = memoryStatus;
    static HubSource real(hub::HubClient& client); // which must outlive it
};

// Canned repositories, small and large, one gated, one that nobody can run; "nothing" finds nothing, "offline" fails.
HubSource scriptedHub();

} // namespace corral::app
