#pragma once
// What a model can be quantized to: the file types of llama-quantize (facts/quantize.md § 2), in the order of its help.
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace corral::quantize {

struct Target {
    std::string_view name;           // "Q4_K_M"
    std::uint32_t fileType = 0;      // general.file_type
    std::uint32_t baseType = 0;      // quant::Format id of most matrices
    std::string_view note;           // as the help shows it: " 4.58G, +0.1754 ppl @ Llama-3-8B"
    bool copy = false;               // COPY: nothing changes
};

std::span<const Target> allTargets(); // in the help's order; aliases (Q3_K, Q4_K, Q5_K) among them
// By name in any case, or by number (the first entry with that file type). nullptr: no such target.
const Target* findTarget(std::string_view nameOrNumber);
const Target* targetOfFileType(std::uint32_t fileType); // the canonical entry (Q4_K_M, not Q4_K)

} // namespace corral::quantize
