#pragma once
// Where files came from and which SHA-256 they must have, told by the hub when they were downloaded; and sums that were noted when a file was first
// verified, so that a later change is noticed. One JSON file for the whole library; every change is read, made and written under a lock, so that
// the window and the command line may both do it.
//
//   KnownSums::record(KnownSums::defaultFile(), "/models/x.gguf", {.bytes = n, .sha256 = "…", .source = "hf:owner/name@COMMIT/x.gguf"});
#include "app/shelf/model.h"

#include <functional>
#include <map>

namespace corral::shelf {

struct KnownSum {
    std::uint64_t bytes = 0;
    std::string sha256; // lower-case hex
    std::string source;       // as parseSource() reads it, with the commit; empty: noted by verifying
    std::int64_t changed = 0; // File::changed when it was noted: a file that was replaced since is another one. 0: whenever
    bool fromHub() const { return !source.empty(); }
};

class KnownSums {
public:
    static std::filesystem::path defaultFile(); // in the user's data folder

    static KnownSums load(const std::filesystem::path& file); // none or damaged: empty
    const KnownSum* find(const File& file) const; // by its path, size and time

    // Changes. A damaged file is kept as NAME.damaged; one that cannot be read is left alone, and that is the error.
    static Result<void> record(const std::filesystem::path& file, const std::filesystem::path& path, const KnownSum& sum);
    static Result<void> moved(const std::filesystem::path& file, const std::vector<std::pair<std::filesystem::path, std::filesystem::path>>& fromTo);
    // Sums of files that were read just now; what is known of them already (from the hub) stays.
    static Result<void> note(const std::filesystem::path& file, const std::vector<std::pair<File, std::string>>& sums);

private:
    static Result<KnownSums> read(const std::filesystem::path& file); // none: empty
    static Result<void> change(const std::filesystem::path& file, const std::function<bool(KnownSums&)>& make); // false: nothing to save
    Result<void> save(const std::filesystem::path& file) const;
    std::map<std::string, KnownSum> m_sums; // by path
};

} // namespace corral::shelf
