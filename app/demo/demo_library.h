#pragma once
// A library to look at: files of believable names and sizes without content, in a models folder, in one that the user added, and laid out as other
// programs do.
#include "app/shelf/model.h"
#include "core/engine/engine.h"

#include <QString>

namespace corral::app {

struct DemoLibrary {
    QString addedFolder;                      // for the settings
    std::vector<shelf::Folder> otherPrograms;
};
DemoLibrary makeDemoLibrary(const QString& scratch);

// What the header of one of those files, or of any other by its name, is said to hold.
Result<engine::ModelInfo> inspectDemo(const std::filesystem::path& path);

} // namespace corral::app
