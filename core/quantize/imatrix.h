#pragma once
// An importance matrix: for each weight matrix, how much each of its columns matters (mean square of the activation it multiplies).
// Files: GGUF (NAME.in_sum2, NAME.counts) and the legacy .dat; facts/quantize.md § 9.
#include "core/base/error.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace corral::quantize {

class Imatrix {
public:
    // Format names what is wrong and where; values that are not finite are refused with the tensor's name.
    static Result<Imatrix> load(const std::filesystem::path& path);

    struct Sums { // of one weight matrix (or of each of its experts)
        std::vector<float> sumSquares; // [experts, columns]
        std::vector<float> counts;     // [experts] tokens seen
    };
    // Replaces what is stored for a tensor; for the collector (core/measure).
    void set(const std::string& tensor, Sums sums);
    // Adds the sums, counts, chunks and datasets of another one. One that counts chunks instead of tokens (the legacy format: chunkSize is 0)
    // is taken to have chunks of the other's size, or of 512 tokens. Format if a tensor has another shape there.
    Result<void> merge(const Imatrix& other);
    const std::map<std::string, Sums, std::less<>>& entries() const { return m_sums; }
    Result<void> save(const std::filesystem::path& path, bool legacy = false) const; // GGUF unless legacy

    // [columns * experts] mean squares, or empty: no entry. Experts without a count weigh 1 everywhere.
    std::span<const float> find(std::string_view tensor) const;
    std::size_t size() const { return m_importance.size(); }
    // Keeps (or drops) the entries whose name contains one of the texts.
    void keepOnly(std::span<const std::string> texts);
    void drop(std::span<const std::string> texts);

    std::filesystem::path file;            // where it was loaded from
    std::vector<std::string> datasets;
    std::uint32_t chunkCount = 0, chunkSize = 0; // tokens a chunk

private:
    std::map<std::string, Sums, std::less<>> m_sums;
    std::map<std::string, std::vector<float>, std::less<>> m_importance;
};

} // namespace corral::quantize
