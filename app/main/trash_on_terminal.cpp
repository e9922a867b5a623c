#include "app/main/trash_on_terminal.h"

#include "app/library/trash.h"

namespace corral::app {

Result<void> moveToTrashOnTerminal(const std::vector<std::filesystem::path>& files)
{
    const auto moved = moveToTrash(files);
    return moved ? Result<void>() : std::unexpected(moved.error());
}

} // namespace corral::app
