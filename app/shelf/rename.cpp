#include "app/shelf/rename.h"

#include "app/shelf/names.h"
#include "app/shelf/walk.h"
#include "core/base/system_file.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace corral::shelf {

namespace fs = std::filesystem;

Result<Moves> planRename(const Model& model, const std::string& name)
{
    if (!model.own) return fail(ErrorCode::InvalidArgument, "{} belongs to another program", model.fileName());
    if (const auto problem = nameProblem(name)) return fail(ErrorCode::InvalidArgument, "{}", *problem);
    Moves moves;
    for (const File& file : model.files) {
        const auto shard = shardName(file.path.filename().string());
        const fs::path to = file.path.parent_path() / (shard ? shardFileName(name, shard->number, shard->count) : name + ".gguf");
        if (to == file.path) continue;
        std::error_code error;
        if (fs::exists(fs::symlink_status(to, error))) return fail(ErrorCode::InvalidArgument, "{} is there already", to.filename().string());
        moves.emplace_back(file.path, to);
    }
    return moves;
}

bool stillThere(const Model& model)
{
    return std::ranges::all_of(model.files, [](const File& file) {
        const auto now = lookAt(file.path);
        return now && now->device == file.device && now->identity == file.identity && now->bytes == file.bytes;
    });
}

Result<void> carryOut(const Moves& moves)
{
    for (std::size_t i = 0; i < moves.size(); ++i) {
        if (system_file::moveTo(moves[i].first, moves[i].second) == 0) continue;
        const int reason = errno;
        for (std::size_t done = i; done-- > 0;) (void)system_file::moveTo(moves[done].second, moves[done].first);
        if (reason == EEXIST) return fail(ErrorCode::InvalidArgument, "{} is there already", moves[i].second.filename().string());
        return fail(ErrorCode::Io, "{}: {}", moves[i].first.filename().string(), std::generic_category().message(reason));
    }
    return {};
}

} // namespace corral::shelf
