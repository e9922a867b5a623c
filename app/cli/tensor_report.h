#pragma once
// corral info --stats: what is in every tensor, and what quantizing it loses or lost.
#include "app/cli/console.h"
#include "app/cli/options.h"
#include "core/gguf/file.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace corral::cli {

class TensorReport {
public:
    void addOptions(OptionTable& table);
    bool wanted() const { return m_wanted; }
    // What is wrong with the options as a whole, or nothing.
    std::string misuse() const;
    // Reads every tensor; progress on stderr.
    Result<void> measure(const std::shared_ptr<const gguf::File>& file);

    std::string asText() const;
    // Into the object that `corral info --json` prints: "sparsity", "density", "min", "max", "mean", "std" (and "losses", "lost") of
    // each entry of "tensors", and the same as "total".
    void addTo(Json& info) const;

private:
    struct Line; // of the table: one tensor, or all
    std::vector<Line> lines() const;

    bool m_wanted = false;
    std::vector<std::uint32_t> m_types; // to measure losses for
    std::uint64_t m_rows = 256;
    int m_threads = 0;
    std::filesystem::path m_imatrix, m_against;
    struct Measured;
    std::shared_ptr<const Measured> m_measured;
};

} // namespace corral::cli
