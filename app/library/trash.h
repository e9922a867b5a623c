#pragma once
// The desktop's trash, for files that belong together: all of them go, or none; and they can be taken back.
#include "core/base/error.h"

#include <QString>

#include <filesystem>
#include <vector>

namespace corral::app {

struct TrashedFile {
    QString from, to; // where it was, where it lies now
};
using TrashedFiles = std::vector<TrashedFile>;

// Refused for names that are no valid text: QString would mean another file.
Result<TrashedFiles> moveToTrash(const std::vector<std::filesystem::path>& files);
// Refused where a file of the name is there again.
Result<void> takeBack(const TrashedFiles& files);

} // namespace corral::app
