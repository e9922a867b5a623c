#pragma once
// Gives a model's files another name, all or none.
#include "app/shelf/model.h"

namespace corral::shelf {

using Moves = std::vector<std::pair<std::filesystem::path, std::filesystem::path>>; // from, to

// What renaming to `name` (without ending and shard number) would do; InvalidArgument with what is wrong: the name, a file that has it already, a model that
// is not `own`.
Result<Moves> planRename(const Model& model, const std::string& name);
// Whether the files are still those that were found: nobody replaced or removed one since.
bool stillThere(const Model& model);
// Never over a file that is there. Undone when one of them fails.
Result<void> carryOut(const Moves& moves);

} // namespace corral::shelf
