#pragma once
// Verifies a model: all files are there, the headers are sound, every byte can be read, and the sums are those that are known.
#include "app/shelf/known_sums.h"
#include "core/base/job.h"

namespace corral::shelf {

struct Verdict {
    enum class Basis {
        Sums,      // of the hub or the store: every byte is as published
        Noted,     // as at an earlier verification
        Structure, // no sum is known: headers and sizes are sound, every byte was read
    } basis = Basis::Structure;
    std::vector<std::string> sha256; // by file
};

// Format: what is wrong, and in which file. NotFound: what is missing.
Result<Verdict> check(const Model& model, const KnownSums& sums, Job& job, const ProgressFn& progress = {});
// Keeps the sums of a verdict that rests on the structure, for the next time.
Result<void> note(const Model& model, const Verdict& verdict, const std::filesystem::path& sumsFile);

} // namespace corral::shelf
