#pragma once
// What each model file of a repository would need on this machine, and which of them to recommend. Pure: no network, no clock.
#include "app/discovering/hub_source.h"

#include <optional>

namespace corral::app {

// Besides its weights, for kContextRoom tokens (app/quantizing/target_table.h): from the header of one file, it holds for all quantizations.
struct Footprint {
    std::uint64_t beside = 0; // bytes of cache, buffers and program
    std::uint64_t parameters = 0, context = 0;
    QString architecture;
    QString problem; // why the engine cannot run it, in its words; empty: it can
};
Result<Footprint> footprintOf(const HeaderPointer& header);

enum class Fit { Unknown, Fits, Tight, TooLarge }; // Tight: once other programs are closed

struct FileRating {
    std::uint64_t needed = 0; // bytes; 0: the file's size is not known
    Fit fit = Fit::Unknown;
};
// Without a footprint a twentieth of the weights stands for it.
FileRating rate(const hub::FileSet& set, const std::optional<Footprint>& footprint, const MemoryStatus& machine);

struct FileAdvice {
    int row = -1; // none can be used
    enum class Reason { Usual, SmallModel, Memory, Only, TooLarge } reason = Reason::Usual;
};
// The usual choice is Q4_K_M or what comes closest to it; under a billion parameters Q8_0; where that does not fit, the largest that does; where nothing
// fits, the smallest. parameters 0: unknown.
FileAdvice advise(const QList<hub::FileSet>& sets, const QList<FileRating>& ratings, std::uint64_t parameters);
QString adviceText(const FileAdvice& advice, const hub::FileSet& set);

// The set whose header tells about all of them: of the fewest files, and among those the usual one. −1: there is none.
int tellingSet(const QList<hub::FileSet>& sets);

} // namespace corral::app
