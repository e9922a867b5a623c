#pragma once
// Where an estimate's facts come from, as functions: files, hubs, this machine. The real ones, scripted ones for `--fake-engine`, or a test's.
#include "core/base/error.h"
#include "core/base/memory_status.h"
#include "core/gguf/file.h"

#include <QFuture>
#include <QString>

#include <filesystem>
#include <functional>
#include <memory>

namespace corral::app {

struct RemoteModel {
    QString name;                           // "SmolLM2-135M-Instruct-Q4_K_M"
    QString place;                          // "hf:unsloth/SmolLM2-135M-Instruct-GGUF"
    std::shared_ptr<const gguf::File> file; // only its header
};

struct EstimateReader {
    std::function<Result<std::shared_ptr<const gguf::File>>(const std::filesystem::path&)> open; // called on a worker thread
    std::function<QFuture<Result<RemoteModel>>(const QString& source)> readRemote;               // "hf:…", "ms:…" or an address; cancelled: it is not wanted any more
    std::function<MemoryStatus()> machine = memoryStatus;
};

} // namespace corral::app
