#include "app/shelf/rename.h"

#include "app/shelf/names.h"

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

Result<void> carryOut(const Moves& moves)
{
    std::error_code error;
    for (std::size_t i = 0; i < moves.size(); ++i) {
        fs::rename(moves[i].first, moves[i].second, error);
        if (!error) continue;
        std::error_code ignored;
        for (std::size_t done = i; done-- > 0;) fs::rename(moves[done].second, moves[done].first, ignored);
        return fail(ErrorCode::Io, "{}: {}", moves[i].first.filename().string(), error.message());
    }
    return {};
}

} // namespace corral::shelf
