#pragma once
// Folders in which other programs keep models (hub sheet § 1.5, 2, 3, 4). Only looked at.
#include "app/shelf/environment.h"
#include "app/shelf/model.h"

namespace corral::shelf {

// Those that exist.
std::vector<Folder> otherPrograms(const Environment& environment);
// What the library shows, in its order: Corral's own folder, those that the user added (settings.json: {"folders": ["/path"]}), other programs'.
std::vector<Folder> libraryFolders(const Environment& environment);
// Where Corral itself keeps them, also when it does not exist yet.
std::filesystem::path ownFolder(const Environment& environment);

std::string_view programName(Origin origin); // "Ollama"; of Own: ""

} // namespace corral::shelf
